"""The engine's answers are the network's own, for every class of SE module."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from se_explorer.engine import Engine
from tests.engine.families import opened, without_blocks
from tests.networks import FAMILIES, noise, open_family, recorded

families = pytest.mark.parametrize("name", FAMILIES)


@families
def test_no_edits_is_the_untouched_network_to_the_bit(name: str) -> None:
    case = opened(name)
    with torch.inference_mode():
        expected = case.pristine(case.batch.clone())
    assert expected.isfinite().all()
    assert case.engine.traced
    assert np.array_equal(case.engine.logits(case.batch), expected.numpy())


@families
def test_all_off_is_the_network_with_identities_to_the_bit(name: str) -> None:
    case = opened(name)
    expected = without_blocks(name).numpy()
    assert np.isfinite(expected).all()
    assert np.array_equal(case.engine.logits(case.batch, "*=off"), expected)
    assert not np.allclose(case.engine.logits(case.batch), expected, rtol=1e-3)


@families
@pytest.mark.parametrize("plan", ["", "*=off", "*.0=0.25", "*=shuffle:3"])
def test_looking_does_not_change_the_answer(name: str, plan: str) -> None:
    case = opened(name)
    names = [block.name for block in case.engine.blocks]
    alone = case.engine.logits(case.batch, plan)
    for keep in ([], names[:1], names):
        for statistics in (False, True):
            run = case.engine.run(case.batch, plan, keep=keep, statistics=statistics)
            assert np.array_equal(run.logits, alone)
            assert [block.maps is not None for block in run.blocks] == [name in keep for name in names]
            assert all(np.isnan(block.energy).all() != statistics for block in run.blocks)


@families
def test_kept_maps_are_those_that_a_hook_would_copy(name: str) -> None:
    case = opened(name)
    with torch.inference_mode(), recorded(case.pristine) as seen:
        case.pristine(case.batch.clone())
    run = case.engine.run(case.batch, keep=list(case.engine.channels), statistics=True)
    for site, block in zip(case.engine.blocks, run.blocks, strict=True):
        u = seen[site.path]
        if case.engine.found(site.name).adapter.channels_last:
            u = u.permute(0, 3, 1, 2)
        assert u.shape == (1, site.facts.channels, site.height, site.width)
        assert block.maps is not None
        assert np.array_equal(block.maps, u.numpy())
        assert np.array_equal(block.low, u.amin((2, 3)).numpy())
        assert np.array_equal(block.high, u.amax((2, 3)).numpy())
        assert np.allclose(block.energy, u.double().square().mean((2, 3)), rtol=1e-5)


@families
def test_three_pictures_at_once_are_three_alone(name: str) -> None:
    case = opened(name)
    batch = noise(case.batch.shape[-1], 3, seed=5)
    together = case.engine.run(batch, "SE_*_1.0=0.5", statistics=True)
    assert np.ptp(together.logits, axis=0).max() > 0.01
    for row in range(3):
        alone = case.engine.run(batch[row : row + 1], "SE_*_1.0=0.5", statistics=True)
        scale = np.abs(alone.logits).max()
        assert np.allclose(together.logits[row], alone.logits[0], rtol=1e-5, atol=1e-5 * scale)
        for ours, theirs in zip(together.blocks, alone.blocks, strict=True):
            assert np.allclose(ours.gates[row], theirs.gates[0], rtol=1e-5, atol=1e-5)


@families
def test_a_run_leaves_the_network_and_the_picture_as_they_were(name: str) -> None:
    network = open_family(name)
    before = {key: value.clone() for key, value in network.module.state_dict().items()}

    def shape() -> list[tuple[str, type, object, int, bool]]:
        return [
            (path, type(module), getattr(module, "inplace", None), len(module._forward_hooks), module.training)
            for path, module in network.module.named_modules()
        ]

    modules = shape()
    engine = Engine(network)
    batch = noise(network.preprocessing.size)
    given = batch.clone()
    for plan in ("", "*=off", "*=zero"):
        engine.run(batch, plan, keep=list(engine.channels), statistics=True)
    after = network.module.state_dict()
    assert shape() == modules
    assert list(after) == list(before)
    assert all(torch.equal(after[key], value) for key, value in before.items())
    assert torch.equal(batch, given)


@families
def test_a_run_does_not_depend_on_what_ran_before(name: str) -> None:
    case = opened(name)
    first = case.engine.logits(case.batch)
    case.engine.logits(case.batch, "*=zero")
    case.engine.logits(noise(case.batch.shape[-1], 2, seed=9), "*=off")
    assert np.array_equal(case.engine.logits(case.batch), first)


@families
def test_any_layout_in_memory_gives_the_same(name: str) -> None:
    case = opened(name)
    assert np.array_equal(case.engine.logits(case.batch.contiguous()), case.engine.logits(case.batch))
