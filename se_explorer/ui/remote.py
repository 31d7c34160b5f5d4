"""The engine server that the environment names, if it names one: who is asked for traces, and what is told of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from se_explorer.cluster import ADDRESS_VARIABLE
from se_explorer.engine import Engine, Worker
from se_explorer.language import _

if TYPE_CHECKING:
    from se_explorer.cluster.fallback import Fallback, Route

__all__ = ["tell_remote", "tracer"]


def tracer(engine: Engine) -> Worker | Route:
    """Who takes an engine's traces: its own worker, or the way to a server with a way back to the worker."""
    remote = _remote()
    return engine.worker if remote is None else remote.route(engine)


def tell_remote() -> None:
    """Say it while the server does not answer. Its address is nobody's business."""
    remote = _remote()
    if remote is not None and remote.down:
        st.info(
            _(
                "The engine server does not answer at the moment. Pictures run on this machine, which may take longer; "
                "the server is tried again by itself."
            )
        )


def _remote() -> Fallback | None:
    return _opened() if os.environ.get(ADDRESS_VARIABLE) else None


@st.cache_resource(max_entries=1, show_spinner=False)
def _opened() -> Fallback | None:
    """Connections of all sessions. Imported only here: an app without a server has no use for it."""
    from se_explorer.cluster.fallback import remote_from

    return remote_from(os.environ)
