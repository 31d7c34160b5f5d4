"""Tiny real pairs: two epochs on the digits take a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from se_explorer.training.jobs import PairJobs
from se_explorer.training.pair_request import PairRequest
from se_explorer.training.pairs import Pair

PATIENCE = 300  # seconds; a limit against hangs on a busy machine, not a measure of speed


def digits(epochs: int = 2, seed: int = 0) -> PairRequest:
    """A request that ends soon."""
    return PairRequest(dataset="digits", network="notes-cnn", reduction=4, epochs=epochs, seed=seed)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that a process does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def present(jobs: PairJobs, pair: Pair) -> Pair:
    """The pair as it stands."""
    found = jobs.pair(pair.id)
    assert found is not None
    return found


def ended(jobs: PairJobs, pair: Pair) -> Pair:
    """The pair, once it has ended."""
    until(lambda: present(jobs, pair).is_over)
    return present(jobs, pair)


def processes_of(folder: Path) -> list[int]:
    """Processes whose command names the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:  # it has just ended
            continue
        if b"pair_child.py" in command and str(folder).encode() in command:
            found.append(int(path.parent.name))
    return found
