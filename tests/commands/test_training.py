"""``train``, from a recipe and pictures to a network that opens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from se_explorer.images import find_split
from se_explorer.models import bundled
from se_explorer.models.card import Card, load_card
from se_explorer.training import EpochReport, Trainer, load_recipe
from se_explorer.training.data import load_pictures
from tests.commands.conftest import Command
from tests.training.tiny import TEXT, on_disk

FILES = {"tiny.card.json", "tiny.gates.safetensors", "tiny.safetensors"}


class KilledError(Exception):
    """What ends a training before its time."""


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    """A recipe of two epochs."""
    path = tmp_path / "tiny.toml"
    path.write_text(TEXT.replace("epochs = 3", "epochs = 2"), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Red pictures and blue ones, in a data set's folders."""
    return on_disk(tmp_path / "data", 16, 6)


def kill_after_the_first_epoch(recipe_file: Path, data: Path, out: Path, seed: int) -> None:
    """What a training that was killed leaves behind."""

    def report(done: EpochReport) -> None:
        raise KilledError

    splits = [load_pictures(find_split(data, name), 32) for name in ("train", "val")]
    run = Trainer(load_recipe(recipe_file), seed, splits[0], splits[1], out)
    with pytest.raises(KilledError):
        run.run(report)


def card_in(folder: Path) -> Card:
    """The card of a published network."""
    assert {path.name for path in folder.iterdir()} >= FILES
    return load_card(folder / "tiny.card.json")


def test_from_recipe_to_network(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    done = command("train", recipe_file, "--data", data, "--seed", 3, "--out", out)
    assert (done.status, done.out) == (0, "")
    for part in ("epoch 1/2, 16 px", "epoch 2/2, 32 px", "validation ", "after 2 epochs", str(out)):
        assert part in done.err
    assert {path.name for path in out.iterdir()} == FILES | {"checkpoint.pt", "log.jsonl", "recipe.toml", "run.json"}
    card = card_in(out)
    assert (card.training.seed, card.training.epochs, card.training.finished) == (3, 2, True)
    log = [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [{key: value for key, value in line.items() if key != "gates"} for line in log[1:]] == [
        vars(point) for point in card.training.curve
    ]
    assert log[-1]["validation"] is not None
    # The network opens like the bundled ones, and is as right as its card says.
    out.rename(tmp_path / "models")
    monkeypatch.setattr(bundled, "ASSETS", tmp_path)
    told = command("evaluate", data, "--model", "tiny", "--json").json
    assert (told["right"], told["count"]) == (card.accuracy.right, 6)
    assert [entry["id"] for entry in command("models", "--json").json if entry["source"] == "bundled"] == ["tiny"]


def test_killed_looked_at_and_resumed_is_the_same_network(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command
) -> None:
    train = ("train", recipe_file, "--data", data, "--seed", 3)
    assert command(*train, "--out", tmp_path / "whole").status == 0
    kill_after_the_first_epoch(recipe_file, data, tmp_path / "out", seed=3)
    before = (tmp_path / "out" / "checkpoint.pt").read_bytes()
    looked = command(*train, "--out", tmp_path / "out", "--snapshot", "--bundle", tmp_path / "snapshot")
    assert looked.status == 0
    assert "epoch " not in looked.err
    snapshot = card_in(tmp_path / "snapshot")
    assert (snapshot.training.epochs, snapshot.training.finished) == (1, False)
    assert (tmp_path / "out" / "checkpoint.pt").read_bytes() == before
    resumed = command(*train, "--out", tmp_path / "out", "--resume")
    assert resumed.status == 0
    assert "epoch 1/2" not in resumed.err
    assert "epoch 2/2" in resumed.err
    first, second = card_in(tmp_path / "whole"), card_in(tmp_path / "out")
    assert second.training.finished
    assert first.sha256 == second.sha256 != snapshot.sha256
    for name in ("tiny.safetensors", "tiny.gates.safetensors"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_another_seed_does_not_resume(recipe_file: Path, data: Path, tmp_path: Path, command: Command) -> None:
    kill_after_the_first_epoch(recipe_file, data, tmp_path / "out", seed=3)
    outcome = command("train", recipe_file, "--data", data, "--seed", 4, "--out", tmp_path / "out", "--resume")
    assert outcome.status == 2
    assert "RecipeError: Expected a checkpoint of this recipe and this seed" in outcome.err
    assert not (tmp_path / "out" / "tiny.card.json").exists()


def test_a_network_goes_to_runs_unless_told_otherwise(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("train", recipe_file, "--data", data, "--seed", 7).status == 0
    assert card_in(tmp_path / "runs" / "tiny-seed7").training.seed == 7


def test_another_folder_for_runs_is_named_by_the_environment(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SE_EXPLORER_RUNS", str(tmp_path / "elsewhere"))
    assert command("train", recipe_file, "--data", data, "--seed", 7).status == 0
    assert card_in(tmp_path / "elsewhere" / "tiny-seed7").training.seed == 7


def test_a_picture_that_cannot_be_read_is_named(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command
) -> None:
    (data / "val" / "red" / "05.png").write_bytes(b"no picture")
    outcome = command("train", recipe_file, "--data", data, "--out", tmp_path / "out")
    assert outcome.status == 2
    assert "ImageError: Expected " in outcome.err
    assert str(data / "val" / "red" / "05.png") in outcome.err


def test_tensorboard_gets_the_curve_and_the_gates(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command
) -> None:
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    out = tmp_path / "out"
    assert command("train", recipe_file, "--data", data, "--out", out, "--tensorboard").status == 0
    events = accumulators.EventAccumulator(str(out / "tensorboard")).Reload()
    log = [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()][1:]
    assert [event.step for event in events.Scalars("loss")] == [1, 2]
    assert [event.value for event in events.Scalars("loss")] == pytest.approx([line["loss"] for line in log], rel=1e-6)
    assert "gates/SE_5_3/mean" in events.Tags()["scalars"]


def test_without_tensorboard_it_is_asked_for(
    recipe_file: Path, data: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    told = command("train", recipe_file, "--data", data, "--out", tmp_path / "out", "--tensorboard")
    assert told.status == 2
    assert "RecipeError: Expected the package tensorboard" in told.err
    assert "pip install tensorboard" in told.err
