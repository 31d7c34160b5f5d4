"""Figures 1 to 3 of the paper, drawn anew with the numbers of a real unit: the SE block, SE-Inception, SE-ResNet.

Like the unit's diagram they are 340 px wide and upright, so that a phone shows them at their own size. Every shape and
every layer in them is the unit's; nothing is drawn that it does not have.
"""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.figures.diagram import UnitDrawing, unit_alt
from se_explorer.figures.diagram_svg import LINE, Canvas, fitted
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.paper_stacks import draw_maps, draw_vector, sampled
from se_explorer.figures.wording import Say, english, squeeze_name

__all__ = ["inception_branches_svg", "se_block_svg", "se_inception_svg", "se_resnet_svg"]

WIDTH = 340
GAP = 18
PLAIN, PLAIN_WIDTH = 22, 84  # the plain module, on the left
MAIN, MAIN_WIDTH = 134, 84  # the SE module's own way
PATH, PATH_WIDTH = 230, 106  # and its SE path
RADIUS = 11


def _maps(unit: UnitDrawing) -> str:
    """The shape of U and of X~."""
    return _shape(unit.channels, unit.height, unit.width)


def _vector(count: int) -> str:
    return _shape(count, 1, 1)


def _shape(*sides: int) -> str:
    """Without spaces: it has to fit a narrow box."""
    return "×".join(map(str, sides))


def _taken(unit: UnitDrawing) -> str:
    """The shape of X, as far as it is known."""
    return _shape(unit.input_channels, *(unit.input_size or ()))


def _draw_excitation(
    canvas: Canvas, unit: UnitDrawing, start: tuple[float, float], shown: Sequence[float], theme: Theme, say: Say
) -> float:
    """From the row of z, which ends at ``start``, down to the row of s; where that ends."""
    x, y = start
    canvas.path([(x, y), (x, y + 56)], colour("hidden", theme))
    canvas.text(x - 10, y + 18, "F_ex(·, W)", anchor="end", weight="600")
    canvas.text(x - 10, y + 18 + LINE, say("excitation"), anchor="end")
    if unit.hidden_units:
        canvas.text(x + 10, y + 18, f"{unit.channels} → {unit.hidden_units}")
        canvas.text(x + 10, y + 18 + LINE, f"→ {unit.channels}")
    return draw_vector(canvas, x, y + 56, colour("s", theme), shown, f"s: {_vector(unit.channels)}")


def se_block_svg(
    unit: UnitDrawing,
    theme: Theme,
    say: Say = english,
    *,
    gates: Sequence[float] | None = None,
    ground: bool = False,
) -> str:
    """Figure 1: X, F_tr, U, squeeze, excitation, scale, X~, as stacks of maps and rows of numbers.

    Args:
        unit: the block and what is around it.
        gates: all C gates of one picture, in 0..1; eight of them, evenly spaced, then colour s and the maps of X~.
            Without them every gate is drawn alike.
        ground: whether it has a ground of the page's colour, for use elsewhere.
    """
    canvas = Canvas(WIDTH, theme)
    text = colour("text", theme)
    shown = sampled(gates, unit.channels)
    left, right = 84, 254
    y = draw_maps(canvas, left, 14, colour("muted", theme), [0.5] * len(shown), ["X", _taken(unit)])
    canvas.path([(left, y), (left, y + 34)], text)
    transform = "; ".join(unit.before) if unit.before and not unit.parallel else ""
    lines = ["F_tr", *fitted(transform, 250)] if transform else ["F_tr"]
    for place, line in enumerate(lines[:3]):
        canvas.text(left + 10, y + 14 + LINE * place, line, weight="600" if not place else "400")
    top = y + 34 + LINE * max(0, min(len(lines), 3) - 2)
    y = draw_maps(canvas, left, top, colour("u", theme), [0.5] * len(shown), ["U", _maps(unit)])
    beside = top + 40
    z = draw_vector(canvas, right, beside + 34, colour("z", theme), [0.6] * len(shown), f"z: {_vector(unit.channels)}")
    canvas.path([(left + 58, beside), (right, beside), (right, beside + 34)], text)
    canvas.text(left + 66, beside - 6, say("F_sq, squeeze: {kind}").format(kind=_short(unit.squeeze, say)))
    below = _draw_excitation(canvas, unit, (right, z), shown, theme, say)
    scale = max(below, y + 18) + 24
    canvas.path([(right, below), (right, scale), (left + RADIUS, scale)], colour("s", theme))
    canvas.text(left + 24, scale - 7, "F_scale")
    canvas.path([(left, y), (left, scale - RADIUS)], text)
    canvas.sign(left, scale, "×", colour("x", theme))
    canvas.path([(left, scale + RADIUS), (left, scale + 38)], text)
    end = draw_maps(canvas, left, scale + 38, colour("x", theme), shown, ["X~ = s · U", _maps(unit)])
    return canvas.finish(end + 8, say("Figure 1: the SE block"), unit_alt(unit, say), ground)


