"""Error over cost, with the gain as an arrow."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from se_explorer.figures import Theme
from se_explorer.figures.published_cost import error_against_cost, error_cloud
from se_explorer.figures.published_gain import ErrorPair
from se_explorer.figures.published_labels import _box, _on_phone, _overlap, label_places
from se_explorer.models.published import published
from tests.figures.checks import legend, lists, shouting, sound

TABLE_2 = [
    ErrorPair(
        pair.with_se.id, pair.plain.model, pair.plain.top1_error, pair.with_se.top1_error,
        pair.plain.gflops or 0, pair.with_se.gflops or 0,
    )
    for pair in published().pairs(2)
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_arrows_go_from_without_to_with_on_the_logarithmic_axis(theme: Theme) -> None:
    fig = error_against_cost(TABLE_2, theme, "Table 2", "GFLOPs", "error, %", x_unit="G")
    plain, with_se = fig.data
    assert lists(plain.y)[0] == 24.8
    assert lists(with_se.x)[0] == 3.87
    assert lists(plain.customdata) == lists(with_se.customdata) == [pair.key for pair in TABLE_2]
    first = fig.layout.annotations[0]
    assert (first.ax, first.ay) == (pytest.approx(math.log10(3.86)), 24.8)
    assert (first.x, first.y) == (pytest.approx(math.log10(3.87)), 23.29)
    assert fig.layout.xaxis.type == "log"
    assert legend(fig) == ["without SE", "with SE"]
    names = [one or other for one, other in zip(lists(plain.text), lists(with_se.text), strict=True)]
    assert names == [pair.name for pair in TABLE_2], "each name stands once"
    alt = sound(fig, theme)
    assert "8 networks without and with SE. Errors change by −0.48 to −1.80 points, costs by +0.1% to +0.5%" in alt
    assert "19.80 % (Inception-ResNet-v2 with SE)" in alt


def test_no_name_lies_on_another_or_on_a_point() -> None:
    costs, errors = (0.2, 1.3), (19.0, 28.0)
    places = label_places(TABLE_2, costs, errors)
    ends = _on_phone(TABLE_2, costs, errors)
    boxes = [_box(end[at], pair.name, side) for pair, end, (at, side) in zip(TABLE_2, ends, places, strict=True)]
    assert all(_overlap(one, other) == 0 for one, other in combinations(boxes, 2))
    points = [(x - 5, y - 5, x + 5, y + 5) for pair in ends for x, y in pair]
    assert all(_overlap(box, point) == 0 for box in boxes for point in points)


def test_a_single_pair_has_an_axis() -> None:
    fig = error_against_cost([ErrorPair("k", "K", 3.0, 2.0, 5.0, 5.0)], "light", y_title="error")
    low, high = fig.layout.xaxis.range
    assert low < math.log10(5) < high


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_cloud_of_two_groups(theme: Theme) -> None:
    groups = {"timm": [("t:a", "A", 3.0, 28.0), ("t:b", "B", 30.0, 19.0)], "torchvision": [("v:c", "C", 8.0, 14.25)]}
    fig = error_cloud(groups, theme, "Cloud", "parameters", "error, %")
    assert legend(fig) == ["timm", "torchvision"]
    assert lists(fig.data[0].x) == [3.0, 30.0]
    assert lists(fig.data[1].customdata) == ["v:c"]
    assert fig.data[0].marker.symbol != fig.data[1].marker.symbol
    assert sound(fig, theme) == "Cloud: 3 networks, from 14.2 % (C) to 28.0 % (A)."
    assert "NETWORKS" in sound(error_cloud(groups, theme, say=shouting), theme)
