"""Own checkpoints and labels on the command line; notes go to the error stream."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from se_explorer.models.architectures import build
from tests.commands.conftest import Command

SMALL = "own:seresnet50,width=1/16"


@pytest.fixture
def corner(tmp_path: Path, pictures: dict[str, Path]) -> Path:
    """A checkpoint of two classes in wrappers, labels, and two folders of pictures named by them."""
    state = {f"module.{name}": value for name, value in build(SMALL, 2, 1).state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "my.pt")
    (tmp_path / "labels.txt").write_text("temple\nchurch\n")
    (tmp_path / "three.txt").write_text("a\nb\nc\n")
    for name in ("church", "temple"):
        (tmp_path / "set" / name).mkdir(parents=True)
        shutil.copy(pictures[name], tmp_path / "set" / name)
    return tmp_path


def test_trace_prints_labels_and_notes(corner: Path, command: Command, pictures: dict[str, Path]) -> None:
    arguments = ["trace", pictures["church"], "--model", SMALL, "--weights", corner / "my.pt"]
    shown = command(*arguments, "--labels", corner / "labels.txt", "--json")
    assert {answer["label"] for answer in shown.json["predictions"]} == {"church", "temple"}
    assert shown.json["weights"] == str(corner / "my.pt")
    notes = shown.err.splitlines()
    assert notes == [
        "Note: The weights are taken from 'state_dict' in the file.",
        "Note: Took 'module.' off every name.",
    ]
    without = command(*arguments, "--json")
    assert {answer["label"] for answer in without.json["predictions"]} == {"class 0", "class 1"}
    assert "by number" in without.err


def test_evaluate_takes_folders_named_by_labels(corner: Path, command: Command) -> None:
    arguments = ["evaluate", corner / "set", "--model", SMALL, "--weights", corner / "my.pt"]
    told = command(*arguments, "--labels", corner / "labels.txt", "--json")
    assert told.json["count"] == 2
    assert "module." in told.err
    assert command(*arguments).status == 2  # church and temple are no "class 0" and "class 1"


def test_labels_for_other_weights(corner: Path, command: Command, pictures: dict[str, Path]) -> None:
    (corner / "ten.json").write_text(str([f"x{index}" for index in range(10)]).replace("'", '"'))
    shown = command("trace", pictures["church"], "--labels", corner / "ten.json", "--json")
    assert {answer["label"] for answer in shown.json["predictions"]} <= {f"x{index}" for index in range(10)}
    assert shown.err == ""


@pytest.mark.parametrize("name", ["three.txt", "none.txt", "my.pt"])
def test_bad_labels_are_one_line(name: str, corner: Path, command: Command, pictures: dict[str, Path]) -> None:
    shown = command(
        "trace", pictures["church"], "--model", SMALL, "--weights", corner / "my.pt", "--labels", corner / name
    )
    assert (shown.status, shown.out) == (2, "")
    assert shown.err.startswith("ModelError: Expected ")
    assert shown.err.count("\n") == 1
    assert name in shown.err
