"""Stacks of feature maps and rows of numbers, as Figure 1 draws tensors."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.figures.diagram_svg import LINE, Canvas

__all__ = ["draw_maps", "draw_vector", "sampled"]

SHOWN = 8  # of the channels
STEP = 5  # px from one map to the next
SIDE = 62
CELL = 15
FAINTEST = 0.08  # a gate of 0 is still drawn


def sampled(gates: Sequence[float] | None, channels: int) -> list[float]:
    """Opacities for the channels that are drawn: gates evenly spaced through all, or one value for each."""
    count = min(SHOWN, max(1, channels))
    if gates is None or not len(gates):
        return [0.5] * count
    places = [round(place * (len(gates) - 1) / max(1, count - 1)) for place in range(count)]
    return [FAINTEST + (1 - FAINTEST) * min(1.0, max(0.0, float(gates[place]))) for place in places]


def draw_maps(
    canvas: Canvas, centre: float, top: float, code: str, opacities: Sequence[float], lines: Sequence[str]
) -> float:
    """Maps behind one another, the first in front, with text below; gives the place below the text."""
    depth = STEP * (len(opacities) - 1)
    left = centre - (SIDE + depth) / 2
    for place, opacity in reversed(list(enumerate(opacities))):
        canvas.plate(left + STEP * place, top + depth - STEP * place, SIDE, SIDE * 0.62, code, opacity)
    base = top + depth + SIDE * 0.62
    for place, line in enumerate(lines):
        canvas.text(centre, base + 4 + LINE * (place + 1) - 3, line, anchor="middle", weight="400" if place else "600")
    return base + 6 + LINE * len(lines)


def draw_vector(canvas: Canvas, centre: float, top: float, code: str, opacities: Sequence[float], text: str) -> float:
    """A row of numbers, one cell for each channel that is drawn, with text below; gives the place below the text."""
    left = centre - CELL * len(opacities) / 2
    for place, opacity in enumerate(opacities):
        canvas.plate(left + CELL * place, top, CELL, CELL, code, opacity)
    canvas.text(centre, top + CELL + LINE, text, anchor="middle", weight="600")
    return top + CELL + LINE + 6
