"""The places that the paper tries in a residual unit: Tables 14 and 15, each drawn small, with its own shapes."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.figures.diagram import Place, UnitDrawing, unit_alt
from se_explorer.figures.diagram_svg import LINE, Canvas, fitted
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english

__all__ = ["VARIANTS", "se_variant_svg"]

WIDTH = 220
MAIN, MAIN_WIDTH = 8, 116
RAIL = 144  # the identity's way
BOX, BOX_WIDTH = 132, 84  # where a block sits on it
GAP = 18
RADIUS = 11

#: The paper's names, in its order: Table 14, then Table 15.
VARIANTS: dict[Place, str] = {
    "standard": "Standard SE",
    "pre": "SE-PRE",
    "post": "SE-POST",
    "identity": "SE-Identity",
    "3x3": "SE 3x3",
}


class _Way:
    """Boxes one below the other."""

    def __init__(self, canvas: Canvas, top: float) -> None:
        self.canvas = canvas
        self.y = top
        self.centre = MAIN + MAIN_WIDTH / 2
        self.started = False

    def arrow(self, length: float = GAP) -> None:
        self.canvas.path([(self.centre, self.y), (self.centre, self.y + length)], colour("text", self.canvas.theme))
        self.y += length

    def box(self, lines: Sequence[str], code: str, *, bold: bool = True) -> None:
        if self.started:
            self.arrow()
        self.started = True
        texts = [piece for line in lines for piece in fitted(line, MAIN_WIDTH)]
        self.y = self.canvas.box(MAIN, self.y, MAIN_WIDTH, texts, code, bold=bold)


def _se(unit: UnitDrawing) -> list[str]:
    layers = f"{unit.channels} → {unit.hidden_units} → {unit.channels}" if unit.hidden_units else f"{unit.channels}"
    return ["SE", layers]


def _input(unit: UnitDrawing) -> str:
    size = "" if unit.input_size is None else f" × {unit.input_size[0]} × {unit.input_size[1]}"
    return f"{unit.input_channels}{size}"


def _join(way: _Way, unit: UnitDrawing, fork: float, say: Say) -> None:
    """The sum, with the identity or its projection on the other way; the block is there where it gates that."""
    canvas, theme = way.canvas, way.canvas.theme
    text, muted = colour("text", theme), colour("muted", theme)
    way.arrow(GAP)
    y = way.y + RADIUS
    if unit.place == "identity":
        rail = BOX + BOX_WIDTH / 2
        canvas.path([(way.centre, fork), (rail, fork), (rail, fork + 26)], text)
        lines = [piece for line in _se(unit) for piece in fitted(line, BOX_WIDTH)]
        below = canvas.box(BOX, fork + 26, BOX_WIDTH, lines, colour("s", theme))
        canvas.path([(rail, below), (rail, y), (way.centre + RADIUS, y)], text)
    else:
        canvas.path([(way.centre, fork), (RAIL, fork), (RAIL, y), (way.centre + RADIUS, y)], text)
        told = [piece for layer in unit.beside for piece in fitted(layer, BOX_WIDTH)] or [say("identity")]
        for place, line in enumerate(told):
            canvas.text(RAIL + 8, fork + 34 + LINE * place, line)
    canvas.sign(way.centre, y, "+", muted)
    way.y = y + RADIUS


def se_variant_svg(unit: UnitDrawing, theme: Theme, say: Say = english, *, ground: bool = False) -> str:
    """A residual unit with its SE block at one of the five places; which one is read off the unit.

    Take a unit whose shortcut is the identity: of SE-Identity, a projection before the block is not drawn.

    Raises:
        ValueError: the block is at none of them.
    """
    if unit.place not in VARIANTS:
        raise ValueError(f"{unit.name} is at none of the places of Tables 14 and 15: {unit.place}")
    canvas = Canvas(WIDTH, theme)
    name = say("Standard SE") if unit.place == "standard" else VARIANTS[unit.place]
    canvas.text(MAIN, 16, name, weight="600")
    muted, gate = colour("muted", theme), colour("s", theme)
    way = _Way(canvas, 26)
    way.box(["X", _input(unit)], muted)
    fork = way.y + GAP / 2
    if unit.place == "pre":
        way.box(_se(unit), gate)
    residual = unit.beside if unit.place == "identity" else unit.after if unit.place == "pre" else unit.before
    way.box([say("residual"), *residual], muted)
    if unit.place in ("standard", "3x3"):
        way.box(_se(unit), gate)
    if unit.place == "3x3":
        way.box(unit.after, muted, bold=False)
    _join(way, unit, fork, say)
    way.started = True
    if unit.place == "post":
        way.box(_se(unit), gate)
    way.box(["X~"], colour("x", theme))
    told = f"{name}. {unit_alt(unit, say)}"
    return canvas.finish(way.y + 8, name, told, ground)
