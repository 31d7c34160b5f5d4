"""Answers before and after."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, compare_predictions
from tests.figures.checks import legend, lists, shouting, sound

LABELS = ["garbage truck", "English springer spaniel", "church"]
BEFORE = np.asarray([0.8125, 0.125, 0.0002], dtype=np.float32)
AFTER = np.asarray([0.25, 0.5, 0.0], dtype=np.float32)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_two_series(theme: Theme) -> None:
    fig = compare_predictions(LABELS, BEFORE, AFTER, theme, title="Answer")
    before, after = fig.data
    np.testing.assert_allclose(before.x, [81.25, 12.5, 0.02], rtol=1e-6)
    assert before.x.dtype == np.float32
    assert lists(before.text) == ["81.2 %", "12.5 %", "< 0.1 %"]
    assert lists(after.text) == ["25.0 %", "50.0 %", "0.0 %"]
    assert lists(before.customdata) == LABELS
    assert before.marker.color == colour("u", theme)
    assert after.marker.color == colour("edited", theme)
    assert fig.layout.barmode == "group"
    assert legend(fig) == ["before", "after the edits"]
    assert fig.layout.xaxis.range[1] > 100
    assert "garbage truck 81.2 % → 25.0 %" in sound(fig, theme)


def test_one_series_has_no_legend() -> None:
    fig = compare_predictions(LABELS, BEFORE, None, "light")
    assert len(fig.data) == 1
    assert legend(fig) == []
    assert "→" not in sound(fig, "light")


def test_long_labels_are_broken_and_the_best_stands_on_top() -> None:
    fig = compare_predictions(LABELS, BEFORE, None, "light")
    assert lists(fig.layout.yaxis.ticktext) == ["garbage truck", "English springer<br>spaniel", "church"]
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]


def test_translation() -> None:
    fig = compare_predictions(LABELS, BEFORE, AFTER, "light", say=shouting)
    assert legend(fig) == ["BEFORE", "AFTER THE EDITS"]
    assert fig.layout.xaxis.title.text == "PROBABILITY IN PERCENT"
