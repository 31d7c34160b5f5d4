"""The arithmetic of the figures, by hand."""

from __future__ import annotations

import pytest

from benchmarks.results import Absent, Findings, growth, ratio, start


def test_a_ratio_is_of_medians_and_its_spread_of_turns() -> None:
    seconds = {"ours": [2.0, 4.0, 6.0, 100.0], "peer": [1.0, 2.0, 2.0, 50.0]}
    found = ratio("toy", seconds, "ours", "peer")
    assert found.value == pytest.approx(5.0 / 2.0)
    assert (found.low, found.high) == (2.0, 2.25)
    assert (found.numerator_ms, found.denominator_ms, found.runs) == (5000.0, 2000.0, 4)


def test_the_exponent_of_a_power_is_found_turn_by_turn() -> None:
    values = {2: [2.0, 4.0], 4: [4.0, 16.0], 8: [8.0, 64.0]}  # the first turn grows as n, the second as n squared
    found = growth("sweep", "toy", "SE blocks", "seconds", values)
    assert found.exponent == pytest.approx(1.5)
    assert (found.low, found.high) == (pytest.approx(1.25), pytest.approx(1.75))
    assert found.sizes == (2, 4, 8)
    assert found.values == (3.0, 10.0, 36.0)
    assert found.runs == 2


def test_a_start_is_set_beside_its_peer() -> None:
    found = start({"ours": [3.0, 1.0, 2.0], "bare": [1.0, 0.5, 0.5]}, "ours", "bare")
    assert (found.seconds, found.peer_seconds, found.runs) == (2.0, 0.5, 3)
    assert (found.low, found.high) == (1.5, 2.5)


def test_findings_add_up_and_name_an_absent_peer_once() -> None:
    missing = Findings(absent=(Absent("nnsight", "It is not installed."),))
    one = Findings(ratios=(ratio("a", {"x": [1.0], "y": [2.0]}, "x", "y"),))
    both = missing + one + missing
    assert both.absent == missing.absent
    assert both.ratios == one.ratios
