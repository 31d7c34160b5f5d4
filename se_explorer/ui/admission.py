"""How many sessions work at once: a further one waits in line for a place and comes in by itself."""

from __future__ import annotations

import functools

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from se_explorer.errors import BusyError, SettingError
from se_explorer.language import _, later, later_n, ngettext
from se_explorer.limits import limits
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.languages import speak
from se_explorer.ui.seats import Seats

__all__ = ["admitted", "offers_training", "seats", "take_own_place"]

LOOK = 3  # seconds between looks at the line


def _is_connected(session: str) -> bool:
    """Whether a browser holds the session; outside a server, as in tests, nothing is known and all are there."""
    return not exists() or get_instance().is_active_session(session)


@functools.cache
def _seats(places: int, waiting: int) -> Seats:
    return Seats(places, waiting, _is_connected)


def seats() -> Seats:
    """This process's places."""
    allowed = limits()
    return _seats(allowed.sessions, allowed.waiting)


@functools.cache
def _own_places(places: int) -> Seats:
    return Seats(places, 0, _is_connected)


def take_own_place() -> None:
    """Have a place for a network of the session's own file; it is free again when the session ends.

    Raises:
        BusyError: as many such networks as fit into the memory are open.
    """
    places = limits().own_networks
    if _own_places(places).take(_me()) != 0:
        raise BusyError(
            later_n(
                "at most {count} network of people's own files at a time",
                "at most {count} networks of people's own files at a time",
                places,
                count=places,
            ),
            later("one more"),
            later("Try again when somebody has closed the page, or choose a network of the catalog."),
        )


def offers_training() -> bool:
    """Whether the page Train is there. On a person's own machine it says what switched training off."""
    try:
        return limits().training or limits().profile == "local"
    except SettingError:
        return False  # ``admitted`` tells it


def _me() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def admitted() -> bool:
    """Whether this session has a place; if it has none, the page is one that says so and looks again by itself."""
    with shown_errors():
        place = seats().take(_me())
        if place == 0:
            return True
        st.title(_("All places are taken"))
        if place is None:
            _come_back()
        else:
            _wait()
    return False


def _come_back() -> None:
    st.info(
        _("As many people as this server can serve are at work, and as many wait. Please come back later."),
        icon=":material/groups:",
    )
    st.button(_("Try again"), key="_try_again", type="primary", icon=":material/refresh:")


@st.fragment(run_every=LOOK)
def _wait() -> None:
    speak()  # a fragment runs without the page around it
    place = seats().take(_me())
    if place is None or place == 0:
        st.rerun()
        return
    count = seats().places
    told = ngettext(
        "{count} person is at work here, as many as this server can serve well.",
        "{count} people are at work here, as many as this server can serve well.",
        count,
    )
    st.info(told.format(count=count), icon=":material/groups:")
    st.markdown(
        _("You are number {place} in line. This page opens by itself when it is your turn.").format(place=place)
    )
