"""Networks that the caches dropped: what they took goes back to the device and to the system once they are gone."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
import weakref

import torch
from torch import nn

__all__ = ["Leaving"]

FIRST, LONGEST = 0.5, 60.0  # seconds from one look to the next, each wait twice the one before


def _hand_back() -> None:
    """What PyTorch's allocators and glibc keep for later, other processes may have."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # musl has none
        trim(0)


class Leaving:
    """The networks on their way out.

    A dropped network lives on until the cache has let go of it, the last run that uses it has ended and its worker's
    thread too; from then on only it refers to itself. To hand memory back any earlier gives nothing back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._networks: list[weakref.ref[nn.Module]] = []
        self._due, self._wait = 0.0, FIRST

    def add(self, network: nn.Module) -> None:
        """It was dropped."""
        with self._lock:
            self._networks.append(weakref.ref(network))
            self._due, self._wait = 0.0, FIRST

    def tidy(self) -> None:
        """Hand back what is gone: looked for at the next run, and ever more rarely until none is left."""
        if not self._networks or time.monotonic() < self._due or not self._lock.acquire(blocking=False):
            return
        try:
            gc.collect()
            left = [network for network in self._networks if network() is not None]
            if len(left) < len(self._networks):
                _hand_back()
            self._networks, self._due, self._wait = left, time.monotonic() + self._wait, min(2 * self._wait, LONGEST)
        finally:
            self._lock.release()
