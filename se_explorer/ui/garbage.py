"""Python's garbage collection: what imports made is left out of it, and not every run of a page asks for one.

Streamlit would collect after every run; both configurations say ``postScriptGC = false``. What ten sessions hold took a
twentieth to a tenth of a second to look through, in which no session got an answer (docs/architecture.md).
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import scipy.stats  # noqa: F401  (analyses would load it later, and it makes many objects)

from se_explorer.ui.leaving import leaving

__all__ = ["EVERY", "collected_at_times", "set_imports_apart"]

EVERY = 5.0  # seconds from the end of one collection to the begin of the next, for all sessions of this process

_lock = threading.Lock()
_done = threading.Event()


class _Turns:
    """When the last collection ended; one run at a time may do the next."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.ended = time.monotonic()

    def collect(self) -> None:
        """If it is time, or a network was dropped, and nobody else is at it."""
        due = leaving.news or time.monotonic() - self.ended >= EVERY
        if due and self.lock.acquire(blocking=False):
            try:
                gc.collect()
                leaving.hand_back()
            finally:
                self.ended = time.monotonic()
                self.lock.release()


_turns = _Turns()


def set_imports_apart() -> None:
    """Once a process: take what imports have made, and no run ever leaves behind, out of every collection.

    There are more than half a million of them, most of them PyTorch's. Looking through them takes a third of a second,
    in which no session gets an answer; looking through what runs make takes a tenth of that or less. To be called
    before the first network is opened: what is set apart is never collected, and a network refers to itself.
    """
    with _lock:  # sessions that come meanwhile wait, rather than open a network
        if not _done.is_set():
            gc.collect()
            gc.freeze()
            gc.collect()  # Python measures how much is new against what the last collection saw: now without imports
            _done.set()


@contextmanager
def collected_at_times() -> Iterator[None]:
    """A run of a page: at its end, however it ends, what refers to itself is let go, if the last time is ``EVERY`` ago.

    After a run that made the caches drop a network it is let go at once, and its memory handed back. Between those
    times, and in runs of fragments, Python's own collector comes once a quarter more has gathered.
    """
    try:
        yield
    finally:
        _turns.collect()
