"""Random weights by their seed, and nobody's random state moved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

from se_explorer.models.seeding import build_seeded


def test_the_weights_are_those_of_the_seed_and_the_state_is_as_it_was() -> None:
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    layer = build_seeded(lambda: nn.Linear(4, 3), 5)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(5)
    assert torch.equal(layer.weight, nn.Linear(4, 3).weight)


def test_networks_built_side_by_side_do_not_mix_their_numbers() -> None:
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    alone = [build_seeded(lambda: nn.Linear(200, 200), seed).weight for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        beside = list(pool.map(lambda seed: build_seeded(lambda: nn.Linear(200, 200), seed).weight, range(8)))
    assert all(torch.equal(one, other) for one, other in zip(alone, beside, strict=True))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_state_is_put_back_when_building_fails() -> None:
    before = torch.random.get_rng_state()

    def fail() -> nn.Module:
        torch.rand(3)
        raise KeyError("x")

    try:
        build_seeded(fail)
    except KeyError:
        assert torch.equal(torch.random.get_rng_state(), before)
    assert build_seeded(lambda: nn.Linear(1, 1)).weight.shape == (1, 1)
