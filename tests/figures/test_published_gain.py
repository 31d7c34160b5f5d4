"""Errors without and with SE as rows, and the rows of an ablation."""

from __future__ import annotations

import pytest

from se_explorer.figures import Theme, colour
from se_explorer.figures.published_gain import ErrorPair, error_gains, error_rows
from tests.figures.checks import legend, lists, shouting, sound

PAIRS = [ErrorPair("a-se", "A", 24.8, 23.29), ErrorPair("b-se", "B", 27.02, 25.22), ErrorPair("c-se", "C", 20.0, 20.5)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_gains_are_arrows_from_without_to_with(theme: Theme) -> None:
    fig = error_gains(PAIRS, theme, "Gains", "error, %")
    plain, with_se = fig.data
    assert lists(plain.x) == [24.8, 27.02, 20.0]
    assert lists(with_se.x) == [23.29, 25.22, 20.5]
    assert lists(with_se.customdata) == ["a-se", "b-se", "c-se"]
    arrows = [note for note in fig.layout.annotations if note.showarrow]
    assert [(note.ax, note.x, note.y) for note in arrows] == [(24.8, 23.29, 0), (27.02, 25.22, 1), (20.0, 20.5, 2)]
    assert [note.text for note in fig.layout.annotations if not note.showarrow] == ["−1.51", "−1.80", "+0.50"]
    assert legend(fig) == ["without SE", "with SE"]
    assert plain.marker.symbol != with_se.marker.symbol, "not by colour alone"
    assert sound(fig, theme) == ("Gains: 3 networks without and with SE; the largest change is −1.80 points (B).")
    low, high = fig.layout.xaxis.range
    assert low < 20.0
    assert high > 27.02


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_stand_beside_their_reference(theme: Theme) -> None:
    fig = error_rows(["x", "y", "z"], ["X", "Y", "Z"], [22.2, 22.28, 22.78], ("SE", 22.28), theme, x_title="error, %")
    (points,) = fig.data
    assert lists(points.text) == ["22.20 (−0.08)", "22.28", "22.78 (+0.50)"]
    assert lists(points.marker.symbol) == ["circle", "diamond", "circle"]
    assert points.marker.color[1] == colour("s", theme)
    assert [shape.x0 for shape in fig.layout.shapes] == [22.28]
    alt = sound(fig, theme)
    assert "from 22.20 % (X) to 22.78 % (Z); SE has 22.28 %." in alt


def test_translation() -> None:
    assert legend(error_gains(PAIRS, "light", say=shouting)) == ["WITHOUT SE", "WITH SE"]
    assert "ROWS" in sound(error_rows(["x"], ["X"], [1.0], ("SE", 2.0), "light", say=shouting), "light")
