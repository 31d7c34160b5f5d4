"""Efficiency is a worker's share of what one alone does, within a turn."""

from __future__ import annotations

import pytest

from benchmarks.scaling import efficiencies


def run(workers: int, rate: float) -> dict[str, float]:
    return {"workers": workers, "pictures_a_second": rate}


def test_each_number_of_workers_is_held_against_the_first_of_its_own_turn() -> None:
    one, two = efficiencies([[run(1, 100), run(2, 160)], [run(1, 50), run(2, 100)], [run(1, 200), run(2, 360)]])
    assert (one["efficiency"], one["low"], one["high"]) == (1, 1, 1)
    assert two["workers"] == 2
    assert two["pictures_a_second"] == 160
    assert (two["low"], two["efficiency"], two["high"]) == pytest.approx((0.8, 0.9, 1.0))
