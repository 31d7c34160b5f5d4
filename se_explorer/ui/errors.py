"""The boundary that keeps tracebacks from people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from se_explorer.errors import SEExplorerError
from se_explorer.ui.sidebar import show_error

__all__ = ["shown_errors"]


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show an error of ours where it happened and end the page there; the session's state stays as it is."""
    try:
        yield
    except SEExplorerError as error:
        show_error(error)
