"""Two traces side by side, worked out by hand and against SciPy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from se_explorer.analysis.contrast import (
    contrast,
    contrast_logits,
    quantile_distance,
    top_differences,
)
from se_explorer.analysis.correlation import pearson, spearman
from se_explorer.engine import Engine, Trace
from tests.analysis.test_saturation import block_with
from tests.analysis.toys import trace_of
from tests.networks import open_toy, picture


def with_blocks(**gates: list[float]) -> Trace:
    """A trace that has these blocks with these gates."""
    blocks = []
    for name, values in gates.items():
        block = block_with(values)
        blocks.append(replace(block, block=replace(block.block, name=name)))
    return replace(trace_of([0.0, 1.0]), blocks=tuple(blocks))


def test_correlations_by_hand() -> None:
    one, other = np.asarray([0.0, 1, 2, 3]), np.asarray([0.0, 1, 1, 10])
    # Gaps from the means: (-1.5, -.5, .5, 1.5) and (-3, -2, -2, 7): 4.5 + 1 - 1 + 10.5 = 15; squares 5 and 66.
    assert pearson(one, other) == pytest.approx(15 / math.sqrt(5 * 66))
    # Ranks 1 2 3 4 and 1 2.5 2.5 4: 1.5 * 1.5 + 0 + 0 + 1.5 * 1.5 = 4.5; squares 5 and 4.5.
    assert spearman(one, other) == pytest.approx(4.5 / math.sqrt(5 * 4.5))
    assert pearson(one, 7 - 2 * one) == -1
    assert spearman(one, np.exp(one)) == 1


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.7], [0.5, 0.5, 0.5], []])
def test_no_correlation_of_too_few_or_without_spread(values: list[float]) -> None:
    other = np.linspace(0, 1, len(values))
    assert pearson(np.asarray(values), other) is None
    assert pearson(other, np.asarray(values)) is None
    assert spearman(np.asarray(values), other) is None


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(0, 20, 200) / 20, random.integers(0, 20, 200) / 20
    assert pearson(one, other) == pytest.approx(stats.pearsonr(one, other).statistic)
    assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    assert pearson(one * 1e-200, other) == pytest.approx(stats.pearsonr(one, other).statistic)


def test_quantile_distance_by_hand() -> None:
    assert quantile_distance(np.asarray([0.0, 1]), np.asarray([1.0, 0])) == 0, "it knows nothing of channels"
    assert quantile_distance(np.asarray([0.0, 1]), np.asarray([0.5])) == 0.5
    # Thirds against halves: over 1/3, 1/6, 1/6, 1/3 of the range the gaps are 0, 0.5, -0.5, 0.
    assert quantile_distance(np.asarray([0.0, 0.5, 1]), np.asarray([0.0, 1])) == pytest.approx(math.sqrt(0.25 / 3))


def test_quantile_distance_is_that_of_repeated_values() -> None:
    random = np.random.default_rng(1)
    one, other = random.uniform(size=6), random.uniform(size=10)
    gaps = np.sort(np.repeat(one, 5)) - np.sort(np.repeat(other, 3))
    assert quantile_distance(one, other) == pytest.approx(float(np.sqrt((gaps**2).mean())))


def test_top_differences_by_size_whatever_the_sign() -> None:
    left, right = np.asarray([0.5, 0.5, 0.5, 0.5]), np.asarray([0.6, 0.1, 0.5, 0.9])
    assert top_differences(left, right, 3).tolist() == [1, 3, 0]
    assert top_differences(left, right, 99).tolist() == [1, 3, 0, 2]
    assert top_differences(left, left, 2).tolist() == [0, 1]


def test_blocks_are_matched_by_name() -> None:
    left = with_blocks(SE_2_1=[0.0, 0.5, 1.0], SE_2_2=[0.5, 0.5], SE_3_1=[0.1, 0.2])
    right = with_blocks(SE_4_1=[0.0], SE_3_1=[0.1, 0.2, 0.3, 0.4], SE_2_1=[0.0, 0.7, 0.6])
    found = contrast(left, right)
    assert (found.only_left, found.only_right) == (("SE_2_2",), ("SE_4_1",))
    first, second = found.blocks
    assert (first.name, first.channels, first.matched) == ("SE_2_1", (3, 3), True)
    assert first.distance == pytest.approx(math.sqrt((0.04 + 0.16) / 3), rel=1e-6)
    assert (first.channel, first.difference) == (2, pytest.approx(-0.4))
    assert first.pearson == pytest.approx(np.corrcoef([0, 0.5, 1], [0, 0.7, 0.6])[0, 1])
    assert (second.name, second.matched) == ("SE_3_1", False)
    assert (second.pearson, second.spearman, second.distance, second.channel, second.difference) == (None,) * 5
    assert second.quantile_distance == pytest.approx(math.sqrt((0 + 0.01 + 0.01 + 0.04) / 4), rel=1e-6)


def test_it_is_the_gates_applied_that_are_compared() -> None:
    engine = Engine(open_toy(), "cpu")
    as_is, edited = engine.trace(picture()), engine.trace(picture(), "SE_*=off")
    block = contrast(as_is, edited).blocks[0]
    gates = as_is.blocks[0].gates
    assert block.distance == pytest.approx(float(np.sqrt(((1 - gates) ** 2).mean())), rel=1e-5)
    assert block.pearson is None, "all gates are 1 on the right"
    same = contrast(as_is, engine.trace(picture())).blocks
    assert [(row.distance, row.quantile_distance, row.difference) for row in same] == [(0, 0, 0)] * len(same)
    assert same[0].pearson == pytest.approx(1)


def test_logits_of_the_same_classes() -> None:
    found = contrast_logits(trace_of([0.0, math.log(3)]), trace_of([0.0, 0.0]))
    assert found.classes == ((0, 0), (1, 1))
    assert found.kl == pytest.approx(0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5), rel=1e-5)
    assert found.distance == pytest.approx(math.log(3) / math.sqrt(2), rel=1e-5)
    assert found.pearson is None, "two points always lie on a line"


def test_logits_of_shared_classes_alone() -> None:
    left = trace_of([1.0, 2, 3, 4, 8], ("cat", "crane", "crane", "owl", "cow"))
    right = trace_of([5.0, 7, 9, 9, 1], ("owl", "crane", "dog", "crane", "cow"))
    found = contrast_logits(left, right)
    assert found.classes == ((1, 1), (3, 0), (4, 4))
    assert found.pearson == pytest.approx(-1)
    assert found.spearman == pytest.approx(-1)
    assert found.distance == pytest.approx(math.sqrt((25 + 1 + 49) / 3))
    assert found.kl is None
    assert contrast_logits(trace_of([1.0], ("cat",)), trace_of([1.0], ("dog",))).classes == ()
