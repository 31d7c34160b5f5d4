"""Networks that the caches dropped: what they took goes back to the device and to the system once they are gone."""

from __future__ import annotations

import ctypes
import sys
import weakref
from collections import deque

import torch
from torch import nn

__all__ = ["Leaving", "leaving"]


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
    thread too; from then on only it refers to itself. To hand memory back any earlier gives nothing back. Nothing here
    waits for a lock: Python may collect garbage, and so drop a session's network, at any line.

    Attributes:
        news: whether one was dropped since the last ``hand_back``, so that a collection is worth its while.
    """

    def __init__(self) -> None:
        self._networks: deque[weakref.ref[nn.Module]] = deque()
        self.news = False

    def add(self, network: nn.Module) -> None:
        """It was dropped."""
        self._networks.append(weakref.ref(network))
        self.news = True

    def hand_back(self) -> None:
        """After a collection, by one thread at a time: what those had that are gone by now."""
        self.news, gone = False, False
        for _turn in range(len(self._networks)):
            network = self._networks.popleft()
            if network() is None:
                gone = True
            else:
                self._networks.append(network)
        if gone:
            _hand_back()


leaving = Leaving()
