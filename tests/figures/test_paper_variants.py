"""The five places of Tables 14 and 15."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from se_explorer.figures import Theme, colour
from se_explorer.figures.diagram import UnitDrawing
from se_explorer.figures.paper_variants import VARIANTS, se_variant_svg
from tests.figures.checks import inside, shouting
from tests.figures.test_diagram import BARE, RESNET, SINGLE, SVG

LAYERS = RESNET.before
UNITS: dict[str, UnitDrawing] = {
    "standard": replace(RESNET, beside=()),
    "pre": replace(RESNET, before=(), after=LAYERS, beside=(), made_by="add"),
    "post": replace(RESNET, beside=(), made_by="add", join=None),
    "identity": replace(RESNET, before=(), beside=LAYERS, on_shortcut=True),
    "3x3": replace(RESNET, before=LAYERS[:2], after=LAYERS[2:], beside=()),
}


def places(svg: str) -> dict[str, float]:
    """Where each text stands, from the top; the last one where it stands twice."""
    return {str(t.text): float(str(t.get("y"))) for t in ElementTree.fromstring(svg).iter(f"{SVG}text")}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", UNITS)
def test_the_place_is_read_off_the_unit(place: str, theme: Theme) -> None:
    unit = UNITS[place]
    assert unit.place == place
    svg = se_variant_svg(unit, theme)
    tree = ElementTree.fromstring(svg)
    assert inside(tree) == 220
    assert tree.findtext(f"{SVG}title") == VARIANTS[unit.place]
    assert colour("s", theme) in svg
    found = places(svg)
    assert ("identity" in found) == (place != "identity")
    assert sum(layer in found for layer in LAYERS) == 3, "all layers of the unit, wherever the block is"
    assert colour("background", theme) in se_variant_svg(unit, theme, ground=True)
    assert "RESIDUAL" in se_variant_svg(unit, theme, shouting)


def test_the_order_down_the_page() -> None:
    found = {place: places(se_variant_svg(unit, "light")) for place, unit in UNITS.items()}
    assert found["standard"]["1x1, 256"] < found["standard"]["SE"] < found["standard"]["+"]
    assert found["pre"]["SE"] < found["pre"]["residual"] < found["pre"]["+"]
    assert found["post"]["+"] < found["post"]["SE"]
    assert found["3x3"]["3x3, 64"] < found["3x3"]["SE"] < found["3x3"]["1x1, 256"]
    assert found["identity"]["SE"] < found["identity"]["+"]


def test_other_places_are_refused() -> None:
    for unit in (SINGLE, BARE, replace(RESNET, join="concat")):
        with pytest.raises(ValueError, match="SE_2_1"):
            se_variant_svg(unit, "light")
