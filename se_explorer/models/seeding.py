"""Random weights that are the same for the same seed and move nobody's random state."""

from __future__ import annotations

import threading
from collections.abc import Callable

import torch
from torch import nn

__all__ = ["build_seeded"]

_lock = threading.Lock()  # torch's random state is one for the whole process


def build_seeded(build: Callable[[], nn.Module], seed: int = 0) -> nn.Module:
    """A network built from the random numbers of ``seed``; torch's global random state is then as it was.

    Networks are built one at a time: two that drew side by side would mix their numbers, and each would put back the
    other's state. Only the CPU's generator is seeded; ``torch.manual_seed`` would seed every GPU's as well.
    """
    with _lock, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return build()
