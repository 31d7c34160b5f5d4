"""Two processes on the CPU under PyTorch's own ``torchrun``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer.training.record import read_record

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds; a limit against hangs on a busy machine, not a measure of speed
TEXT = """
name = "shared"
title = "Shared"

[network]
architecture = "notes-cnn"
width = "1/8"
reduction = 2
bias = true

[data]
dataset = "digits"
stored_size = 16
limit = 200

[augmentation]
crop = "shifted"
shift = 0.1
brightness = 0.1
cutmix = 0.5

[resolution]
first = 16
last = 16
evaluate = 16
crop = 1.0

[optimiser]
peak_learning_rate = 0.05
averaging = 0.5

[schedule]
epochs = 3
batch_size = 50
evaluate_every = 1
"""


def start(folder: Path, processes: int, *more: str) -> subprocess.Popen[bytes]:
    """The command of a training in ``folder``; what each process says goes to ``folder``/said."""
    folder.mkdir(exist_ok=True)
    recipe = folder / "given.toml"
    recipe.write_text(TEXT, encoding="utf-8")
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", str(processes), "--redirects", "3"]
    launcher += ["--log-dir", str(folder / "said")]
    command = [sys.executable, *launcher, "-m", "se_explorer", "train", str(recipe), "--threads", "1"]
    return subprocess.Popen(
        [*command, "--out", str(folder / "out"), *more],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def said(folder: Path) -> list[str]:
    """What each process said on its error stream, in the order of their ranks."""
    files = sorted(folder.glob("said/*/*/*/stderr.log"), key=lambda path: path.parent.name)
    return [path.read_text(encoding="utf-8") for path in files]


def log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a training's log."""
    return [json.loads(line) for line in (folder / "out" / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """The network of a checkpoint."""
    state: dict[str, Any] = torch.load(folder / "out" / "checkpoint.pt", weights_only=True)
    return {**state["network"], **{f"averaged {name}": value for name, value in state["averaged"].items()}}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One process."""
    folder = tmp_path_factory.mktemp("alone")
    assert start(folder, 1).wait(PATIENCE) == 0
    return folder


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two processes."""
    folder = tmp_path_factory.mktemp("together")
    assert start(folder, 2).wait(PATIENCE) == 0
    return folder


def test_two_processes_come_to_what_one_comes_to(alone: Path, together: Path) -> None:
    one, two = log(alone), log(together)
    assert [line["epoch"] for line in two] == [0, 1, 2, 3]
    for single, shared in zip(one[1:], two[1:], strict=True):
        assert shared["loss"] == pytest.approx(single["loss"], rel=1e-4)
        assert shared["accuracy"] == pytest.approx(single["accuracy"], abs=0.011)  # two pictures of 200
        assert shared["validation"] == pytest.approx(single["validation"], abs=0.011)
    expected = weights(alone)
    for name, value in weights(together).items():
        torch.testing.assert_close(value, expected[name], rtol=1e-2, atol=1e-3, msg=name)


def test_the_first_process_alone_writes_and_speaks(alone: Path, together: Path) -> None:
    assert {path.name for path in (together / "out").iterdir()} == {path.name for path in (alone / "out").iterdir()}
    assert read_record(alone / "out" / "run.json").processes == 1
    assert read_record(together / "out" / "run.json").processes == 2
    first, second = said(together)
    assert "epoch 3/3" in first
    # PyTorch's own warnings may stand there, such as of a machine's name that cannot be looked up.
    assert [line for line in second.splitlines() if not line.startswith(("[W", "[rank"))] == []


def test_killed_and_resumed_ends_in_the_same_bits(together: Path, tmp_path: Path) -> None:
    process, checkpoint = start(tmp_path, 2), tmp_path / "out" / "checkpoint.pt"
    deadline = time.monotonic() + PATIENCE
    while not checkpoint.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.terminate()  # torchrun ends its processes
    process.wait(PATIENCE)
    done = len(torch.load(checkpoint, weights_only=True)["curve"])
    assert 1 <= done <= 3
    assert start(tmp_path, 2, "--resume").wait(PATIENCE) == 0
    expected = weights(together)
    assert all(torch.equal(value, expected[name]) for name, value in weights(tmp_path).items())


def test_an_error_of_one_process_ends_all_and_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "out" / "checkpoint.pt" / "in the way").mkdir(parents=True)
    assert start(tmp_path, 2).wait(PATIENCE) != 0
    first, second = said(tmp_path)
    assert "RecipeError: Expected a file that can be written" in " ".join(first.split())
    assert "Traceback" not in first + second


def test_a_batch_that_two_processes_cannot_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.training.test_torchrun.TEXT", TEXT.replace("batch_size = 50", "batch_size = 49"))
    assert start(tmp_path, 2).wait(PATIENCE) != 0
    for told in said(tmp_path):
        assert "a batch size that 2 processes can share evenly, but got 49" in " ".join(told.split())
