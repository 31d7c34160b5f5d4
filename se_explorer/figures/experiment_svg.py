"""Seeds, means and intervals as an SVG text for documents: the same rows as ``seed_points``, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from se_explorer.figures.experiment_points import SeedRow
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import number

__all__ = ["seed_svg"]

WIDTH, LEFT, RIGHT = 720, 250, 20  # px
ROW, TOP, BOTTOM = 34, 40, 44
TICKS = 6


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers within the limits, at most ``TICKS`` of them."""
    rough = (high - low) / TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(each for each in (1, 2, 5, 10) if each * power >= rough)
    return [float(each) for each in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def _limits(rows: Sequence[SeedRow], zero: bool) -> tuple[float, float]:
    values = [value for row in rows for _name, value in row.seeds]
    values += [end for row in rows for end in (row.low, row.high, row.mean) if end is not None]
    values += [0.0] if zero or not values else []
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def seed_svg(
    names: Sequence[str], rows: Sequence[SeedRow], theme: Theme, *, title: str, x_title: str, zero: bool = False
) -> str:
    """An SVG document: a ring a seed, a diamond at the mean, a line for its interval.

    Args:
        names, rows: from top to bottom.
        zero: whether 0 is marked.
    """
    low, high = _limits(rows, zero)
    ink, hue, grid = colour("text", theme), colour("u", theme), colour("grid", theme)
    height, foot = TOP + ROW * len(rows) + BOTTOM, TOP + ROW * len(rows)

    def across(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    parts = [_text(8, 22, title, size=15)]
    for tick in _ticks(low, high):
        parts.append(f'<path d="M{across(tick):.1f} {TOP}V{foot}" stroke="{grid}"/>')
        parts.append(_text(across(tick), foot + 16, number(tick, digits=4), "middle", 12))
    if zero:
        parts.append(f'<path d="M{across(0):.1f} {TOP}V{foot}" stroke="{ink}"/>')
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        y = TOP + ROW * (place + 0.5)
        parts.append(_text(LEFT - 10, y + 4, name, "end"))
        if row.low is not None and row.high is not None:
            parts.append(
                f'<path d="M{across(row.low):.1f} {y + 5:.1f}H{across(row.high):.1f}" stroke="{hue}" stroke-width="2"/>'
            )
        parts += [
            f'<circle cx="{across(value):.1f}" cy="{y - 5:.1f}" r="3" fill="none" stroke="{hue}"/>'
            for _seed, value in row.seeds
        ]
        if row.mean is not None:
            x = across(row.mean)
            parts.append(f'<path d="M{x:.1f} {y - 1:.1f}l6 6-6 6-6-6z" fill="{hue}"/>')
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, foot + 36, x_title, "middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" fill="{ink}" role="img"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="{colour("background", theme)}"/>{"".join(parts)}</svg>\n'
    )
