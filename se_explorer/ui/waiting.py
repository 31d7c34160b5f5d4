"""Wait for what was asked of a worker: the person sees the place in line; who leaves takes it out of the line."""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from se_explorer.language import _

__all__ = ["client", "waited"]

Result = TypeVar("Result")
PATIENCE = 0.3  # seconds before anything is said
LOOK = 0.1  # seconds between looks at the line


def client() -> Hashable:
    """Whose turn it takes: this session's, or this thread's outside the app."""
    context = get_script_run_ctx()
    return None if context is None else context.session_id


class Line(Protocol):
    """What knows how many are served before somebody, such as a ``Worker``."""

    def place(self, future: Future[Any]) -> int: ...


def waited(worker: Line, future: Future[Result]) -> Result:
    """The result. Streamlit ends a script that is no longer wanted when it next says something, such as here."""
    try:
        if not _done(future, PATIENCE):
            line = st.empty()
            while not _done(future, LOOK):
                line.caption(_told(worker.place(future)))
            line.empty()
        return future.result()
    finally:
        future.cancel()


def _done(future: Future[Result], seconds: float) -> bool:
    try:
        future.exception(seconds)
    except TimeoutError:
        return future.done()
    return True


def _told(place: int) -> str:
    return _("Working it out.") if place < 0 else _("Waiting for others: {place} in line.").format(place=place + 1)
