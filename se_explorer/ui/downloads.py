"""Charts and pictures as files: one component a page puts a small button at each of them.

The browser of the person, which has plotly.js anyway, draws PNG and SVG: the server needs no Chrome, and nobody a
network connection.
"""

from __future__ import annotations

import re
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from se_explorer.figures import Theme, colour
from se_explorer.language import _

__all__ = ["chart_config", "figure_name", "offer_downloads"]

HERE = Path(__file__).parent
LETTERS = 48  # of a figure's name


def _source(name: str) -> str:
    """A file without indentation and lines of comment: it goes over the wire in every run of a page."""
    lines = (line.strip() for line in (HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


_component = st.components.v2.component(
    "se_explorer_downloads",
    css=_source("downloads.css"),
    js=_source("downloads.js"),
    isolate_styles=False,
)


def figure_name(figure: go.Figure) -> str:
    """A name for the file, from the figure's title, or from the beginning of its alternative text."""
    layout = figure.layout
    told = str(layout.title.text or "") or re.split(r"[:;,.：；，。]", str((layout.meta or {}).get("alt", "")))[0]
    words = re.sub(r"<[^>]*>", " ", told).lower()
    return re.sub(r"\W+", "-", words)[:LETTERS].strip("-") or "figure"


def chart_config(figure: go.Figure) -> dict[str, object]:
    """plotly.js's configuration: its one button is hidden, and pressed by ours."""
    return {
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "displayNotifier": False,
        "displaylogo": False,
        "scrollZoom": False,
        "toImageButtonOptions": {"filename": figure_name(figure)},
    }


def offer_downloads(network: str, theme: Theme) -> None:
    """Put the buttons at all charts and pictures of this page, whether they are drawn before or after this.

    Args:
        network: what the files are named after, besides page and figure.
    """
    ground = colour("background", theme)
    words = {"open": _("Download"), "of": _("Download: {what}"), "as": _("Download as {format}: {what}")}
    _component(key="_downloads", data={"network": network, "ground": ground, "words": words}, height="content")
