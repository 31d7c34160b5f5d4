"""Where the SE path sits in its unit: Figures 1 to 3 of the paper, with a block's own numbers, as SVG.

Drawn upright for a page that is 340 px wide, so that it can be read on a phone: the unit's own way goes down on the
left, the SE path down on the right, what goes around the block runs along the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from se_explorer.figures.diagram_svg import LINE, Canvas, box_height, fitted
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, squeeze_name

__all__ = ["Place", "UnitDrawing", "unit_alt", "unit_svg"]

Place = Literal["inception", "standard", "pre", "post", "identity", "3x3", "alone"]

WIDTH = 340
RAIL = 8  # x of the way around
MAIN, MAIN_WIDTH = 20, 140
PATH, PATH_WIDTH = 186, 142
GAP = 20
SHOWN = 7  # layers of a list; what is more is counted


@dataclass(frozen=True)
class UnitDrawing:
    """What is drawn.

    Attributes:
        name: of the block.
        channels, height, width: of u.
        hidden_units: 0 where the block has a single layer.
        reduction: r.
        squeeze, activation, gate: names of the functions.
        before, after: texts of the layers on its way, before u and after x~.
        branches: layers before u in parallel to those.
        branches_after: layers after x~ in parallel to those.
        beside: texts of the layers of what goes around it.
        made_by: "add" or "concat" if u comes straight from such a join.
        join: how x~ and what went around meet; None where nothing goes around.
        on_shortcut: whether the block gates the shortcut, and the unit's layers go around.
        input_channels: of X.
        parallel: where u is a concatenation, the texts of the layers of each branch that is joined.
        input_size: height and width of X, where they are known.
    """

    name: str
    channels: int
    height: int
    width: int
    hidden_units: int
    reduction: float
    squeeze: str
    activation: str
    gate: str
    before: tuple[str, ...]
    branches: int
    after: tuple[str, ...]
    branches_after: int
    beside: tuple[str, ...]
    made_by: Literal["add", "concat"] | None
    join: Literal["add", "concat"] | None
    on_shortcut: bool
    input_channels: int
    parallel: tuple[tuple[str, ...], ...] = ()
    input_size: tuple[int, int] | None = None

    @property
    def place(self) -> Place:
        """Where the block sits, in the paper's words: Figures 2 and 3, Table 14, Table 15; "alone" on a plain chain."""
        if self.parallel:
            return "inception"
        if self.on_shortcut:
            return "identity"
        if self.join != "add":
            return "post" if self.made_by == "add" else "alone"
        if self.after:
            return "3x3" if self.before else "pre"
        return "standard" if self.before else "alone"


def _listed(layers: Sequence[str], say: Say) -> list[str]:
    if len(layers) <= SHOWN:
        return list(layers)
    return [*layers[: SHOWN - 1], say("and {count} more").format(count=len(layers) - SHOWN + 1)]


def _boxed(layers: Sequence[str], branches: int, say: Say) -> list[str]:
    """The same in lines that fit the boxes of the unit's own way; and how many layers are in parallel to these."""
    more = [say("and {count} in parallel").format(count=branches)] if branches else []
    return [line for text in [*_listed(layers, say), *more] for line in fitted(text, MAIN_WIDTH)]


def _maps(unit: UnitDrawing) -> str:
    return f"{unit.channels} × {unit.height} × {unit.width}"


def _around(unit: UnitDrawing, say: Say) -> list[str]:
    """What the way around is, in short lines."""
    if not unit.beside:
        return [say("identity shortcut")]
    title = say("the unit's layers") if unit.on_shortcut else say("shortcut through")
    return [title, *_listed(unit.beside, say)]


def _draw_input(canvas: Canvas, unit: UnitDrawing, say: Say) -> tuple[float, float]:
    """X, F_tr and the join that made u; gives the place of the fork and the place below."""
    text, centre = colour("text", canvas.theme), MAIN + MAIN_WIDTH / 2
    muted = colour("muted", canvas.theme)
    channels = say("{count} channels").format(count=unit.input_channels)
    y = canvas.box(MAIN, 8, MAIN_WIDTH, ["X", channels], muted)
    fork = y + GAP / 2
    if unit.before:
        canvas.path([(centre, y), (centre, y + GAP)], text)
        lines = ["F_tr", *_boxed(unit.before, unit.branches, say)]
        y = canvas.box(MAIN, y + GAP, MAIN_WIDTH, lines, muted)
    if unit.made_by:
        canvas.path([(centre, y), (centre, y + GAP)], text)
        note = say("+ shortcut") if unit.made_by == "add" else say("concatenation")
        y = canvas.box(MAIN, y + GAP, MAIN_WIDTH, [note], muted, bold=False)
    return fork, y


