"""The stage table as HTML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from se_explorer.figures import Theme
from se_explorer.figures.architecture_table import StageLine, UnitCell, stage_table_html
from se_explorer.figures.palette import ink

STEM = StageLine("Stem", "56 × 56", (UnitCell(0, ("7x7, 64",)),))
STAGE = StageLine(
    "Stage 2",
    "56 × 56",
    (UnitCell(3, ("1x1, 64", "SE fc, [16, 256]"), (1,), ("5x5, 32",)), UnitCell(2, ("3x3, 64",))),
    "a note",
)


def parsed(lines: list[StageLine], theme: Theme = "light") -> ElementTree.Element:
    """The table as a tree, which it can only be if it is well formed."""
    return ElementTree.fromstring(stage_table_html(lines, ("Output", "Units"), "Stages of a toy", theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_it_says(theme: Theme) -> None:
    table = parsed([STEM, STAGE], theme)
    assert table.get("aria-label") == "Stages of a toy"
    assert ["".join(cell.itertext()) for cell in table.findall("thead/tr/th")] == ["Output", "Units"]
    stem, stage = table.findall("tbody/tr")
    assert "".join(stem.find("td").itertext()) == "7x7, 64"
    text = "".join(stage.find("td").itertext())
    assert text == "1x1, 64SE fc, [16, 256]‖ 5x5, 32× 33x3, 64× 2a note"
    (gate,) = [div for div in stage.iter("div") if div.text == "SE fc, [16, 256]"]
    assert ink("s", theme) in str(gate.get("style"))


def test_all_text_is_escaped() -> None:
    evil = '<img src=x onerror="alert(1)">'
    line = StageLine(evil, evil, (UnitCell(1, (evil,), (), (evil,)),), evil)
    html = stage_table_html([line], (evil, evil), evil, "light")
    assert "<img" not in html
    assert ElementTree.fromstring(html).get("aria-label") == evil
