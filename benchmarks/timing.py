"""Interleaved timing: rivals take turns, so that a slow moment of the machine hits them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

__all__ = ["Ratio", "interleave", "matmul_speed", "ratio"]


@dataclass(frozen=True)
class Ratio:
    """Median of ``ours`` over median of ``peer``; ``low`` and ``high`` are the quartiles of the pairwise ratios."""

    name: str
    peer: str
    value: float
    low: float
    high: float
    ours_ms: float
    peer_ms: float
    runs: int


def interleave(rivals: Mapping[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Seconds of each rival's runs; one run of each to warm up is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(runs + 1):
        for name, run in rivals.items():
            started = time.perf_counter()
            run()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def ratio(name: str, seconds: Mapping[str, list[float]], ours: str, peer: str) -> Ratio:
    """One rival's time in terms of another's."""
    pairs = sorted(a / b for a, b in zip(seconds[ours], seconds[peer], strict=True))
    mine, theirs = statistics.median(seconds[ours]), statistics.median(seconds[peer])
    quartiles = statistics.quantiles(pairs, n=4) if len(pairs) > 1 else [pairs[0]] * 3
    return Ratio(name, peer, mine / theirs, quartiles[0], quartiles[2], mine * 1e3, theirs * 1e3, len(pairs))


def matmul_speed(device: torch.device, size: int = 1024, runs: int = 10) -> float:
    """Multiply-adds a second of a float32 matrix product, in units of 1e9: what this machine can do."""
    left, right = torch.randn(size, size, device=device), torch.randn(size, size, device=device)
    seconds = interleave({"product": lambda: left @ right}, runs)["product"]
    return float(size**3 / statistics.median(seconds) / 1e9)
