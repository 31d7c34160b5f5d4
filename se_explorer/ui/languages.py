"""The language of a session: the browser's at first, then what its switch says, which stays in the address."""

from __future__ import annotations

import streamlit as st

from se_explorer.language import LANGUAGES, known_language, set_language
from se_explorer.ui import address

__all__ = ["LANGUAGE", "choose_language", "speak"]

LANGUAGE = "lang"


def _choice() -> address.Choice[str]:
    return address.one_of(LANGUAGE, list(LANGUAGES), known_language(st.context.locale))


def speak() -> None:
    """Speak the session's language from here on: first in every run, and in callbacks that say something."""
    set_language(_choice().value)


def choose_language() -> None:
    """The switch, in the side bar of every page."""
    choice = _choice()
    choice.prepare()
    with st.sidebar:
        chosen = st.segmented_control(
            "Language / 语言",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            label_visibility="collapsed",
            key=LANGUAGE,
            wrap=True,
        )
        _tell_browser(choice.keep(chosen or choice.default))


def _tell_browser(tag: str) -> None:
    """Name the page's language, or a screen reader would read Chinese with an English voice."""
    st.html(f"<script>document.documentElement.lang = '{tag}'</script>", unsafe_allow_javascript=True)
