"""Which rows a batch has, worked out on paper."""

from __future__ import annotations

import random

import pytest

from se_explorer.engine.edits import BlockEdit, EditPlan
from se_explorer.engine.row_plans import Fork, arrange, sparse, split

NAMES = ["SE_2_1", "SE_3_1", "SE_4_1"]
PLACES = {name: place for place, name in enumerate(NAMES)}
PLAIN = [BlockEdit(name) for name in NAMES]
A, B, C = (EditPlan.parse(f"{name}=off").edits[0] for name in NAMES)


def plans(*texts: str) -> list[tuple[tuple[int, BlockEdit], ...]]:
    """Plans as the arrangement wants them."""
    return [sparse(EditPlan.parse(text), PLACES) for text in texts]


def test_a_plan_alone_is_one_row() -> None:
    way = arrange(plans("SE_3_1=off"), NAMES)
    assert way.forks == (Fork((), (PLAIN[0],)), Fork((), (B,)), Fork((), (PLAIN[2],)))
    assert (way.rows, way.trunk, way.lengths) == ((0,), 2, (1, 1, 1, 1))


def test_leave_one_out_is_one_row_more_at_each_block() -> None:
    way = arrange(plans("", "SE_4_1=off", "SE_3_1=off", "SE_2_1=off"), NAMES)
    assert way.forks == (
        Fork((0,), (PLAIN[0], A)),
        Fork((0,), (PLAIN[1], PLAIN[1], B)),
        Fork((0,), (PLAIN[2], PLAIN[2], PLAIN[2], C)),
    )
    assert way.rows == (0, 3, 2, 1)
    assert (way.trunk, way.lengths) == (0, (1, 2, 3, 4))


def test_the_last_of_the_unedited_rows_is_no_row_of_its_own() -> None:
    way = arrange(plans("SE_4_1=off", "SE_3_1=off"), NAMES)
    assert way.lengths == (1, 1, 2, 2)
    assert way.forks[2].edits == (C, PLAIN[2])
    assert (way.rows, way.trunk) == ((0, 1), 1)


def test_a_pair_stems_from_the_row_without_its_first_block() -> None:
    way = arrange(plans("", "SE_3_1=off", "SE_2_1=off", "SE_2_1=off;SE_3_1=off"), NAMES)
    assert way.forks[0] == Fork((0,), (PLAIN[0], A))
    assert way.forks[1] == Fork((0, 1), (PLAIN[1], PLAIN[1], B, B))
    assert way.rows == (0, 2, 1, 3)


def test_equal_plans_are_one_row() -> None:
    way = arrange(plans("SE_3_1=off", "", "SE_3_1=off"), NAMES)
    assert way.lengths == (1, 1, 2, 2)
    assert way.rows == (0, 1, 0)


def test_batches_begin_with_the_plans_that_edit_least_and_latest() -> None:
    found = split(plans("SE_2_1=off", "SE_2_1=off;SE_4_1=off", "SE_3_1=off", "SE_4_1=off", ""), [1, 1, 1, 1], 100)
    assert found == [[4, 3, 2, 0, 1]]


@pytest.mark.parametrize(
    ("bound", "expected"),
    [(1, [[3], [2], [1], [0]]), (8, [[3], [2], [1], [0]]), (20, [[3, 2], [1, 0]]), (24, [[3, 2, 1], [0]])],
)
def test_batches_stay_within_the_bytes(bound: int, expected: list[list[int]]) -> None:
    """Peaks of 8 bytes a row before the first block, and 10, 10 and 8 after the blocks."""
    assert split(plans("SE_2_1=off", "SE_3_1=off", "SE_4_1=off", ""), [8, 10, 10, 8], bound) == expected


@pytest.mark.parametrize("seed", range(20))
def test_any_plans_meet_their_edits_and_share_all_they_can(seed: int) -> None:
    random.seed(seed)
    edits = ["off", "zero", "constant:0.5"]
    texts = [
        ";".join(f"{name}={random.choice(edits)}" for name in NAMES if random.random() < 0.5)
        for _ in range(random.randint(1, 12))
    ]
    given = plans(*texts)
    peaks, bound = [random.randint(1, 9) for _ in range(4)], random.randint(1, 60)
    batches = split(given, peaks, bound)
    assert sorted(number for batch in batches for number in batch) == list(range(len(given)))
    for batch in batches:
        way = arrange([given[number] for number in batch], NAMES)
        for length, place in zip(way.lengths, range(4), strict=True):
            beginnings = {tuple(edit for edit in given[number] if edit[0] < place) for number in batch}
            assert length == len(beginnings)
        assert len(batch) == 1 or max(a * b for a, b in zip(way.lengths, peaks, strict=True)) <= bound
        for number, row in zip(batch, way.rows, strict=True):
            met = []
            for place in reversed(range(3)):
                met.append((place, way.forks[place].edits[row]))
                before = way.lengths[place]
                row = row if row < before else way.forks[place].parents[row - before]
            assert tuple(edit for edit in reversed(met) if edit[1]) == given[number]
