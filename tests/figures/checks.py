"""What holds for every plotly figure."""

from __future__ import annotations

import re
from typing import Any

import plotly.graph_objects as go

from se_explorer.figures import Theme, alternative_text, colour


def sound(fig: go.Figure, theme: Theme) -> str:
    """Checks what all figures share and gives the alternative text back."""
    alt = alternative_text(fig)
    assert re.search(r"\d", alt), alt
    assert alt[-1] in ".。"
    assert "{" not in alt
    assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert fig.layout.font.color == colour("text", theme)
    assert fig.layout.xaxis.automargin
    assert fig.layout.yaxis.automargin
    assert fig.layout.dragmode is False
    assert len(fig.to_json()) > 100
    return alt


def legend(fig: go.Figure) -> list[str]:
    """The names that the legend shows."""
    return [str(trace.name) for trace in fig.data if trace.showlegend is not False] if fig.layout.showlegend else []


def shouting(template: str) -> str:
    """A translation that one can see: capitals, the fields untouched."""
    return re.sub(r"\{[^}]*\}|[^{]+", lambda part: part[0] if part[0][0] == "{" else part[0].upper(), template)


def lists(values: Any) -> list[Any]:
    """Any array of a figure as a list."""
    return list(values.tolist() if hasattr(values, "tolist") else values)
