"""Two trainings side by side, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["EpochLine", "epoch_lines"]

ROLES: tuple[Role, ...] = ("u", "x", "s", "hidden")
MARKS = ("circle", "diamond", "square", "triangle-up")
MANY = 20  # epochs from which on points would run into each other


@dataclass(frozen=True)
class EpochLine:
    """One quantity of one training.

    Attributes:
        name: for the legend, such as "with SE, test".
        epochs, values: (E,); an epoch that was not measured is left out.
        side: number of the training, which gives colour and mark.
        quiet: drawn thin and dotted, such as what was measured on the training pictures.
    """

    name: str
    epochs: Sequence[int]
    values: Sequence[float]
    side: int = 0
    quiet: bool = False


def epoch_lines(
    lines: Sequence[EpochLine],
    epochs: int,
    theme: Theme,
    *,
    title: str = "",
    y_title: str = "",
    share: bool = False,
    say: Say = english,
) -> go.Figure:
    """Lines over the epochs; the axis reaches to the last epoch from the start, so that what is left can be seen.

    Args:
        lines: each with its name; colour goes with mark and dash, so that none rests on colour alone.
        epochs: of the whole training.
        share: values are shares of 1 and shown in per cent, the axis from 0 to 1.
    """
    fig = go.Figure([_line(line, epochs, theme, share, say) for line in lines])
    alt = _alt(lines, title or y_title, share, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=say("epoch"), y_title=y_title, height=340, legend=True)
    across = {"range": [0, epochs + 0.5], "tickformat": "d", "zeroline": False}
    shares = {"range": [0, 1.02], "tickformat": ".0%"} if share else {}
    lay_over(fig, xaxis=across, yaxis={"rangemode": "tozero", **shares})
    return fig


def _line(line: EpochLine, epochs: int, theme: Theme, share: bool, say: Say) -> go.Scatter:
    ink = colour(ROLES[line.side % len(ROLES)], theme)
    value = "%{y:.1%}" if share else "%{y:.4f}"
    return go.Scatter(
        x=list(line.epochs),
        y=list(line.values),
        name=line.name,
        mode="lines" if line.quiet or epochs > MANY else "lines+markers",
        line={"color": ink, "width": 1.5 if line.quiet else 2.5, "dash": "dot" if line.quiet else "solid"},
        marker={"color": ink, "size": 8, "symbol": MARKS[line.side % len(MARKS)]},
        hovertemplate=say("{name}, epoch {epoch}: {value}").format(name=line.name, epoch="%{x}", value=value)
        + "<extra></extra>",
    )


def _alt(lines: Sequence[EpochLine], what: str, share: bool, say: Say) -> str:
    def told(value: float) -> str:
        return f"{100 * value:.1f}%" if share else number(value)

    parts = [
        say("{name} from {first} in epoch {start} to {last} in epoch {end}").format(
            name=line.name,
            first=told(line.values[0]),
            start=line.epochs[0],
            last=told(line.values[-1]),
            end=line.epochs[-1],
        )
        for line in lines
        if len(line.values)
    ]
    if not parts:
        return say("{what}: 0 epochs are done.").format(what=what)
    return say("{what}: {parts}.").format(what=what, parts=say("; ").join(parts))
