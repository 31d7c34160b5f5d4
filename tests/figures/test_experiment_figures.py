"""Seeds with their means, curves with bands, gates over the epochs."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from se_explorer.figures import Theme
from se_explorer.figures.experiment_curves import CurveSeries, seed_curves
from se_explorer.figures.experiment_gates import gate_histograms, gate_ribbons
from se_explorer.figures.experiment_points import SeedRow, SeedSeries, seed_points
from se_explorer.figures.experiment_svg import seed_svg
from tests.figures.checks import legend, lists, shouting, sound

ROWS = [
    SeedRow([("0", 70.0), ("1", 72.0), ("2", 71.0)], 71.0, 68.5, 73.5, "first"),
    SeedRow([("0", 75.0)], 75.0, None, None, "second"),
]
THEMES: list[Theme] = ["light", "dark"]


@pytest.mark.parametrize("theme", THEMES)
def test_seeds_stand_beside_their_mean(theme: Theme) -> None:
    fig = seed_points(
        ["A", "B"], [SeedSeries("accuracy", ROWS)], theme, title="Accuracy", x_title="%", marks=["a", "b"]
    )
    means, seeds = fig.data
    assert lists(means.x) == [71.0, 75.0]
    assert lists(means.error_x.array) == [2.5, 0]
    assert lists(means.customdata) == ["a", "b"]
    assert lists(seeds.x) == [70.0, 72.0, 71.0, 75.0]
    assert lists(seeds.customdata) == ["a", "a", "a", "b"]
    assert means.marker.symbol != seeds.marker.symbol, "not by colour alone"
    assert sound(fig, theme) == "Accuracy: A 71.00 (68.50 to 73.50; seeds: 3); B 75.00 (seeds: 1, no interval)."
    assert legend(fig) == []


def test_series_lie_below_each_other_and_gaps_are_left_out() -> None:
    empty = SeedRow([], None, None, None, "")
    fig = seed_points(["A", "B"], [SeedSeries("x", ROWS), SeedSeries("y", [empty, ROWS[1]])], "light", zero=True)
    assert lists(fig.data[0].y) == pytest.approx([-0.31, 0.69])
    assert lists(fig.data[2].y) == pytest.approx([1.31])
    assert legend(fig) == ["x", "y"]
    assert [shape.x0 for shape in fig.layout.shapes] == [0]
    sound(fig, "light")


@pytest.mark.parametrize("theme", THEMES)
def test_a_band_where_there_is_one_and_thin_lines_where_not(theme: Theme) -> None:
    lines = [("seed 0", [(1, 2.0), (2, 1.0)]), ("seed 1", [(1, 2.2), (2, 1.1)])]
    series = [CurveSeries("A", lines, [(1, 2.0, 1.9, 2.1), (2, 1.0, 0.8, 1.2)]), CurveSeries("B", lines, [])]
    fig = seed_curves(series, theme, title="Loss", x_title="epoch", y_title="nats")
    band, mean, first, second = fig.data
    assert lists(band.x) == [1, 2, 2, 1]
    assert lists(band.y) == [2.1, 1.2, 0.8, 1.9]
    assert lists(mean.y) == [2.0, 1.0]
    assert (lists(first.y), lists(second.y)) == ([2.0, 1.0], [2.2, 1.1])
    assert mean.line.dash != first.line.dash
    assert legend(fig) == ["A", "B"]
    assert sound(fig, theme) == (
        "Loss: A from 2.00 in epoch 1 to 1.00 (0.800 to 1.20) in epoch 2 (seeds: 2); "
        "B: a thin line a seed, ending at 1.00, 1.10."
    )


@pytest.mark.parametrize("theme", THEMES)
def test_ribbons_and_histograms(theme: Theme) -> None:
    quantiles = np.array([[0.3, 0.4, 0.5, 0.6, 0.7], [0.1, 0.2, 0.4, 0.8, 0.9]])
    fig = gate_ribbons([0, 1], quantiles, (0.05, 0.25, 0.5, 0.75, 0.95), theme, title="SE_1_1")
    outer, inner, median = fig.data
    assert lists(outer.y) == [0.7, 0.9, 0.1, 0.3]
    assert lists(inner.y) == [0.6, 0.8, 0.2, 0.4]
    assert lists(median.y) == [0.5, 0.4]
    assert legend(fig) == ["5 % to 95 % of the gates", "25 % to 75 % of the gates", "median"]
    assert "from 0.500 at the initialisation to 0.400 in epoch 1" in sound(fig, theme)
    assert "first epoch logged" in sound(gate_ribbons([3, 4], quantiles, (0.05, 0.25, 0.5, 0.75, 0.95), theme), theme)
    shares = np.array([[0.25, 0.75], [1.0, 0.0]])
    histograms = gate_histograms([0, 1], shares, (0, 1), theme, title="SE_1_1")
    assert lists(histograms.data[0].y) == [0.25, 0.75]
    assert [lists(row) for row in histograms.data[0].z] == [[25.0, 100.0], [75.0, 0.0]]
    assert "in epoch 0 most gates lie around 0.750 (75.0 %)" in sound(histograms, theme)


def test_translation() -> None:
    assert "SEEDS" in sound(seed_points(["a1"], [SeedSeries("s", ROWS[:1])], "light", say=shouting), "light")
    assert legend(gate_ribbons([0], np.array([[0.1, 0.2, 0.3]]), (0.1, 0.5, 0.9), "light", say=shouting))[1] == "MEDIAN"


def test_the_svg_has_every_seed_inside() -> None:
    text = seed_svg(["A <b>", "B"], ROWS, "light", title="Accuracy", x_title="%", zero=True)
    tree = ElementTree.fromstring(text)
    svg = "{http://www.w3.org/2000/svg}"
    rings = [float(str(ring.get("cx"))) for ring in tree.iter(f"{svg}circle")]
    assert len(rings) == 4
    assert [sorted(rings).index(x) for x in rings] == [0, 2, 1, 3]
    assert all(0 < x < float(str(tree.get("width"))) for x in rings)
    assert "A <b>" in [element.text for element in tree.iter(f"{svg}text")]
    same = [SeedRow([("0", 1.0)], 1.0, None, None, "")]
    assert "circle" in seed_svg(["A"], same, "dark", title="t", x_title="x")
