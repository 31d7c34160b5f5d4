"""Parameters against r."""

from __future__ import annotations

import pytest

from se_explorer.figures import Theme, colour
from se_explorer.figures.architecture import parameters_by_reduction
from tests.figures.checks import legend, lists, shouting, sound

RATIOS = [2.0, 16.0, 64.0]
RULE, COUNT = [20e6, 2.5e6, 0.6e6], [20.1e6, 2.6e6, 0.7e6]
PLAIN = 25_000_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_values_are_of_the_whole_network_in_millions(theme: Theme) -> None:
    fig = parameters_by_reduction(RATIOS, RULE, COUNT, PLAIN, 16.0, {2: 45.7, 16: 28.1}, theme)
    rule, count, printed = fig.data
    assert lists(rule.y) == [45.0, 27.5, 25.6]
    assert lists(count.y) == pytest.approx([45.1, 27.6, 25.7])
    assert (lists(printed.x), lists(printed.y)) == ([2, 16], [45.7, 28.1])
    assert count.line.color == colour("s", theme)
    assert legend(fig) == ["without SE + equation 5", "without SE + SE layers", "printed in Table 10"]
    alt = sound(fig, theme)
    assert "45.1 M at r = 2" in alt
    assert "27.6 M at the chosen r = 16" in alt
    assert "25.0 M without SE" in alt
    assert lists(fig.layout.xaxis.ticktext) == ["2", "16", "64"]
    assert {shape.x0 for shape in fig.layout.shapes if shape.x0 == shape.x1} == {16.0}


def test_nothing_is_printed_for_other_networks() -> None:
    fig = parameters_by_reduction(RATIOS, RULE, COUNT, PLAIN, 2.0, {}, "light")
    assert len(fig.data) == 2


def test_translation() -> None:
    fig = parameters_by_reduction(RATIOS, RULE, COUNT, PLAIN, 2.0, {2: 45.7}, "light", say=shouting)
    assert legend(fig)[-1] == "PRINTED IN TABLE 10"
    assert "PARAMETERS AGAINST R" in sound(fig, "light")
