"""Intervals and tests of paired differences: by hand, against scipy, and by how often they are right when simulated."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from se_explorer.analysis.correlation import spearman
from se_explorer.analysis.paired import Interval, holm, mcnemar, paired_intervals


@pytest.mark.parametrize(
    ("lost", "gained", "expected"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 2**5),
        (0, 6, 2 / 2**6),
        (6, 1, 2 * (1 + 7) / 2**7),
        (3, 3, 1.0),
        (8, 2, 2 * (1 + 10 + 45) / 2**10),
    ],
)
def test_mcnemar_by_hand(lost: int, gained: int, expected: float) -> None:
    assert mcnemar(lost, gained) == mcnemar(gained, lost) == pytest.approx(expected)


@pytest.mark.parametrize(("lost", "gained"), [(30, 12), (200, 260), (1500, 900)])
def test_mcnemar_is_the_binomial_test(lost: int, gained: int) -> None:
    assert mcnemar(lost, gained) == pytest.approx(stats.binomtest(lost, lost + gained).pvalue)


def test_mcnemar_wants_numbers_of_pictures() -> None:
    with pytest.raises(ValueError, match="numbers of pictures"):
        mcnemar(-1, 2)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == (1.0, 1.0)
    assert holm([0.02]) == (0.02,)
    assert holm([]) == ()


def test_a_toy_set_worked_out_by_hand() -> None:
    """Four pictures, one of which is lost: the resampled mean is -k / 4, k of Binomial(4, 1/4)."""
    (found,) = paired_intervals(np.array([[-1], [0], [0], [0]]), resamples=40_000)
    assert found.value == -0.25
    # The bias: below lie k > 1, at it k = 1, of which half counts. The acceleration: that of (-1, 0, 0, 0).
    below = stats.binom.sf(1, 4, 0.25) + stats.binom.pmf(1, 4, 0.25) / 2
    bias = stats.norm.ppf(below)
    centred = np.array([-0.75, 0.25, 0.25, 0.25])
    acceleration = (centred**3).sum() / (6 * (centred**2).sum() ** 1.5)
    for tail, bound in ((0.025, found.low), (0.975, found.high)):
        normal = bias + stats.norm.ppf(tail)
        share = stats.norm.cdf(bias + normal / (1 - acceleration * normal))
        lost = stats.binom.ppf(1 - share, 4, 0.25)
        assert bound == -lost / 4


def test_where_nothing_differs_nothing_is_known_of_a_spread() -> None:
    assert paired_intervals(np.zeros((50, 1)), resamples=500) == [Interval(0.0, 0.0, 0.0)]
    (same,) = paired_intervals(np.full((50, 1), 0.25), resamples=500)
    assert (same.low, same.high) == (0.25, 0.25)
    assert same.excludes_zero


@pytest.mark.parametrize("shape", [(0, 2), (5,)])
def test_differences_of_pictures_are_wanted(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="differences"):
        paired_intervals(np.zeros(shape))


def test_it_is_scipys_interval() -> None:
    values = np.random.default_rng(1).gamma(0.7, size=(120, 2)) - 0.5
    for column, found in zip(values.T, paired_intervals(values, resamples=20_000), strict=True):
        other = stats.bootstrap((column,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(5))
        width = found.high - found.low
        assert found.low == pytest.approx(other.confidence_interval.low, abs=0.03 * width)
        assert found.high == pytest.approx(other.confidence_interval.high, abs=0.03 * width)


def test_comparisons_share_their_resamples_and_a_seed_gives_the_same_again() -> None:
    values = np.random.default_rng(2).normal(size=(80, 1))
    one, twice, minus = paired_intervals(np.concatenate([values, 2 * values, -values], axis=1), resamples=999)
    assert twice.low == pytest.approx(2 * one.low)
    assert (minus.low, minus.high) == pytest.approx((-one.high, -one.low), abs=0.01)
    (again,) = paired_intervals(values, resamples=999)
    assert (again.low, again.high) == pytest.approx((one.low, one.high))
    assert paired_intervals(values, resamples=999, seed=1) != [one]


def test_many_pictures_are_drawn_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).normal(size=(500, 2))
    whole = paired_intervals(values, resamples=300)
    monkeypatch.setattr("se_explorer.analysis.paired.DRAWS", 700)
    for part, other in zip(paired_intervals(values, resamples=300), whole, strict=True):
        assert (part.value, part.low, part.high) == pytest.approx((other.value, other.low, other.high))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rights", "losses"])
def test_intervals_cover_and_tests_keep_their_level(kind: str) -> None:
    """Of 600 simulated data sets, about 95 % of the intervals hold the true difference."""
    generator, runs, pictures = np.random.default_rng(7), 600, 400
    if kind == "rights":
        samples = generator.choice([-1, 0, 1], (runs, pictures), p=[0.05, 0.92, 0.03])
        truth = -0.02
    else:
        samples = generator.gamma(0.5, size=(runs, pictures)) - generator.gamma(0.4, size=(runs, pictures))
        truth = 0.1
    found = [paired_intervals(sample[:, None], resamples=1000, seed=run)[0] for run, sample in enumerate(samples)]
    covered = np.mean([each.low <= truth <= each.high for each in found])
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / runs) + 0.005
    assert np.mean([each.high < truth for each in found]) < 0.05
    assert np.mean([each.low > truth for each in found]) < 0.05


def test_mcnemar_and_holm_raise_few_false_alarms() -> None:
    """Sixteen blocks without any effect, 500 times: at most about 5 % of the families hold a false alarm."""
    generator = np.random.default_rng(8)
    alarms = 0
    for _ in range(500):
        lost, gained = generator.multinomial(300, [0.04, 0.04, 0.92], size=16)[:, :2].T.tolist()
        alarms += min(holm([mcnemar(*pair) for pair in zip(lost, gained, strict=True)])) <= 0.05
    assert alarms / 500 <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 500)


def test_rank_correlation() -> None:
    one, two = [1.0, 2.0, 2.0, 5.0, 3.0], [0.1, 0.4, 0.3, 0.2, 0.9]
    assert spearman(one, two) == pytest.approx(stats.spearmanr(one, two).statistic)
    assert spearman(one, [-value for value in one]) == pytest.approx(-1)
    assert spearman([1, 1, 1], [1, 2, 3]) is None
    assert spearman([1, 2], [1, 2]) is None
