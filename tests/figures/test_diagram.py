"""The diagram of a unit: its numbers, its colours, and room for all of it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from se_explorer.figures import Theme, colour
from se_explorer.figures.diagram import UnitDrawing, unit_alt, unit_svg
from tests.figures.checks import inside, shouting

SVG = "{http://www.w3.org/2000/svg}"
RESNET = UnitDrawing(
    name="SE_2_1",
    channels=256,
    height=56,
    width=48,
    hidden_units=16,
    reduction=16.0,
    squeeze="average",
    activation="ReLU",
    gate="sigmoid",
    before=("1x1, 64", "3x3, 64", "1x1, 256"),
    branches=0,
    after=(),
    branches_after=0,
    beside=("1x1, 256",),
    made_by=None,
    join="add",
    on_shortcut=False,
    input_channels=64,
)
MBCONV = replace(RESNET, before=("3x3, 32, depthwise, stride 2",), after=("1x1, 16",), beside=(), branches=2)
SINGLE = replace(RESNET, hidden_units=0, reduction=1.0, join=None, beside=(), gate="hard sigmoid", made_by="concat")
IDENTITY = replace(RESNET, before=(), beside=("1x1, 64", "3x3, 64"), on_shortcut=True)
POST = replace(RESNET, made_by="add", join=None, beside=())
BARE = replace(RESNET, before=(), beside=(), join=None, squeeze="none")
LONG = replace(RESNET, before=tuple(f"3x3, {n}" for n in range(40)), gate="G" * 300, activation="A" * 300)
DRAWINGS = {
    "resnet": RESNET,
    "mbconv": MBCONV,
    "single": SINGLE,
    "identity": IDENTITY,
    "post": POST,
    "bare": BARE,
    "long": LONG,
}


def drawn(unit: UnitDrawing, theme: Theme = "light") -> tuple[ElementTree.Element, list[str]]:
    """The drawing as a tree, and its texts."""
    tree = ElementTree.fromstring(unit_svg(unit, theme))
    return tree, [str(text.text) for text in tree.iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figure_3_with_the_blocks_numbers(theme: Theme) -> None:
    tree, texts = drawn(RESNET, theme)
    assert texts.count("256 × 56 × 48") == 2, "u and x~ are C x H x W"
    for text in ("64 channels", "W1: 256 → 16", "W2: 16 → 256", "r = 16", "ReLU", "sigmoid", "squeeze: average"):
        assert text in texts
    assert texts[-2:] == ["shortcut through", "1x1, 256"]
    assert "+" in texts
    strokes = {str(box.get("stroke")) for box in tree.iter(f"{SVG}rect")}
    assert {colour(role, theme) for role in ("u", "z", "hidden", "s", "x")} <= strokes
    assert tree.get("role") == "img"


def test_other_units() -> None:
    texts = {name: drawn(unit)[1] for name, unit in DRAWINGS.items()}
    assert texts["mbconv"][-1] == "identity shortcut"
    assert {"then", "1x1, 16", "and 2 in parallel", "3x3, 32, depthwise,", "stride 2"} <= set(texts["mbconv"])
    assert "W: 256 → 256" in texts["single"]
    assert "hard sigmoid" in texts["single"]
    assert "concatenation" in texts["single"]
    assert "+" not in texts["single"]
    assert "the unit's layers" in texts["identity"]
    assert "+ shortcut" in texts["post"]
    assert "F_tr" not in texts["bare"]
    assert "no squeeze" in texts["bare"]
    assert "and 34 more" in texts["long"]


@pytest.mark.parametrize("name", DRAWINGS)
def test_all_is_inside_and_large_enough_for_a_phone(name: str) -> None:
    tree, _ = drawn(DRAWINGS[name])
    assert inside(tree) == 340


def test_in_words() -> None:
    assert unit_alt(RESNET) == (
        "X goes through 1x1, 64; 3x3, 64; 1x1, 256, SE_2_1: U, 256 × 56 × 48, is squeezed to 256 numbers, goes through "
        "16 hidden units, gives gates by sigmoid and is scaled by them, is added to shortcut through: 1x1, 256."
    )
    assert unit_alt(MBCONV).endswith("then goes through 1x1, 16, is added to identity shortcut.")


def test_hostile_names_are_text() -> None:
    evil = '"/><script>alert(1)</script>'
    unit = replace(RESNET, name=evil, gate=evil, activation=evil, before=(evil,), beside=(evil,))
    svg = unit_svg(unit, "light")
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == evil


def test_ground_and_translation() -> None:
    assert colour("background", "dark") in unit_svg(RESNET, "dark", ground=True)
    assert colour("background", "dark") not in unit_svg(RESNET, "dark")
    assert "SHORTCUT THROUGH" in unit_svg(RESNET, "dark", shouting)
