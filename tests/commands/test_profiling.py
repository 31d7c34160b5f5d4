"""``profile``."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from se_explorer import Engine, load_model, load_profile, open_folder
from se_explorer.analysis import measure_profile, profiling
from se_explorer.models import DEFAULT_MODEL
from tests.commands.conftest import Command

CHURCH, PARACHUTE = "n03028079", "n03888257"


@pytest.fixture
def folder(tmp_path: Path, pictures: dict[str, Path]) -> Path:
    """Two classes under the data set's own names, and a file that is no picture, as a validation split."""
    root = tmp_path / "set" / "val"
    for name, sample in ((CHURCH, "church"), (CHURCH, "temple"), (PARACHUTE, "parachute")):
        (root / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(pictures[sample], root / name)
    (root / CHURCH / "broken.jpg").write_bytes(b"no picture")
    return tmp_path / "set"


def test_the_file_is_the_profile(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "set.safetensors"
    told = command("profile", folder, "--out", out, "--json").json
    found = load_profile(out)
    assert told["file"] == str(out)
    assert (told["model"], told["count"], told["exact_quantiles"]) == (DEFAULT_MODEL, 3, True)
    assert told["data"]["name"] == "set"
    assert [entry["label"] for entry in told["classes"]] == ["church", "parachute"]
    assert told["unreadable"][0]["name"] == f"{CHURCH}/broken.jpg"
    assert [block["name"] for block in told["blocks"]] == [block.name for block in found.blocks]
    assert told["blocks"][3]["mean_gate"] == pytest.approx(float(found.blocks[3].gates.mean.mean()))
    again = measure_profile(load_model(), open_folder(folder / "val"))
    for name, values in again.arrays().items():
        np.testing.assert_array_equal(found.arrays()[name], values)
    assert [path.name for path in out.parent.iterdir()] == ["set.safetensors"]


def test_the_text_for_people(command: Command, folder: Path, tmp_path: Path) -> None:
    shown = command("profile", folder, "--out", tmp_path / "a", "--weights", "random:1", "--batch", 2, "--compact")
    assert shown.status == 0
    for part in (DEFAULT_MODEL, "random:1", "set, val: 3 pictures of 2 classes, 1 unreadable", "SE_5_3", "0.6365 nats"):
        assert part in shown.out
    assert f"{CHURCH}/broken.jpg: expected" in shown.out
    assert f"Written to {tmp_path / 'a'}" in shown.out


def test_it_goes_on_after_a_kill(
    command: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    command("profile", folder, "--out", whole, "--batch", 2)
    rows_of, runs = profiling.rows_of, list[int]()

    def killed(engine: Engine, batch: profiling.Batch) -> np.ndarray:
        runs.append(len(batch[0]))
        if len(runs) == 2:
            raise KeyboardInterrupt
        return rows_of(engine, batch)

    monkeypatch.setattr("se_explorer.commands.profiling.SAVE_SECONDS", 0)
    monkeypatch.setattr(profiling, "rows_of", killed)
    shown = command("profile", folder, "--out", out, "--batch", 2)
    assert (shown.status, out.exists()) == (130, False)
    assert (tmp_path / "out.part").exists()
    shown = command("profile", folder, "--out", out, "--batch", 2)
    assert (shown.status, len(runs)) == (0, 3)
    assert "It goes on after 2 of 4 pictures" in shown.err
    assert not (tmp_path / "out.part").exists()
    first, second = load_profile(whole).arrays(), load_profile(out).arrays()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_what_lies_there_of_another_run_is_told(command: Command, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out.part").write_bytes(b"something else")
    shown = command("profile", folder, "--out", tmp_path / "out")
    assert shown.status == 0
    assert "It begins anew" in shown.err
    (tmp_path / "out.part").write_bytes(b"something else")
    shown = command("profile", folder, "--out", tmp_path / "out", "--no-resume")
    assert "anew" not in shown.err


def test_places_and_data_that_are_none(command: Command, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file is no folder")
    for arguments, said in (
        ((folder, "--out", folder), "a folder"),
        ((folder, "--out", tmp_path / "file" / "out"), "a folder to write to"),
        ((tmp_path / "none", "--out", tmp_path / "out"), "one subfolder of pictures a class"),
        ((f"cifar10:{tmp_path}", "--out", tmp_path / "out"), "CIFAR-10 in the folder"),
        ((f"mnist:{tmp_path}", "--out", tmp_path / "out"), "a data set out of cifar10"),
    ):
        shown = command("profile", *arguments)
        assert (shown.status, shown.out) == (2, "")
        assert said in shown.err
        assert "Traceback" not in shown.err
