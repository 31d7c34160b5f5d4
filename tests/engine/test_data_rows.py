"""Several pictures under many plans give what each plan gives alone, on every family, however they are put together."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from se_explorer.engine import DataRows, Engine
from se_explorer.errors import EditPlanError
from tests.engine.families import opened
from tests.engine.test_rows import Broadcasting, Counting, Touching, Windows, plans_of
from tests.networks import FAMILIES, Toy, Untraceable, make_network, noise, open_toy, randomise

TOLERANCE = 1e-5  # of the largest logit
COUNT = 5
TOY_PLANS = ("", "SE_1_1=off", "SE_1_1.0=2", "SE_2_1=off", "SE_1_1=off;SE_2_1=zero", "*=shuffle:2", "SE_2_1.3=0", "")


def naive(engine: Engine, plans: tuple[str, ...], batch: torch.Tensor) -> np.ndarray:
    """Plan by plan."""
    return np.stack([engine.logits(batch, plan) for plan in plans])


def assert_equal(rows: DataRows, engine: Engine, plans: tuple[str, ...], batch: torch.Tensor) -> float:
    """The logits are the naive way's, up to rounding; gives what they cost."""
    found, forwards = rows(batch)
    expected = naive(engine, plans, batch)
    assert found.shape == expected.shape == (len(plans), len(batch), expected.shape[-1])
    gap, bound = np.abs(found - expected).max(), TOLERANCE * np.abs(expected).max()
    if gap > bound:  # of ReXNet without its gates: by so much the naive way differs from itself with the batch's size
        crowd = naive(engine, plans, batch.repeat(len(plans), 1, 1, 1))[:, : len(batch)]
        bound += np.abs(crowd - expected).max()
    assert gap <= bound
    return forwards


@pytest.mark.parametrize("bound", [pytest.param(1, id="one plan at a time"), pytest.param(2**28, id="at once")])
@pytest.mark.parametrize("name", FAMILIES)
def test_many_pictures_are_each_alone(name: str, bound: int) -> None:
    engine, plans = opened(name).engine, plans_of(name)
    batch = noise(engine.network.preprocessing.size, COUNT if bound > 1 else 2, seed=3)
    rows = DataRows(engine, plans, bound=bound)
    assert rows.shared
    assert (rows.pictures == 1) == (bound == 1)
    expected = naive(engine, plans, batch)
    assert np.ptp(expected, axis=0).max() > 1e-3, "the plans differ"
    assert np.ptp(expected, axis=1).max() > 1e-3, "the pictures differ"
    forwards = assert_equal(rows, engine, plans, batch)
    if bound > 1:
        assert forwards < 0.8 * len(plans) * COUNT


@pytest.mark.parametrize("count", [1, 2, 7, 33])
def test_any_number_of_pictures(count: int) -> None:
    engine = opened("own").engine
    rows, plans = DataRows(engine, plans_of("own")), plans_of("own")
    one = assert_equal(rows, engine, plans, noise(64, 1))
    assert assert_equal(rows, engine, plans, noise(64, count, seed=count)) == pytest.approx(count * one)


def test_the_bound_says_how_many_pictures_go_side_by_side() -> None:
    engine = opened("own").engine
    taken = [DataRows(engine, plans_of("own"), bound=bound).pictures for bound in (1, 2**20, 2**21, 2**22, 2**26)]
    assert taken == sorted(taken)
    assert taken[0] == 1
    assert taken[-1] > 4
    for bound in (2**20, 2**21, 2**22):
        assert_equal(DataRows(engine, plans_of("own"), bound=bound), engine, plans_of("own"), noise(64, 3))


@pytest.mark.parametrize(
    ("kind", "shared"),
    [(Toy, True), (Counting, True), (Broadcasting, True), (Untraceable, False), (Windows, False), (Touching, False)],
)
def test_networks_of_all_sorts(kind: type[nn.Module], shared: bool) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        engine = Engine(make_network(randomise(kind())))
    names = list(engine.channels)
    plans = tuple(plan.replace("SE_1_1", names[0]).replace("SE_2_1", names[1]) for plan in TOY_PLANS)
    rows = DataRows(engine, plans)
    assert rows.shared == shared
    batch = noise(16, 3, seed=1)
    assert (assert_equal(rows, engine, plans, batch) == 3 * len(plans)) == (not shared)


def test_donors_are_heeded_and_what_does_not_fit_is_refused() -> None:
    engine = Engine(open_toy())
    donors = {"x": {"SE_1_1": np.linspace(0, 1, 8, dtype=np.float32)}}
    batch = noise(16, 2)
    found, _ = DataRows(engine, ["SE_1_1=donor:x"], donors=donors)(batch)
    np.testing.assert_allclose(found[0], engine.logits(batch, "SE_1_1=donor:x", donors), atol=1e-5)
    for plan in ("SE_9_9=off", "SE_1_1=mean", "SE_1_1=donor:x", "rubbish"):
        with pytest.raises(EditPlanError):
            DataRows(engine, ["", plan])
