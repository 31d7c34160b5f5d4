"""``evaluate``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from se_explorer import evaluate, load_model, open_folder
from se_explorer.analysis import wilson
from se_explorer.models import DEFAULT_MODEL, bundled_cards
from tests.commands.conftest import Command

KEYS = [
    "model",
    "weights",
    "device",
    "edits",
    "count",
    "right",
    "top1",
    "top1_interval",
    "top5",
    "loss",
    "unreadable",
]
CHURCH, PARACHUTE = "n03028079", "n03888257"


@pytest.fixture
def folder(tmp_path: Path, pictures: dict[str, Path]) -> Path:
    """Two classes under the data set's own names, and a file that is no picture."""
    for name, sample in ((CHURCH, "church"), (CHURCH, "temple"), (PARACHUTE, "parachute")):
        (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(pictures[sample], tmp_path / "set" / name)
    (tmp_path / "set" / CHURCH / "broken.jpg").write_bytes(b"no picture")
    return tmp_path / "set"


def test_json_is_the_evaluation(command: Command, folder: Path) -> None:
    shown = command("evaluate", folder, "--json")
    told = shown.json
    assert list(told) == KEYS
    assert (told["model"], told["weights"], told["edits"], told["count"]) == (DEFAULT_MODEL, "pretrained", "", 3)
    assert told["top1"] == told["right"] / 3
    assert told["top1_interval"] == list(wilson(told["right"], 3))
    assert len(told["unreadable"]) == 1
    assert str(folder / CHURCH / "broken.jpg") in told["unreadable"][0]
    result = evaluate(load_model(), open_folder(folder))
    assert (told["right"], told["top5"]) == (result.right, result.top5)
    assert told["loss"] == pytest.approx(result.loss)


def test_edits_and_weights_arrive(command: Command, folder: Path) -> None:
    plain, edited = (
        command("evaluate", folder, "--weights", "random:1", "--edits", edits, "--json").json
        for edits in ("", "SE_*=off")
    )
    assert edited["weights"] == "random:1"
    assert edited["edits"].count("=off") == 16
    assert edited["loss"] != plain["loss"]


@pytest.mark.parametrize("split", ["val", "validation", "test"])
def test_a_data_sets_validation_split_is_found(split: str, command: Command, folder: Path) -> None:
    root = folder.parent / "data"
    (root / "train" / "other").mkdir(parents=True)
    folder.rename(root / split)
    assert command("evaluate", root, "--json").json["count"] == 3


def test_a_single_class_folder_is_no_data_set_to_look_into(command: Command, folder: Path) -> None:
    shutil.rmtree(folder / PARACHUTE)
    assert command("evaluate", folder, "--json").json["count"] == 2


def test_folders_named_by_labels(command: Command, folder: Path) -> None:
    (folder / CHURCH).rename(folder / "church")
    (folder / PARACHUTE).rename(folder / "parachute")
    assert command("evaluate", folder, "--json").json["count"] == 3


def test_the_text_for_people(command: Command, folder: Path) -> None:
    shown = command("evaluate", folder, "--edits", "SE_3_4=off")
    assert shown.status == 0
    parts = (DEFAULT_MODEL, "SE_3_4=off", str(folder), "3 pictures, 1 unreadable", "95 % interval", "top-5", "McNemar")
    for part in parts:
        assert part in shown.out
    assert "broken.jpg" in shown.out
    card = bundled_cards()[DEFAULT_MODEL]
    found = card.accuracy
    assert f"The card says {found.top1:.2%} ({found.low:.2%} to {found.high:.2%}) on the {found.split}." in shown.out


def test_a_single_plan_is_compared_with_the_unedited_network(command: Command, folder: Path) -> None:
    told = command("evaluate", folder, "--edits", "SE_2_1=off", "--json").json
    assert list(told) == [*KEYS, "agreeing", "baseline", "against_baseline"]
    result, before = (
        evaluate(load_model(), open_folder(folder), "SE_2_1=off"),
        evaluate(load_model(), open_folder(folder)),
    )
    assert (told["right"], told["edits"], told["baseline"]["right"]) == (result.right, "SE_2_1=off", before.right)
    assert told["loss"] == pytest.approx(result.loss, abs=1e-4)
    assert told["against_baseline"]["loss"]["value"] == pytest.approx(result.loss - before.loss, abs=1e-4)
    found = told["against_baseline"]
    assert found["gained"] - found["lost"] == result.right - before.right


def test_several_plans_in_one_pass(command: Command, folder: Path) -> None:
    plans = ("SE_2_1=off", "SE_5_1=mean;SE_5_2=zero")
    options = [part for plan in plans for part in ("--edits", plan)]
    told = command("evaluate", folder, *options, "--json").json
    assert [row["edits"] for row in told["rows"]] == list(plans)
    assert told["count"] == 3
    assert len(told["unreadable"]) == 1
    for row, plan in zip(told["rows"], plans, strict=True):
        alone = evaluate(load_model(), open_folder(folder), plan)
        assert row["right"] == alone.right
        assert row["loss"] == pytest.approx(alone.loss, abs=1e-4)
        assert 0 <= row["difference"]["p"] <= row["difference"]["p_holm"] <= 1
    shown = command("evaluate", folder, *options)
    assert shown.status == 0
    for part in (*plans, "p, Holm", "in one pass over the data", "broken.jpg", "McNemar"):
        assert part in shown.out
