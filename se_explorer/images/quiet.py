"""Pillow's warnings, held back while a picture is decoded.

Pillow warns about odd metadata as it reads. A person cannot act on that, and under ``python -W error`` a warning would
turn a good picture into a refused one. ``warnings.catch_warnings`` is no help: it swaps the process's whole list of
filters, so two threads that leave it out of order lose each other's. Here one filter, for Pillow's modules alone, is
added while anyone decodes and taken out by the last to finish.
"""

from __future__ import annotations

import re
import threading
import warnings
from contextlib import suppress
from typing import Any, cast

__all__ = ["PILLOW_QUIET"]


class _PillowQuiet:
    """A context manager that any number of threads may be inside at once."""

    _pattern = r"PIL\."

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            # Adding the same filter again only moves it to the front.
            warnings.filterwarnings("ignore", module=self._pattern)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                added = ("ignore", None, Warning, re.compile(self._pattern), 0)
                # Someone's catch_warnings may have taken our filter away already.
                with suppress(ValueError):
                    cast("list[Any]", warnings.filters).remove(added)


PILLOW_QUIET = _PillowQuiet()
