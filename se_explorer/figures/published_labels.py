"""Where the names of networks stand beside their points, so that no name lies on a point, an arrow or another name.

Worked out for a phone's width; on a wider screen there is only more room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from se_explorer.figures.published_gain import ErrorPair
from se_explorer.figures.wording import wide

__all__ = ["label_places"]

WIDTH, HEIGHT = 290, 290  # px of the plot on a phone
LETTER, LINE = 6.4, 15
MARKER = 8  # half of a point's side
AWAY = 9  # px from a point's middle to its name

Box = tuple[float, float, float, float]  # left, top, right, bottom

#: Whether at the point with SE, and plotly's name of the side; the first one that is free is taken.
CANDIDATES = (
    (False, "top center"),
    (False, "middle right"),
    (False, "middle left"),
    (True, "bottom center"),
    (False, "top right"),
    (False, "top left"),
    (True, "middle right"),
    (True, "middle left"),
    (True, "bottom right"),
    (True, "bottom left"),
)


def _overlap(one: Box, other: Box) -> float:
    wide_by = min(one[2], other[2]) - max(one[0], other[0])
    high_by = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide_by) * max(0.0, high_by)


def _outside(box: Box) -> float:
    area = (box[2] - box[0]) * (box[3] - box[1])
    return 2 * (area - _overlap(box, (0, -LINE, WIDTH, HEIGHT)))


def _box(point: tuple[float, float], name: str, side: str) -> Box:
    x, y = point
    width = LETTER * wide(name)
    down, across = side.split()
    top = y - AWAY - LINE if down == "top" else y + AWAY if down == "bottom" else y - LINE / 2
    gap = AWAY if down == "middle" else 0.0
    left = {"left": x - width - gap, "center": x - width / 2, "right": x + gap}[across]
    return left, top, left + width, top + LINE


def _on_phone(
    pairs: Sequence[ErrorPair], costs: tuple[float, float], errors: tuple[float, float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Both points of each pair in px; the ranges are those of the axes, costs as logarithms."""

    def place(cost: float, error: float) -> tuple[float, float]:
        across = (math.log10(cost) - costs[0]) / (costs[1] - costs[0])
        return across * WIDTH, (errors[1] - error) / (errors[1] - errors[0]) * HEIGHT

    return [(place(pair.plain_cost, pair.plain), place(pair.se_cost, pair.with_se)) for pair in pairs]


def label_places(
    pairs: Sequence[ErrorPair], costs: tuple[float, float], errors: tuple[float, float]
) -> list[tuple[bool, str]]:
    """For each pair whether its name stands at the point with SE, and on which side, as plotly says it.

    Args:
        costs: the ends of the cost's axis, log10.
        errors: the ends of the error's axis.
    """
    points = _on_phone(pairs, costs, errors)
    taken: list[Box] = []
    for (x0, y0), (x, y) in points:
        taken += [(px - MARKER, py - MARKER, px + MARKER, py + MARKER) for px, py in ((x0, y0), (x, y))]
        taken.append((min(x0, x) - 2, min(y0, y), max(x0, x) + 2, max(y0, y)))
    chosen = []
    for pair, ends in zip(pairs, points, strict=True):
        boxes = {choice: _box(ends[choice[0]], pair.name, choice[1]) for choice in CANDIDATES}
        best = min(
            CANDIDATES, key=lambda choice: _outside(boxes[choice]) + sum(_overlap(boxes[choice], b) for b in taken)
        )
        taken.append(boxes[best])
        chosen.append(best)
    return chosen