def _draw_excitation(canvas: Canvas, unit: UnitDrawing, top: float, say: Say) -> float:
    """The SE path, in its frame; gives the middle of the box of s."""
    theme, centre = canvas.theme, PATH + PATH_WIDTH / 2
    if unit.squeeze == "none":
        first = [say("no squeeze"), f"z = u: {_maps(unit)}"]
    else:
        first = [say("squeeze: {kind}").format(kind=squeeze_name(unit.squeeze, say)), f"z: {unit.channels} × 1 × 1"]
    boxes: list[tuple[list[str], Role]] = [(first, "z")]
    if unit.hidden_units:
        ratio = f"r = {unit.reduction:.3g}"
        boxes.append(([f"W1: {unit.channels} → {unit.hidden_units}", ratio, unit.activation], "hidden"))
        last = f"W2: {unit.hidden_units} → {unit.channels}"
    else:
        last = f"W: {unit.channels} → {unit.channels}"
    boxes.append(([last, unit.gate, f"s: {unit.channels} × 1 × 1"], "s"))
    heights = [box_height(lines) for lines, _ in boxes]
    canvas.frame(PATH - 8, top - 28, PATH_WIDTH + 16, sum(heights) + GAP * (len(boxes) - 1) + 38)
    canvas.text(centre, top - 11, unit.name, anchor="middle", weight="600")
    y = top
    for place, (lines, role) in enumerate(boxes):
        if place:
            canvas.path([(centre, y), (centre, y + GAP)], colour("text", theme))
            y += GAP
        y = canvas.box(PATH, y, PATH_WIDTH, lines, colour(role, theme))
    return y - heights[-1] / 2


def _draw_output(canvas: Canvas, unit: UnitDrawing, y: float, fork: float, say: Say) -> float:
    """x~, the layers after it and the join; gives the place below."""
    text, centre = colour("text", canvas.theme), MAIN + MAIN_WIDTH / 2
    muted = colour("muted", canvas.theme)
    y = canvas.box(MAIN, y, MAIN_WIDTH, ["X~ = s · U", _maps(unit)], colour("x", canvas.theme))
    if unit.after:
        canvas.path([(centre, y), (centre, y + GAP)], text)
        y = canvas.box(MAIN, y + GAP, MAIN_WIDTH, [say("then"), *_boxed(unit.after, unit.branches_after, say)], muted)
    if unit.join:
        canvas.path([(centre, y), (centre, y + GAP)], text)
        y += GAP + 11
        canvas.sign(centre, y, "+" if unit.join == "add" else "∪", muted)
        canvas.path([(centre, fork), (RAIL, fork), (RAIL, y), (centre - 11, y)], text)
        lines = _around(unit, say)
        for place, line in enumerate(lines):
            canvas.text(centre + 20, y + 5 + LINE * place, line)
        canvas.path([(centre, y + 11), (centre, y + 11 + GAP)], text)
        return max(y + 11 + GAP, y + LINE * len(lines)) + 6
    canvas.path([(centre, y), (centre, y + GAP)], text)
    return y + GAP + 6


def unit_alt(unit: UnitDrawing, say: Say = english) -> str:
    """The drawing in words."""
    parts = [
        say("{name}: U, {maps}, is squeezed to {channels} numbers").format(
            name=unit.name, maps=_maps(unit), channels=unit.channels
        )
    ]
    if unit.hidden_units:
        parts.append(say("goes through {count} hidden units").format(count=unit.hidden_units))
    parts.append(say("gives gates by {gate} and is scaled by them").format(gate=unit.gate))
    if unit.before:
        parts.insert(0, say("X goes through {layers}").format(layers="; ".join(_listed(unit.before, say))))
    if unit.after:
        parts.append(say("then goes through {layers}").format(layers="; ".join(_listed(unit.after, say))))
    if unit.join:
        verb = say("is added to {what}") if unit.join == "add" else say("is joined with {what}")
        parts.append(
            verb.format(what=": ".join([_around(unit, say)[0], "; ".join(_around(unit, say)[1:])]).rstrip(": "))
        )
    return ", ".join(parts) + "."


def unit_svg(unit: UnitDrawing, theme: Theme, say: Say = english, *, ground: bool = False) -> str:
    """The drawing, 340 px wide, with a title and a description for screen readers; all text is escaped.

    Args:
        ground: whether it has a ground of the page's colour, for use elsewhere.
    """
    canvas = Canvas(WIDTH, theme)
    text, centre = colour("text", theme), MAIN + MAIN_WIDTH / 2
    fork, y = _draw_input(canvas, unit, say)
    top = max(y + GAP, 40)
    canvas.path([(centre, y), (centre, top)], text)
    below = canvas.box(MAIN, top, MAIN_WIDTH, ["U", _maps(unit)], colour("u", theme))
    beside = top + box_height(["U", ""]) / 2
    canvas.path([(MAIN + MAIN_WIDTH, beside), (PATH, beside)], text)
    scale = _draw_excitation(canvas, unit, top, say)
    canvas.path([(centre, below), (centre, scale - 11)], text)
    canvas.path([(PATH, scale), (centre + 11, scale)], colour("s", theme))
    canvas.sign(centre, scale, "×", colour("x", theme))
    canvas.path([(centre, scale + 11), (centre, scale + 11 + GAP + 14)], text)
    height = _draw_output(canvas, unit, scale + 11 + GAP + 14, fork, say)
    return canvas.finish(max(height, scale + 60), unit.name, unit_alt(unit, say), ground)
