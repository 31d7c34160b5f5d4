"""Letters that Streamlit draws too pale, and no theme setting reaches."""

from __future__ import annotations

import streamlit as st

from se_explorer.figures import colour

__all__ = ["mend_contrast"]

#: On the dark theme's light blue Streamlit writes white (2.3:1); the page's own dark makes it 8:1.
STYLE = """
<style>
[data-testid="stMultiSelect"] [data-tag], [data-testid="stBaseButton-primary"]:not(:disabled) {
  color: light-dark(LIGHT, DARK) !important;
}
</style>
"""


def mend_contrast() -> None:
    """Dark letters on chips and main buttons of the dark theme; once a run, before anything is drawn."""
    grounds = colour("background", "light"), colour("background", "dark")
    st.html(STYLE.replace("LIGHT", grounds[0]).replace("DARK", grounds[1]))
