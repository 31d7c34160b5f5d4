"""What holds for every plotly figure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

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


def inside(tree: ElementTree.Element) -> float:
    """All of a drawing lies inside of it, its boxes do not overlap, its letters are large enough; gives its width."""
    svg = "{http://www.w3.org/2000/svg}"
    _, _, width, height = map(float, str(tree.get("viewBox")).split())
    assert float(str(tree.get("font-size"))) >= 12
    columns: dict[str, list[tuple[float, float]]] = {}
    for box in tree.iter(f"{svg}rect"):
        x, y, wide, high = (float(str(box.get(side))) for side in ("x", "y", "width", "height"))
        assert min(x, y) >= 0
        assert x + wide <= width
        assert y + high <= height
        if box.get("fill") != "none" and box.get("rx") == "5":
            columns.setdefault(str(box.get("x")), []).append((y, y + high))
    for text in tree.iter(f"{svg}text"):
        assert 0 < float(str(text.get("y"))) <= height
    for column in columns.values():
        assert all(above[1] < below[0] for above, below in pairwise(sorted(column))), "boxes overlap"
    return width
