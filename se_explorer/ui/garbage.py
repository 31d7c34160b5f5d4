"""Python's garbage collection, which Streamlit asks for after every run of a page."""

from __future__ import annotations

import gc
import threading

import scipy.stats  # noqa: F401  (analyses would load it later, and it makes many objects)

__all__ = ["set_imports_apart"]

_lock = threading.Lock()
_done = threading.Event()


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
            _done.set()
