"""What Streamlit draws too pale or too narrow to read, and no theme setting reaches."""

from __future__ import annotations

import streamlit as st

from se_explorer.figures import colour

__all__ = ["make_legible"]

#: On the dark theme's light blue Streamlit writes white (2.3:1); the page's own dark makes it 8:1.
STYLE = """
<style>
[data-testid="stMultiSelect"] [data-tag], [data-testid="stBaseButton-primary"]:not(:disabled) {
  color: light-dark(LIGHT, DARK) !important;
}
/* Streamlit stacks columns in windows below 640 px; beside an open side bar the room is that narrow below 1000 px. */
@media (max-width: 1000px) {
  .stApp:not(:has([data-testid="stExpandSidebarButton"])) [data-testid="stMain"] [data-testid="stColumn"] {
    min-width: calc(100% - 1.5rem);
  }
}
</style>
"""


def make_legible() -> None:
    """Dark letters on the dark theme's chips and buttons, columns that stack; once a run, before anything is drawn."""
    grounds = colour("background", "light"), colour("background", "dark")
    st.html(STYLE.replace("LIGHT", grounds[0]).replace("DARK", grounds[1]))
