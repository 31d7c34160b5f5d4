"""Python's garbage collection, which Streamlit asks for after every run of a page."""

from __future__ import annotations

import functools
import gc

import scipy.stats  # noqa: F401  (analyses would load it later, and it makes many objects)

__all__ = ["set_imports_apart"]


@functools.cache
def set_imports_apart() -> None:
    """Once a process: take what imports have made, and no run ever leaves behind, out of every collection.

    There are more than half a million of them, most of them PyTorch's. Looking through them takes a third of a second,
    in which no session gets an answer; what runs make takes a hundredth of that.
    """
    gc.collect()
    gc.freeze()
