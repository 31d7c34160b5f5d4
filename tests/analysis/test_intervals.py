"""Wilson's interval: published values, and what must hold for every share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from se_explorer.analysis import wilson

shares = st.integers(1, 5000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_values_of_newcombe_1998_table_1_method_3(right: int, count: int, low: float, high: float) -> None:
    assert wilson(right, count) == pytest.approx((low, high), abs=5e-5)


def test_one_of_two_by_hand() -> None:
    # With z = 2: (1/2 + 4/4 -+ 2 sqrt(1/8 + 4/16)) / (1 + 4/2)
    root = 2 * math.sqrt(0.375)
    assert wilson(1, 2, z=2.0) == pytest.approx(((1.5 - root) / 3, (1.5 + root) / 3))


@given(shares)
def test_the_ends_solve_the_score_equation(share: tuple[int, int]) -> None:
    right, count = share
    z = 1.959963984540054
    for end in wilson(right, count):
        if 0 < end < 1:
            assert abs(right / count - end) == pytest.approx(z * math.sqrt(end * (1 - end) / count), abs=1e-7)


@given(shares)
def test_it_holds_the_share_and_lies_in_0_to_1(share: tuple[int, int]) -> None:
    right, count = share
    low, high = wilson(right, count)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= right / count <= high + 1e-12


@given(shares)
def test_wrong_answers_mirror_right_ones(share: tuple[int, int]) -> None:
    right, count = share
    low, high = wilson(right, count)
    assert wilson(count - right, count) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(shares)
def test_more_pictures_or_a_smaller_z_narrow_it(share: tuple[int, int]) -> None:
    right, count = share

    def width(ends: tuple[float, float]) -> float:
        return ends[1] - ends[0]

    assert width(wilson(2 * right, 2 * count)) < width(wilson(right, count))
    assert width(wilson(right, count, z=1.0)) < width(wilson(right, count))


@pytest.mark.parametrize(("right", "count"), [(0, 0), (1, 0), (-1, 5), (6, 5), (0, -3)])
def test_shares_that_are_none_are_refused(right: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"got {right} of {count}"):
        wilson(right, count)
