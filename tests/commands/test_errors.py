"""What goes wrong is told in one line on the error stream, with exit status 2; a mistake of ours is not hidden."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from se_explorer import SEExplorerError, cli
from se_explorer.commands import tracing
from tests.commands.conftest import Command
from tests.training.tiny import TEXT, on_disk

ROOT = Path(__file__).resolve().parents[2]
#: Arguments, in which {church} is a picture and {tmp} a folder with the things below; the error's class; a part of it.
CASES: dict[str, tuple[list[str], str, str]] = {
    "picture-missing": (["trace", "{tmp}/none.jpg"], "ImageError", "none.jpg"),
    "picture-is-text": (["trace", "{tmp}/text.jpg"], "ImageError", "a file that starts"),
    "picture-is-a-folder": (["trace", "{tmp}"], "ImageError", "a folder"),
    "edits-unreadable": (["trace", "{church}", "--edits", "SE_3_4"], "EditPlanError", "SE_3_4=off"),
    "edits-of-no-block": (["trace", "{church}", "--edits", "SE_9_9=off"], "EditPlanError", "SE_9_9"),
    "edits-of-no-channel": (["trace", "{church}", "--edits", "SE_2_1.9999=1"], "EditPlanError", "9999"),
    "edits-without-donor": (["trace", "{church}", "--edits", "SE_2_1=donor:cat"], "EditPlanError", "donor:cat"),
    "mean-of-random-weights": (
        ["trace", "{church}", "--edits", "SE_2_1=mean", "--weights", "random:0"],
        "EditPlanError",
        "mean gates",
    ),
    "donor-without-key": (["trace", "{church}", "--donor", "{church}"], "EditPlanError", "KEY=IMAGE"),
    "donor-missing": (["trace", "{church}", "--donor", "cat={tmp}/none.jpg"], "ImageError", "none.jpg"),
    "model-unknown": (["trace", "{church}", "--model", "vgg[16]"], "ModelError", "vgg[16]"),
    "model-unknown-to-timm": (["trace", "{church}", "--model", "timm:nope"], "ModelError", "timm"),
    "model-without-blocks": (
        ["trace", "{church}", "--model", "timm:test_resnet", "--weights", "random:0"],
        "ModelError",
        "SE blocks",
    ),
    "family-unknown": (["models", "--family", "VGG"], "ModelError", "SE-ResNeXt"),
    "fetch-unknown": (["fetch", "vgg[16]"], "ModelError", "vgg[16]"),
    "weights-missing": (["trace", "{church}", "--weights", "{tmp}/none.pt"], "WeightsError", "none.pt"),
    "weights-of-another": (["trace", "{church}", "--weights", "{tmp}/other.pt"], "WeightsError", "missing:"),
    "weights-are-text": (["trace", "{church}", "--weights", "{tmp}/text.jpg"], "WeightsError", "text.jpg"),
    "weights-without-seed": (["trace", "{church}", "--weights", "random:x"], "WeightsError", "random:SEED"),
    "device-unknown": (["trace", "{church}", "--device", "warp"], "DeviceError", "warp"),
    "folder-missing": (["evaluate", "{tmp}/none"], "DataError", "none"),
    "folder-of-strangers": (["evaluate", "{tmp}/data"], "DataError", "blue, red"),
    "recipe-missing": (["train", "{tmp}/none.toml", "--data", "{tmp}/data"], "RecipeError", "none.toml"),
    "recipe-is-text": (["train", "{tmp}/text.jpg", "--data", "{tmp}/data"], "RecipeError", "text.jpg"),
    "data-missing": (
        ["train", "{tmp}/tiny.toml", "--data", "{tmp}/none", "--out", "{tmp}/out"],
        "DataError",
        "none",
    ),
    "nothing-to-resume": (
        ["train", "{tmp}/tiny.toml", "--data", "{tmp}/data", "--out", "{tmp}/out", "--resume"],
        "RecipeError",
        "checkpoint.pt",
    ),
    "nothing-to-take": (
        ["train", "{tmp}/tiny.toml", "--data", "{tmp}/data", "--out", "{tmp}/out", "--snapshot"],
        "RecipeError",
        "checkpoint.pt",
    ),
    "out-is-a-file": (
        ["train", "{tmp}/tiny.toml", "--data", "{tmp}/data", "--out", "{tmp}/text.jpg"],
        "RecipeError",
        "text.jpg",
    ),
}


@pytest.fixture(scope="module")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a text, weights of another network, a recipe and a small data set."""
    root = tmp_path_factory.mktemp("a rather long name of a folder so that a narrow console would break lines at it")
    (root / "text.jpg").write_text("no picture")
    (root / "tiny.toml").write_text(TEXT)
    torch.save({"weight": torch.zeros(2)}, root / "other.pt")
    on_disk(root / "data", 8, 2)
    return root


@pytest.mark.parametrize("case", CASES)
def test_an_error_is_one_line(case: str, command: Command, corner: Path, pictures: dict[str, Path]) -> None:
    arguments, kind, part = CASES[case]
    outcome = command(*[text.format(tmp=corner, church=pictures["church"]) for text in arguments])
    assert (outcome.status, outcome.out) == (2, "")
    told = [line for line in outcome.err.splitlines() if not line.startswith(("decoding", "evaluating"))]
    assert len(told) == 1, outcome.err
    assert told[0].startswith(f"{kind}: Expected ")
    assert part in told[0]
    assert "Traceback" not in outcome.err


def test_an_error_of_several_lines_is_one_line_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise SEExplorerError("one\nthing", "an\nother", "Do\nthis.")

    monkeypatch.setattr(tracing, "run", fail)
    assert command("trace", "x.jpg").err == "SEExplorerError: Expected one thing, but got an other. Do this.\n"


def test_a_mistake_of_ours_is_not_told_as_the_persons(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(tracing, "run", fail)
    with pytest.raises(ZeroDivisionError, match="ours"):
        command("trace", "x.jpg")


def test_ctrl_c(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tracing, "run", fail)
    outcome = command("trace", "x.jpg")
    assert (outcome.status, outcome.out) == (130, "")
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("arguments", [["trace"], ["trace", "x.jpg", "--bogus"], ["bogus"]], ids=" ".join)
def test_wrong_usage(arguments: list[str], command: Command) -> None:
    outcome = command(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert "Usage" in outcome.err


def test_help_names_the_commands_and_loads_no_command() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"])
    assert shown.exit_code == 0
    for name in ("models", "fetch", "trace", "evaluate", "train"):
        assert name in shown.output


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m se_explorer``, for once in a process of its own."""
    line = [sys.executable, "-m", "se_explorer", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_as_a_process() -> None:
    outcome = in_a_process("trace", "none.jpg")
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith("ImageError: Expected ")
    assert outcome.stderr.count("\n") == 1