def _short(squeeze: str, say: Say) -> str:
    return squeeze_name(squeeze, say).partition(" ")[0]


def _heads(canvas: Canvas, plain: str, with_se: str) -> float:
    """The names over the two modules; gives the place below them."""
    left, right = fitted(plain, PLAIN_WIDTH + 24), fitted(with_se, WIDTH - MAIN)
    for place, line in enumerate(left):
        canvas.text(PLAIN + PLAIN_WIDTH / 2, 16 + LINE * place, line, anchor="middle", weight="600")
    for place, line in enumerate(right):
        canvas.text(MAIN + 82, 16 + LINE * place, line, anchor="middle", weight="600")
    return 16 + LINE * max(len(left), len(right))


def _steps(unit: UnitDrawing, say: Say) -> list[tuple[list[str], Role]]:
    """The boxes of the SE path, each with the shape of what it gives."""
    vector, hidden = _vector(unit.channels), _vector(unit.hidden_units)
    if unit.squeeze == "none":
        squeeze = [say("no squeeze"), _maps(unit)]
    elif unit.squeeze == "average":
        squeeze = [say("global pooling"), vector]
    else:
        squeeze = [*fitted(say("squeeze: {kind}").format(kind=squeeze_name(unit.squeeze, say)), PATH_WIDTH), vector]
    boxes: list[tuple[list[str], Role]] = [(squeeze, "z")]
    if unit.hidden_units:
        boxes += [(["FC", hidden], "hidden"), ([unit.activation, hidden], "hidden")]
    return [*boxes, (["FC", vector], "s"), ([unit.gate, vector], "s")]


def _draw_path(canvas: Canvas, unit: UnitDrawing, fork: float, top: float, say: Say) -> float:
    """The SE path from the fork below the module; gives the middle of its last box."""
    text, centre = colour("text", canvas.theme), PATH + PATH_WIDTH / 2
    main = MAIN + MAIN_WIDTH / 2
    canvas.path([(main, fork), (centre, fork), (centre, top)], text)
    y, middle = top, top
    for place, (lines, role) in enumerate(_steps(unit, say)):
        if place:
            canvas.path([(centre, y), (centre, y + GAP)], text)
            y += GAP
        below = canvas.box(PATH, y, PATH_WIDTH, lines, colour(role, canvas.theme))
        middle, y = (y + below) / 2, below
    return middle


def _draw_plain(canvas: Canvas, unit: UnitDrawing, top: float, module: list[str], beside: list[str]) -> float:
    """The plain module on the left; gives the place below it."""
    text, muted = colour("text", canvas.theme), colour("muted", canvas.theme)
    centre, rail = PLAIN + PLAIN_WIDTH / 2, 8
    y = canvas.box(PLAIN, top, PLAIN_WIDTH, ["X", _taken(unit)], muted)
    fork = y + GAP / 2
    canvas.path([(centre, y), (centre, y + GAP + 6)], text)
    y = canvas.box(PLAIN, y + GAP + 6, PLAIN_WIDTH, module, muted)
    if unit.join:
        y += GAP + RADIUS
        canvas.path([(centre, y - GAP - RADIUS), (centre, y - RADIUS)], text)
        canvas.path([(centre, fork), (rail, fork), (rail, y), (centre - RADIUS, y)], text)
        canvas.sign(centre, y, "+", muted)
        y += RADIUS
        for place, line in enumerate(beside):
            canvas.text(centre + 8, y + LINE * (place + 1), line)
    below = y + GAP + 6 + (LINE * len(beside) if unit.join else 0)
    canvas.path([(centre, y), (centre, below)], text)
    return canvas.box(PLAIN, below, PLAIN_WIDTH, ["X~", _maps(unit)], muted)


def _draw_module(
    canvas: Canvas, unit: UnitDrawing, top: float, module: list[str], beside: list[str], say: Say
) -> float:
    """The SE module on the right; gives the place below it."""
    theme, centre, rail = canvas.theme, MAIN + MAIN_WIDTH / 2, MAIN - 12
    text, muted = colour("text", theme), colour("muted", theme)
    y = canvas.box(MAIN, top, MAIN_WIDTH, ["X", _taken(unit)], muted)
    fork = y + GAP / 2
    canvas.path([(centre, y), (centre, y + GAP + 6)], text)
    module_top = y + GAP + 6
    y = canvas.box(MAIN, module_top, MAIN_WIDTH, module, colour("u", theme))
    split = y + GAP
    canvas.path([(centre, y), (centre, split)], text, arrow=False)
    canvas.text(centre + 8, split - 5, f"U: {_maps(unit)}")
    gate = _draw_path(canvas, unit, split, split + GAP, say)
    canvas.path([(centre, split), (centre, gate - RADIUS)], text)
    canvas.path([(PATH, gate), (centre + RADIUS, gate)], colour("s", theme))
    canvas.sign(centre, gate, "×", colour("x", theme))
    canvas.text(centre + 15, gate - 7, say("scale"))
    y = gate + RADIUS
    if unit.join:
        y += 34
        canvas.path([(centre, gate + RADIUS), (centre, y - RADIUS)], text)
        canvas.path([(centre, fork), (rail, fork), (rail, y), (centre - RADIUS, y)], text)
        canvas.sign(centre, y, "+", muted)
        for place, line in enumerate(beside):
            canvas.text(centre + 18, y + 5 + LINE * place, line)
        y += RADIUS
    below = y + GAP + 6 + (LINE * max(0, len(beside) - 1) if unit.join else 0)
    canvas.path([(centre, y), (centre, below)], text)
    return canvas.box(MAIN, below, MAIN_WIDTH, ["X~", _maps(unit)], colour("x", theme))


