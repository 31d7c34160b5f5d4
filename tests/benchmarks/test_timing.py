"""The arithmetic of the benchmarks; nothing here is timed."""

from __future__ import annotations

import pytest
import torch

from benchmarks.engine import measure_engine
from benchmarks.sweep import measure_sweeps, measure_toggles
from benchmarks.timing import interleave, matmul_speed, ratio
from se_explorer.engine import Engine
from se_explorer.models import open_network


def test_a_ratio_is_of_medians_and_its_spread_of_pairs() -> None:
    seconds = {"ours": [2.0, 4.0, 6.0, 100.0], "peer": [1.0, 2.0, 2.0, 50.0]}
    found = ratio("x", seconds, "ours", "peer")
    assert found.value == pytest.approx(5.0 / 2.0)
    assert (found.low, found.high) == (2.0, 2.75)
    assert (found.ours_ms, found.peer_ms, found.runs) == (5000.0, 2000.0, 4)


def test_rivals_take_turns_and_the_first_turn_is_not_counted() -> None:
    calls: list[str] = []
    seconds = interleave({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)
    assert calls == ["a", "b"] * 4
    assert {name: len(values) for name, values in seconds.items()} == {"a": 3, "b": 3}


def test_every_figure_is_set_beside_the_plain_forward() -> None:
    engine = Engine(open_network("timm:mobilenetv3_small_050", "random:0"), "cpu")
    ratios = measure_engine(engine, 2)
    assert len(ratios) == 4
    assert all(each.peer == "plain forward" and each.value > 0 and each.low <= each.high for each in ratios)
    assert matmul_speed(torch.device("cpu"), size=32, runs=2) > 0


def test_sweeps_and_toggles_are_set_beside_their_peers() -> None:
    engine = Engine(open_network("timm:mobilenetv3_small_050", "random:0"), "cpu")
    sweeps, toggles = measure_sweeps(engine, 1), measure_toggles(engine, 1)
    assert [each.peer for each in sweeps] == ["leave-one-out"] * 3 + ["pairs"]
    assert [each.peer for each in toggles] == ["plain forward"] * 3
    assert all(each.value > 0 for each in (*sweeps, *toggles))
