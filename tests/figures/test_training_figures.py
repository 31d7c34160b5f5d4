"""Curves and gates over the epochs."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme
from se_explorer.figures.training_curves import EpochLine, epoch_lines
from se_explorer.figures.training_gates import GateHistory, gate_history
from tests.figures.checks import legend, lists, shouting, sound

LINES = [EpochLine("plain", [1, 2], [0.5, 0.75], 0), EpochLine("SE", [2], [0.875], 1, quiet=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_reach_as_far_as_they_are_and_the_axis_to_the_end(theme: Theme) -> None:
    fig = epoch_lines(LINES, 12, theme, title="Accuracy", y_title="right", share=True)
    assert sound(fig, theme) == "Accuracy: plain from 50.0% in epoch 1 to 75.0% in epoch 2; " + (
        "SE from 87.5% in epoch 2 to 87.5% in epoch 2."
    )
    assert legend(fig) == ["plain", "SE"]
    assert [lists(trace.x) for trace in fig.data] == [[1, 2], [2]]
    assert lists(fig.layout.xaxis.range) == [0, 12.5]
    one, other = fig.data
    assert one.marker.symbol != other.marker.symbol
    assert one.line.dash != other.line.dash
    assert one.line.color != other.line.color


def test_lines_before_the_first_epoch() -> None:
    fig = epoch_lines([EpochLine("plain", [], [])], 12, "light", title="Loss", say=shouting)
    assert sound(fig, "light") == "Loss: 0 EPOCHS ARE DONE."


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_gates_over_the_epochs(theme: Theme) -> None:
    shares = np.array([[0.0, 1.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    quantiles = np.array([[0.26, 0.375, 0.49], [0.05, 0.5, 0.95]])
    fig = gate_history(GateHistory("SE_3_1", [0, 1], 0.0, 1.0, shares, quantiles), 6, theme)
    alt = sound(fig, theme)
    assert "Gates of SE_3_1" in alt
    assert "in epoch 1 the median is 0.500 and 90% lie from 0.0500 to 0.950" in alt
    heat, low, median, high = fig.data
    assert pytest.approx(shares) == np.asarray(heat.z).T
    assert lists(heat.y) == [0.125, 0.375, 0.625, 0.875]
    assert lists(median.y) == pytest.approx([0.375, 0.5])
    assert lists(low.y) < lists(high.y)
    assert len({low.line.dash, median.line.dash, high.line.dash}) == 3
