"""What a kill or a full disk leaves behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer.errors import RecipeError
from se_explorer.training import checkpoint
from tests.training.tiny import TEXT, ignore, on_disk, same, trainer

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 6


def train(recipe: Path, data: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "se_explorer", "train", str(recipe), "--data", str(data), "--out", str(out), *more]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen([*command, "--threads", "1"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def weights(folder: Path) -> dict[str, Any]:
    """The network of a checkpoint."""
    state: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)["network"]
    return state


@pytest.mark.slow
def test_killed_at_any_moment_and_resumed_ends_in_the_same_bits(tmp_path: Path) -> None:
    recipe, data = tmp_path / "tiny.toml", on_disk(tmp_path / "data", 256, 6)
    recipe.write_text(TEXT.replace("epochs = 3", f"epochs = {EPOCHS}"), encoding="utf-8")
    assert train(recipe, data, tmp_path / "whole").wait(300) == 0
    cut = tmp_path / "cut"
    process = train(recipe, data, cut)
    deadline = time.monotonic() + 300
    while not (cut / "checkpoint.pt").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.1)  # into the next epoch
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    done = len(torch.load(cut / "checkpoint.pt", weights_only=True)["curve"])
    assert 1 <= done < EPOCHS
    assert train(recipe, data, cut, "--resume").wait(300) == 0
    one, other = weights(tmp_path / "whole"), weights(cut)
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("file", ["checkpoint.pt", "log.jsonl"])
def test_a_full_disk_is_told_and_the_checkpoint_before_it_is_whole(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trainer(tmp_path / "whole")
    whole.run(ignore)
    run = trainer(tmp_path / "cut")
    write = checkpoint.write_whole

    def full(path: Path, fill: Any) -> None:
        if path.name == file and len(run.curve) == 2:

            def fails(part: Path) -> None:
                fill(part)
                part.write_bytes(part.read_bytes()[:100])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            write(path, fails)
        write(path, fill)

    monkeypatch.setattr(checkpoint, "write_whole", full)
    with pytest.raises(RecipeError, match=r"space on the disk, but got .*No space left.*--resume"):
        run.run(ignore)
    monkeypatch.undo()
    again = trainer(tmp_path / "cut")
    again.resume()
    assert len(again.curve) == (1 if file == "checkpoint.pt" else 2)
    again.run(ignore)
    assert same(again, whole)
    assert not [path for path in (tmp_path / "cut").iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="the system knows no limit on the size of files")
def test_a_file_that_the_system_cuts_off_is_told_in_a_process_of_its_own(tmp_path: Path) -> None:
    code = (
        "import resource, signal, torch; from pathlib import Path\n"
        "from se_explorer.training.checkpoint import save_checkpoint\n"
        f"path = Path({str(tmp_path / 'c.pt')!r})\n"
        "save_checkpoint(path, {'a': torch.zeros(10)})\n"
        "before = path.read_bytes()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    save_checkpoint(path, {'a': torch.zeros(1_000_000)})\n"
        "except Exception as error:\n"
        "    assert type(error).__name__ == 'RecipeError', repr(error)\n"
        "    assert 'space on the disk' in str(error), str(error)\n"
        "    assert path.read_bytes() == before\n"
        "    print('told')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=200)
    assert told.stdout.strip() == "told", told.stderr[-600:]


def test_a_loss_that_is_no_number_stops_before_it_is_saved(tmp_path: Path) -> None:
    run = trainer(tmp_path, optimiser={"peak_learning_rate": 1e30}, resolution={"first": 32})
    with pytest.raises(RecipeError, match=r"a finite loss, but got \w+ in epoch \d.*peak_learning_rate"):
        run.run(ignore)
    assert (tmp_path / "checkpoint.pt").exists() == (len(run.curve) > 0)
