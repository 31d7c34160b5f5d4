"""What two blocks do together beyond what each does alone: a heat map of all pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.keys import colour_bar_above, selected_key
from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour, colourscale
from se_explorer.figures.wording import Say, english, number

__all__ = ["PAIR_MARK", "pair_heatmap"]

PAIR_MARK = "|"
_FEW = 20  # blocks up to which rows are tall and squares apart
_SCALE = 64  # px of the colour scale, which lies on top: on a phone it leaves the squares the whole width


def pair_heatmap(
    names: Sequence[str],
    values: np.ndarray,
    theme: Theme,
    title: str = "",
    unit: str = "",
    *,
    selected: tuple[str, str] | None = None,
    say: Say = english,
) -> go.Figure:
    """A square a pair, on a signed scale whose middle is 0; each pair twice, so that a row holds all of one block's.

    The colour goes with the square root of the size: one large value would leave all others white. The scale's ticks
    are values. The diagonal stays empty: a block makes no pair with itself, and its own effect is of another size.

    A click on a heatmap tells Streamlit nothing, one on a scatter point does: so an invisible point lies on each
    square, whose ``customdata`` is "EARLIER|LATER", and a click goes to the nearest.

    Args:
        names: of the blocks, in running order.
        values: (N, N), symmetric; the diagonal is not looked at.
        unit: of the values, over the colour scale.
        selected: the pair to outline, if any.
    """
    count = len(names)
    z = np.array(values, dtype=np.float32)
    np.fill_diagonal(z, np.nan)
    fig = go.Figure([_heatmap(names, z, unit, theme), _targets(names, z, say)])
    if selected is not None and set(selected) <= set(names):
        _outline(fig, names.index(selected[0]), names.index(selected[1]), theme)
        fig.add_trace(
            selected_key(say("selected: {one} and {two}").format(one=selected[0], two=selected[1]), theme, names[0])
        )
    height = _SCALE + 140 + 24 * (title != "") + (26 if count <= _FEW else 18) * max(count, 4)
    alt = _alt(names, z, title or unit, say)
    base_layout(fig, theme, alt=alt, title=title, height=height, legend=len(fig.data) > 2)
    top = fig.layout.margin.t  # the scale lies between legend and squares; plotly itself would leave a gap
    fig.data[0].colorbar.y = 1 - (top + 14) / fig.layout.height
    lay_over(fig, margin={"t": top + _SCALE})
    _axes(fig, names)
    return fig


def _heatmap(names: Sequence[str], z: np.ndarray, unit: str, theme: Theme) -> go.Heatmap:
    roots = np.sign(z) * np.sqrt(np.abs(z))
    end = (float(np.nanmax(roots**2)) if np.isfinite(z).any() else 0.0) or 1.0
    gap = 1 if len(names) <= _FEW else 0
    places = np.asarray([-1, -0.5, 0, 0.5, 1])
    return go.Heatmap(
        z=roots,
        x=list(names),
        y=list(names),
        zmin=-(end**0.5),
        zmax=end**0.5,
        colorscale=colourscale("diverging"),
        xgap=gap,
        ygap=gap,
        hoverinfo="skip",
        hoverongaps=False,
        showlegend=False,
        colorbar=colour_bar_above(
            unit,
            theme,
            (places * end**0.5).tolist(),
            [number(share * abs(share) * end, digits=2, signed=True) for share in places.tolist()],
        ),
    )


def _targets(names: Sequence[str], z: np.ndarray, say: Say) -> go.Scatter:
    """An invisible square on each pair's two places, row after row."""
    places = [(row, column) for row in range(len(names)) for column in range(len(names)) if row != column]
    pair = say("{one} and {two}")
    return go.Scatter(
        x=[names[column] for _, column in places],
        y=[names[row] for row, _ in places],
        mode="markers",
        marker={"symbol": "square", "size": 6, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[PAIR_MARK.join(names[place] for place in sorted(both)) for both in places],
        text=[number(value, signed=True) for value in z[~np.eye(len(names), dtype=bool)].tolist()],
        hovertemplate=f"<b>{pair.format(one='%{y}', two='%{x}')}</b><br>%{{text}}<extra></extra>",
        showlegend=False,
        name="",
    )


def _outline(fig: go.Figure, one: int, two: int, theme: Theme) -> None:
    """A dark and a light line around both places of the pair: one of them shows on any colour."""
    lines: tuple[tuple[Role, float], ...] = (("background", 5), ("selected", 2.5))
    for x, y in ((one, two), (two, one)):
        for role, width in lines:
            box = {"x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5}
            line = {"width": width, "color": colour(role, theme)}
            fig.add_shape(type="rect", **box, line=line, layer="above", name=f"outline-{role}")


def _axes(fig: go.Figure, names: Sequence[str]) -> None:
    """Names that do not fit side by side are left out by plotly."""
    count = len(names)
    small = {"size": 12 if count <= _FEW else 10}
    named = {"type": "category", "categoryorder": "array", "categoryarray": list(names), "tickfont": small}
    common = {**named, "showgrid": False, "zeroline": False}
    across = {**common, "tickangle": -90, "range": [-0.5, count - 0.5]}
    lay_over(fig, hoverdistance=-1, xaxis=across, yaxis={**common, "range": [count - 0.5, -0.5]})


def _alt(names: Sequence[str], z: np.ndarray, what: str, say: Say) -> str:
    count = len(names)
    if count < 2:
        return say("{what}: 0 pairs.").format(what=what)
    low, high = (divmod(int(place), count) for place in (np.nanargmin(z), np.nanargmax(z)))
    text = say("{what}: {pairs} pairs of {count} blocks, from {low} ({low_pair}) to {high} ({high_pair}).")
    pair = say("{one} and {two}")
    return text.format(
        what=what,
        pairs=count * (count - 1) // 2,
        count=count,
        low=number(float(z[low]), signed=True),
        low_pair=pair.format(one=names[low[0]], two=names[low[1]]),
        high=number(float(z[high]), signed=True),
        high_pair=pair.format(one=names[high[0]], two=names[high[1]]),
    )
