"""Presenter mode: large type, no side bar, one thing a screen, arrow keys."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from se_explorer.figures import Theme, colour
from se_explorer.ui import address

__all__ = ["PRESENT", "enlarged", "is_presenting", "keep_presenting", "listen", "set_presenting", "show_large"]

PRESENT = "present"
KEYS = "_presenter_keys"
LETTERS = 17  # px, in charts

#: Root letters of 1.5 times the size: Streamlit measures all of its own in them.
STYLE = """
<style>
html { font-size: 24px !important; }
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 0.4rem 2rem 2.3rem !important; max-width: none !important; }
.st-key-_presenter_keys { position: absolute; } /* it hears keys and needs no row */
.st-key-_presenter_bar button { min-height: 1.6rem; padding: 0 0.6rem; }
.st-key-_presenter_bar [data-testid="stCaptionContainer"] p { font-size: 0.65rem; }
.st-key-_presenter_bar {
  position: fixed; bottom: 0; left: 0; right: 0; z-index: 999; padding: 0.2rem 2rem;
  background: var(--presenter-ground, GROUND); flex-wrap: nowrap !important; border-top: 1px solid GRID;
}
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }
</style>
"""
SCRIPT = """
const FORWARD = ["ArrowRight", "PageDown"], BACK = ["ArrowLeft", "PageUp"];
const HOLDERS = "input, textarea, select, [contenteditable=true], [role=slider], [role=grid], [role=listbox], canvas";
export default function ({ setTriggerValue }) {
  const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor; // a theme may have its own
  document.documentElement.style.setProperty("--presenter-ground", ground);
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const way = FORWARD.includes(event.key) ? "next" : BACK.includes(event.key) ? "back"
      : event.key === "Escape" ? "leave" : "";
    const held = event.target instanceof Element && event.target.closest(HOLDERS);
    if (!way || (held && way !== "leave") || document.querySelector("[role=dialog]")) return;
    event.preventDefault();
    setTriggerValue("go", way);
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
"""
_keys = st.components.v2.component("se_explorer_presenter_keys", js=SCRIPT)


def _choice() -> address.Choice[str]:
    return address.one_of(PRESENT, ["0", "1"], "0")


def is_presenting() -> bool:
    """Whether the session is in presenter mode."""
    return _choice().value == "1"


def set_presenting(wanted: bool) -> None:
    """Go into presenter mode or leave it; for callbacks."""
    st.session_state[PRESENT] = "1" if wanted else "0"


def keep_presenting() -> None:
    """Write it to the address."""
    choice = _choice()
    choice.keep(choice.value)


def show_large(theme: Theme) -> None:
    """Large letters, nothing around the page."""
    st.html(STYLE.replace("GROUND", colour("background", theme)).replace("GRID", colour("grid", theme)))


def enlarged(figure: go.Figure) -> go.Figure:
    """The figure with letters for the back of a room."""
    figure.update_layout(font={"size": LETTERS}, legend={"font": {"size": LETTERS}})
    figure.update_xaxes(tickfont={"size": LETTERS}, title={"font": {"size": LETTERS}})
    figure.update_yaxes(tickfont={"size": LETTERS})
    figure.update_annotations(font={"size": LETTERS})
    figure.update_traces(textfont={"size": LETTERS}, selector={"type": "bar"})
    return figure


def listen(go: Callable[[str], None]) -> None:
    """Hear the keys: right arrow and page down are "next", left and page up "back", escape is "leave".

    Keys that a control needs itself, such as the arrows on a slider, are left to it.
    """

    def heard() -> None:
        found = st.session_state.get(KEYS)
        way = found.get("go") if found else None
        if way in ("next", "back", "leave"):
            go(str(way))

    _keys(key=KEYS, on_go_change=heard, height=1)
