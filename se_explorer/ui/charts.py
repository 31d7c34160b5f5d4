"""Draw a figure, and let a click on it choose something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from se_explorer.ui.downloads import chart_config

__all__ = ["draw"]


def _clicked(key: str, choose: Callable[[Any], None], whole: bool) -> None:
    event = st.session_state.get(key)
    points = event["selection"]["points"] if event else []
    if not points:
        return
    if whole:
        choose(points[0])
        return
    data = points[0].get("customdata")
    value = data[0] if isinstance(data, (list, tuple)) else data
    if value is not None:
        choose(value)


def draw(figure: go.Figure, key: str, choose: Callable[[Any], None] | None = None, *, whole: bool = False) -> None:
    """Show a figure with its alternative text.

    Args:
        choose: called with the custom data of the point that was clicked, before the page is drawn again.
        whole: it gets the point as Streamlit tells it (x, y, customdata and so on) instead.
    """
    config = chart_config(figure)
    alt = (figure.layout.meta or {}).get("alt", "")
    if choose is None:
        st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
        return
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        config=config,
        alt=alt,
        on_select=lambda: _clicked(key, choose, whole),
        selection_mode="points",
    )
