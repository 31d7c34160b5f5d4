"""Train: which pair is looked at, what else trains or waits, and the two ways to show it."""

from __future__ import annotations

import streamlit as st

from se_explorer.errors import SEExplorerError
from se_explorer.figures import Theme
from se_explorer.language import _, list_of
from se_explorer.training.jobs import pair_jobs, training_allowed
from se_explorer.training.pairs import Pair
from se_explorer.ui import address
from se_explorer.ui.errors import show_error
from se_explorer.ui.languages import speak
from se_explorer.ui.presenter import listen, set_presenting
from se_explorer.ui.train_form import PAIR, draw_form
from se_explorer.ui.train_live import draw_pair, watch_pair
from se_explorer.ui.train_result import draw_actions, tell_limits, tell_state, trace_numbers
from se_explorer.ui.train_words import asked, pair_label

__all__ = ["draw_page", "draw_screen"]

POLL = 2.0  # seconds between two looks at the line
LINE = "_train_line"
SCREEN = "train_screen"
SCREENS = ("curves", "gates")  # of presenter mode, each without scrolling


def _signature() -> str:
    return ";".join(f"{pair.id}={pair.state}{pair.name}" for pair in pair_jobs().pairs())


@st.fragment(run_every=POLL)
def _watch_line() -> None:
    """What trains and what waits on this server, whoever asked for it; the page follows when that changes."""
    speak()  # a fragment that runs by itself does not come through streamlit_app.py
    if st.session_state.get(LINE) != _signature():
        st.rerun()
    pairs = pair_jobs().pairs()
    running = [asked(pair.request) for pair in pairs if pair.state == "running"]
    waiting = [asked(pair.request) for pair in reversed(pairs) if pair.state == "queued"]
    if running:
        st.caption(_("Trains now on this server: {pair}").format(pair=running[0]))
    if waiting:
        st.caption(_("Wait in line: {pairs}").format(pairs=list_of(waiting)))
    if not running and not waiting:
        st.caption(_("Nothing trains on this server now."))


def _chosen_pair() -> Pair | None:
    """The pair of the address; else the one that trains now, else the latest."""
    pairs = {pair.id: pair for pair in pair_jobs().pairs()}
    if not pairs:
        address.text(PAIR).keep("")
        return None
    choice = address.one_of(PAIR, ["", *pairs], "")
    choice.prepare()
    labels = {"": _("The one that trains now, or the latest"), **{key: pair_label(pair) for key, pair in pairs.items()}}
    given = st.selectbox(_("Pair"), ["", *pairs], format_func=labels.__getitem__, key=PAIR)
    chosen = pairs.get(choice.keep(str(given)))
    return chosen or pair_jobs().running() or next(iter(pairs.values()))


def _shown_pair() -> Pair | None:
    """As ``_chosen_pair``, without a widget."""
    return pair_jobs().pair(address.text(PAIR).value) or pair_jobs().running() or next(iter(pair_jobs().pairs()), None)


def _draw(pair: Pair, theme: Theme, screen: str = "") -> None:
    try:
        if pair.is_over:
            draw_pair(pair, theme, screen)
        else:
            watch_pair(pair.id, theme, screen)
    except SEExplorerError as error:
        show_error(error)


def draw_page(theme: Theme) -> None:
    """The form, what trains, and the pair that is looked at."""
    st.markdown(
        _(
            "Train one network twice, with and without SE blocks: the same recipe, the same seed, side by side. The "
            "digits are done in a minute or two; the training goes on when you close this page."
        )
    )
    if training_allowed():
        with st.container(border=True):
            draw_form()
    else:
        st.info(_("Training is switched off on this server. What was trained here before can be looked at."))
    st.session_state[LINE] = _signature()
    _watch_line()
    pair = _chosen_pair()
    if pair is None:
        return
    st.header(_("Side by side"), divider="green")
    tell_state(pair)
    draw_actions(pair)
    _draw(pair, theme)
    tell_limits(pair)
    trace_numbers(pair)
    st.button(
        _("Present"),
        key="_train_present",
        on_click=set_presenting,
        args=(True,),
        icon=":material/slideshow:",
        help=_("Large letters and the curves alone; Escape leaves."),
    )


def _screen() -> address.Choice[str]:
    return address.one_of(SCREEN, SCREENS, SCREENS[0])


def _go(way: str) -> None:
    """Leave, or on to the other screen."""
    if way == "leave":
        set_presenting(False)
        return
    other = SCREENS[1 - SCREENS.index(_screen().value)]
    st.session_state[SCREEN] = _screen().keep(other)


def draw_screen(theme: Theme) -> None:
    """The pair alone, in large letters."""
    pair, screen = _shown_pair(), _screen().keep(_screen().value)
    if pair is None:
        st.markdown(_("Nothing has been trained here yet."))
    else:
        st.markdown("### " + asked(pair.request))
        _draw(pair, theme, screen)
    listen(_go)
    with st.container(key="_presenter_bar", horizontal=True, vertical_alignment="center"):
        told = _("Gates") if screen == "curves" else _("Curves")
        st.button(told, key="_present_next", on_click=_go, args=("next",), icon=":material/swap_horiz:")
        st.button(_("Leave"), key="_present_leave", on_click=_go, args=("leave",), icon=":material/close:")
