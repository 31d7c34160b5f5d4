"""Interleaved timing: rivals take turns, so that a slow moment of the machine hits them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch

__all__ = ["Rival", "collected_between_turns", "interleave", "matmul_speed", "quartiles", "settle"]


def _nothing() -> None:
    """What a rival needs before and after its runs, mostly."""


@dataclass(frozen=True)
class Rival:
    """What takes part in an interleaved measurement.

    Attributes:
        run: is timed.
        before, after: put the process into the rival's state and back; not timed.
    """

    run: Callable[[], object]
    before: Callable[[], None] = _nothing
    after: Callable[[], None] = _nothing


def settle() -> None:
    """Until an accelerator has done what it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()


@contextmanager
def collected_between_turns() -> Iterator[None]:
    """One rival's garbage shall not be collected in another's time."""
    enabled = gc.isenabled()
    gc.collect()
    gc.freeze()  # what lives already is not gone through again after every turn
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def _time(rival: Rival) -> float:
    rival.before()
    try:
        settle()
        started = time.perf_counter()
        kept = rival.run()
        settle()
        seconds = time.perf_counter() - started
        del kept  # letting go of the result is nobody's work
        return seconds
    finally:
        rival.after()


def interleave(
    rivals: Mapping[str, Callable[[], object] | Rival], runs: int, warm_ups: int = 1
) -> dict[str, list[float]]:
    """Seconds of each rival's runs, turn by turn.

    Every turn runs each rival once, and begins one rival later than the turn before, so that none always follows the
    same other.

    Args:
        warm_ups: turns that are not counted.
    """
    entrants = {name: rival if isinstance(rival, Rival) else Rival(rival) for name, rival in rivals.items()}
    names = list(entrants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    with collected_between_turns():
        for turn in range(runs + warm_ups):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                taken = _time(entrants[name])
                if turn >= warm_ups:
                    seconds[name].append(taken)
            gc.collect()
    return seconds


def quartiles(values: list[float]) -> tuple[float, float]:
    """The first and the third; of a single value, that value twice."""
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def matmul_speed(device: torch.device, size: int = 1024, runs: int = 10) -> float:
    """Multiply-adds a second of a float32 matrix product, in units of 1e9: what this machine can do."""
    left, right = torch.randn(size, size, device=device), torch.randn(size, size, device=device)
    seconds = interleave({"product": lambda: left @ right}, runs)["product"]
    return float(size**3 / statistics.median(seconds) / 1e9)
