"""Nearest classes beside an answer."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis import ClassDistances, answer_in_data, concord
from tests.analysis.profiles import made_profile


def distances(rows: list[list[float]]) -> ClassDistances:
    """From distances (B, K)."""
    values = np.array(rows)
    names = tuple(f"SE_1_{place + 1}" for place in range(len(rows)))
    return ClassDistances(names, values, np.sqrt((values**2).mean(axis=0)), values.argmin(axis=1))


def test_from_which_block_on() -> None:
    found = concord(distances([[1, 2], [2, 1], [2, 1], [1, 2], [2, 1], [2, 1]]), 1)
    assert found.agreeing == ("SE_1_2", "SE_1_3", "SE_1_5", "SE_1_6")
    assert found.settled == "SE_1_5"
    assert found.overall
    assert found.rank == 1


@pytest.mark.parametrize(("rows", "settled"), [([[1, 2], [1, 2]], None), ([[2, 1], [1, 2]], None)])
def test_not_at_the_last_block(rows: list[list[float]], settled: str | None) -> None:
    found = concord(distances(rows), 1)
    assert found.settled is settled


def test_at_every_block() -> None:
    found = concord(distances([[2, 1], [3, 1]]), 1)
    assert found.settled == "SE_1_1"
    assert found.agreeing == ("SE_1_1", "SE_1_2")


def test_the_place_over_all_blocks() -> None:
    found = concord(distances([[1, 2, 3], [1, 2, 3]]), 2)
    assert (found.overall, found.rank, found.agreeing, found.settled) == (False, 3, (), None)


def test_the_answers_class_by_id_then_by_label() -> None:
    profile = made_profile({"SE_1_1": [[0.2], [0.4]]})
    assert answer_in_data(profile, "c1", "something") == 1
    assert answer_in_data(profile, "n01", "Class 0") == 0
    assert answer_in_data(profile, "n01", "class 7") is None
