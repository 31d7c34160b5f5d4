"""Runs ``pair_child.py``: the processes of one pair, watched until they end or are told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from se_explorer.errors import SEExplorerError, TrainingError
from se_explorer.language import later
from se_explorer.training.pair_progress import read_fault
from se_explorer.training.pair_request import SIDES
from se_explorer.training.pairs import Pair, data_folder, side_folder

__all__ = ["cores", "run_pair"]

CHILD = Path(__file__).with_name("pair_child.py")
HOME = Path(__file__).resolve().parents[2]
POLL_SECONDS = 0.1
GRACE_SECONDS = 2.0
ERRORS = "errors.txt"


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _environment(threads: int) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(HOME), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}


@contextmanager
def _process(folder: Path, order: Mapping[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    for old in ("fault.json", "progress.json"):
        (folder / old).unlink(missing_ok=True)
    with (folder / ERRORS).open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=_environment(order.get("threads", 1)),
            start_new_session=True,  # Ctrl-C is the server's to handle
        )
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        yield process
    finally:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()


def _fault(folder: Path, code: int) -> SEExplorerError:
    left = read_fault(folder)
    if left is not None:
        return left.error
    lines = (folder / ERRORS).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1][:200] if lines else later("no message; the system ended it with {code}", code=code)
    return TrainingError(
        later("a training that goes on to its end"), last, later("Go on from the checkpoint, or choose a smaller one.")
    )


def _watch(processes: Mapping[Path, subprocess.Popen[bytes]], stopped: Callable[[], bool]) -> bool:
    """Whether all came to their end; False where they were stopped.

    Raises:
        TrainingError: one of them failed.
    """
    while True:
        codes = {folder: process.poll() for folder, process in processes.items()}
        for folder, code in codes.items():
            if code:
                raise _fault(folder, code)
        if all(code == 0 for code in codes.values()):
            return True
        if stopped():
            return False
        time.sleep(POLL_SECONDS)


def run_pair(root: Path, pair: Pair, device: str, stopped: Callable[[], bool]) -> bool:
    """Train both sides, side by side; sides that are done already are left as they are.

    Args:
        root: where pairs lie.
        device: where networks are trained.
        stopped: asked ten times a second.

    Returns:
        Whether both came to their end; False where they were stopped.

    Raises:
        TrainingError: the download or a side failed; the other side was ended too.
    """
    request = pair.request
    data = str(data_folder() / request.dataset) if request.downloads else request.folder
    if request.downloads:
        fetch = {"kind": "download", "dataset": request.dataset, "data": data}
        with _process(root / pair.id, fetch) as process:
            if not _watch({root / pair.id: process}, stopped):
                return False
    threads = max(1, cores() // len(SIDES))
    order = {"kind": "train", "data": data, "seed": request.seed, "threads": threads, "device": device}
    folders = [side_folder(root, pair, side) for side in SIDES]
    with ExitStack() as held:
        left = [folder for folder in folders if not (folder / "run.json").exists()]
        return _watch({folder: held.enter_context(_process(folder, order)) for folder in left}, stopped)