def _draw_pair(canvas: Canvas, unit: UnitDrawing, top: float, module: list[str], beside: list[str], say: Say) -> float:
    return max(_draw_plain(canvas, unit, top, module, beside), _draw_module(canvas, unit, top, module, beside, say))


def _draw_branches(canvas: Canvas, unit: UnitDrawing, top: float, say: Say) -> float:
    """What is inside of the Inception module: its branches side by side; gives the place below."""
    theme, count = canvas.theme, len(unit.parallel)
    text, muted = colour("text", theme), colour("muted", theme)
    width = (WIDTH - 16 - 6 * (count - 1)) / count
    canvas.text(8, top + 12, say("Inside this Inception module"), weight="600")
    y = canvas.box(8, top + 22, WIDTH - 16, [f"X: {_taken(unit)}"], muted)
    ends = []
    for place, branch in enumerate(unit.parallel):
        x = 8 + place * (width + 6)
        below = y
        for layer in branch:
            canvas.path([(x + width / 2, below), (x + width / 2, below + GAP)], text)
            below = canvas.box(x, below + GAP, width, fitted(layer, width), muted, bold=False)
        ends.append((x + width / 2, below))
    last = max(below for _, below in ends) + GAP
    for centre, below in ends:
        canvas.path([(centre, below), (centre, last)], text)
    return canvas.box(8, last, WIDTH - 16, [say("concatenation"), f"U: {_maps(unit)}"], colour("u", theme))


def se_inception_svg(
    unit: UnitDrawing, theme: Theme, say: Say = english, *, ground: bool = False, inside: bool = True
) -> str:
    """Figure 2: a plain Inception module beside the same with an SE path, and the branches inside of it.

    Args:
        inside: whether the branches are drawn below; ``inception_branches_svg`` draws them alone.

    Raises:
        ValueError: the unit's u is no concatenation of branches.
    """
    told = _told_branches(unit, say)
    canvas = Canvas(WIDTH, theme)
    top = _heads(canvas, say("Inception module"), say("SE-Inception module"))
    count = say("{count} branches").format(count=len(unit.parallel))
    y = _draw_pair(canvas, unit, top, ["Inception", *fitted(count, MAIN_WIDTH)], [], say)
    if inside:
        canvas.path([(8, y + 16), (WIDTH - 8, y + 16)], colour("grid", theme), arrow=False)
        y = _draw_branches(canvas, unit, y + 26, say)
    return canvas.finish(y + 8, say("Figure 2: an Inception module with SE"), told, ground)


def inception_branches_svg(unit: UnitDrawing, theme: Theme, say: Say = english, *, ground: bool = False) -> str:
    """The lower part of figure 2 alone: what is inside of the Inception module.

    Raises:
        ValueError: the unit's u is no concatenation of branches.
    """
    told = _told_branches(unit, say)
    canvas = Canvas(WIDTH, theme)
    y = _draw_branches(canvas, unit, 4, say)
    return canvas.finish(y + 8, say("Inside this Inception module"), told, ground)


def _told_branches(unit: UnitDrawing, say: Say) -> str:
    if unit.place != "inception":
        raise ValueError(f"{unit.name} does not follow a concatenation: {unit.place}")
    branches = "; ".join(", ".join(branch) for branch in unit.parallel)
    return say("{alt} The branches of the Inception module: {branches}.").format(
        alt=unit_alt(unit, say), branches=branches
    )


def se_resnet_svg(unit: UnitDrawing, theme: Theme, say: Say = english, *, ground: bool = False) -> str:
    """Figure 3: a plain residual module beside the same with an SE path before the identity is added.

    Raises:
        ValueError: the unit's block is not at that place; ``se_variant_svg`` draws the others.
    """
    if unit.place != "standard":
        raise ValueError(f"{unit.name} is not before the sum of a residual unit: {unit.place}")
    canvas = Canvas(WIDTH, theme)
    top = _heads(canvas, say("Residual module"), say("SE-ResNet module"))
    layers = [line for layer in unit.before for line in fitted(layer, MAIN_WIDTH)]
    beside = [line for layer in unit.beside for line in fitted(layer, MAIN_WIDTH)] or [say("identity")]
    module = [*fitted(say("residual"), MAIN_WIDTH), *layers]
    y = _draw_pair(canvas, unit, top, module, beside, say)
    return canvas.finish(y + 8, say("Figure 3: a residual module with SE"), unit_alt(unit, say), ground)
