"""Figures 1 to 3 of the paper, drawn with a unit's numbers."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from se_explorer.figures import Theme, colour
from se_explorer.figures.diagram import UnitDrawing
from se_explorer.figures.paper_figures import se_block_svg, se_inception_svg, se_resnet_svg
from se_explorer.figures.paper_stacks import sampled
from tests.figures.checks import inside, shouting
from tests.figures.test_diagram import BARE, LONG, RESNET, SINGLE, SVG

SIZED = replace(RESNET, input_size=(112, 96))
IDENTITY = replace(SIZED, beside=())
BRANCHES = (("1x1, 64",), ("1x1, 64", "3x3, 96"), ("3x3 average pool", "1x1, 96"))
INCEPTION = replace(SIZED, join=None, beside=(), made_by="concat", parallel=BRANCHES)
DRAW = {"block": se_block_svg, "inception": se_inception_svg, "resnet": se_resnet_svg}
UNIT = {"block": SIZED, "inception": INCEPTION, "resnet": IDENTITY}


def read(svg: str) -> tuple[ElementTree.Element, list[str]]:
    """A drawing as a tree, and its texts."""
    tree = ElementTree.fromstring(svg)
    return tree, [str(text.text) for text in tree.iter(f"{SVG}text")]


def fills(tree: ElementTree.Element, code: str) -> list[float]:
    """Opacities of the plates of a colour."""
    plates = [box for box in tree.iter(f"{SVG}rect") if box.get("fill") == code and box.get("rx") == "1.5"]
    return [float(str(box.get("fill-opacity"))) for box in plates]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", DRAW)
def test_all_figures_can_be_read_by_everybody(name: str, theme: Theme) -> None:
    tree, _ = read(DRAW[name](UNIT[name], theme))
    assert inside(tree) == 340
    assert tree.get("role") == "img"
    assert str(tree.findtext(f"{SVG}title")).startswith("Figure ")
    told = str(tree.findtext(f"{SVG}desc"))
    assert "256 × 56 × 48" in told
    assert "16 hidden units" in told
    strokes = {str(box.get("stroke")) for box in tree.iter(f"{SVG}rect")}
    assert {colour(role, theme) for role in ("u", "z", "s", "x")} <= strokes
    assert colour("background", theme) in DRAW[name](UNIT[name], theme, ground=True)
    assert "FIGURE" in DRAW[name](UNIT[name], theme, shouting)


def test_figure_1_has_the_shapes_and_the_layers() -> None:
    tree, texts = read(se_block_svg(SIZED, "light"))
    assert texts.count("256×56×48") == 2, "U and X~"
    wanted = {"64×112×96", "z: 256×1×1", "s: 256×1×1", "256 → 16", "→ 256", "F_tr", "1x1, 64; 3x3, 64; 1x1, 256"}
    assert wanted <= set(texts)
    assert len(fills(tree, colour("s", "light"))) == 8
    assert len(set(fills(tree, colour("s", "light")))) == 1, "without gates all are alike"


def test_gates_colour_s_and_the_maps_alike() -> None:
    gates = [place / 255 for place in range(256)]
    tree, _ = read(se_block_svg(SIZED, "dark", gates=gates))
    row = fills(tree, colour("s", "dark"))
    assert row == sorted(row)
    assert row[-1] == 1.0
    assert sorted(fills(tree, colour("x", "dark"))) == row
    assert fills(tree, colour("u", "dark")) == [0.5] * 8


def test_evenly_spaced_gates() -> None:
    assert sampled(None, 3) == [0.5] * 3
    assert sampled([], 100) == [0.5] * 8
    assert sampled([0.0, 1.0], 2) == [0.08, 1.0]
    assert sampled([0.25], 1) == [pytest.approx(0.31)]
    assert sampled([-3.0, 7.0], 2) == [0.08, 1.0], "a ReLU's gates may be above 1"


def test_figure_2_has_the_branches() -> None:
    _, texts = read(se_inception_svg(INCEPTION, "light"))
    for text in ("3 branches", "Inside this Inception module", "concatenation", "global pooling", "FC", "16×1×1"):
        assert text in texts
    assert texts.count("3x3, 96") == 1
    assert "U: 256×56×48" in texts
    assert "+" not in texts
    assert "The branches of the Inception module: 1x1, 64; 1x1, 64, 3x3, 96; " in se_inception_svg(INCEPTION, "light")


def test_figure_3_has_identity_or_projection() -> None:
    _, texts = read(se_resnet_svg(IDENTITY, "light"))
    assert texts.count("identity") == 2
    assert texts.count("+") == 2
    assert texts.count("3x3, 64") == 2, "the plain module has the same layers"
    _, projected = read(se_resnet_svg(SIZED, "light"))
    assert "identity" not in projected
    assert projected.count("1x1, 256") == 4, "two modules, each with its last layer and its projection"


def test_a_block_elsewhere_is_refused_and_every_block_has_figure_1() -> None:
    for unit in (INCEPTION, BARE, SINGLE):
        with pytest.raises(ValueError, match="SE_2_1"):
            se_resnet_svg(unit, "light")
    with pytest.raises(ValueError, match="SE_2_1"):
        se_inception_svg(RESNET, "light")
    for other in (BARE, SINGLE, LONG, RESNET, INCEPTION):
        assert inside(read(se_block_svg(other, "light"))[0]) == 340


def test_hostile_names_are_text() -> None:
    evil = '"/><script>alert(1)</script>'
    hostile: dict[str, UnitDrawing] = {
        "block": replace(SIZED, name=evil, squeeze=evil, before=(evil,)),
        "inception": replace(INCEPTION, name=evil, gate=evil, activation=evil, parallel=((evil,), (evil, evil))),
        "resnet": replace(SIZED, name=evil, gate=evil, before=(evil,), beside=(evil,), squeeze=evil),
    }
    for name, unit in hostile.items():
        svg = DRAW[name](unit, "light")
        assert "<script" not in svg
        assert ElementTree.fromstring(svg) is not None
