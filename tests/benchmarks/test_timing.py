"""Who runs when, and what is counted; nothing here is timed."""

from __future__ import annotations

import gc

import pytest
import torch

from benchmarks.timing import Rival, interleave, matmul_speed, quartiles


def test_rivals_take_turns_each_turn_beginning_with_the_next() -> None:
    calls: list[str] = []
    seconds = interleave({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)
    assert calls == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert {name: len(values) for name, values in seconds.items()} == {"a": 3, "b": 3}


def test_without_warm_ups_every_turn_is_counted() -> None:
    calls: list[str] = []
    seconds = interleave({"a": lambda: calls.append("a")}, 2, warm_ups=0)
    assert calls == ["a", "a"]
    assert len(seconds["a"]) == 2


def test_a_rival_is_put_back_even_when_it_fails() -> None:
    calls: list[str] = []

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  (raised above, without a text)
        interleave({"a": Rival(fail, lambda: calls.append("before"), lambda: calls.append("after"))}, 1)
    assert calls == ["before", "after"]
    assert gc.isenabled()


def test_garbage_is_not_collected_while_rivals_run() -> None:
    enabled: list[bool] = []
    interleave({"a": lambda: enabled.append(gc.isenabled())}, 1)
    assert enabled == [False, False]


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0], (3.0, 3.0)), ([1.0, 2.0], (1.25, 1.75)), ([4.0, 1.0, 2.0, 3.0, 5.0], (2.0, 4.0))]
)
def test_quartiles_stay_among_the_values(values: list[float], expected: tuple[float, float]) -> None:
    assert quartiles(values) == expected


def test_the_speed_of_a_product_is_positive() -> None:
    assert matmul_speed(torch.device("cpu"), size=32, runs=2) > 0
