"""SE blocks with products in the place of 1x1 convolutions."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from se_explorer.blocks import find_blocks
from se_explorer.engine.leaning import _lean, _Product, lean
from tests.engine.families import opened
from tests.networks import FAMILIES


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_excites_as_before(name: str) -> None:
    engine = opened(name).engine
    sites = find_blocks(engine.network.module).blocks
    before = [type(module) for module in engine.network.module.modules()]
    for site, leaner in zip(sites, lean(sites), strict=True):
        shape = (2, 5, 4, site.facts.channels) if site.adapter.channels_last else (2, site.facts.channels, 5, 4)
        u = torch.randn(shape, generator=torch.Generator().manual_seed(3))
        with torch.inference_mode():
            expected, found = site.adapter.excite(site.module, u), leaner.adapter.excite(leaner.module, u)
        torch.testing.assert_close(found.s, expected.s, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(found.hidden, expected.hidden, rtol=1e-4, atol=1e-5)
    assert [type(module) for module in engine.network.module.modules()] == before


def test_products_stand_only_where_convolutions_are_products() -> None:
    layers = nn.Sequential(nn.Conv2d(4, 2, 1), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 1, groups=2), nn.Conv2d(4, 2, 1, 2))
    assert [type(layer) is _Product for layer in _lean(layers).children()] == [True, False, False, False]


def test_larger_maps_are_convolved() -> None:
    convolution = nn.Conv2d(4, 2, 1)
    maps = torch.randn(2, 4, 3, 5)
    assert torch.equal(_lean(convolution)(maps), convolution(maps))
    one = torch.randn(2, 4, 1, 1)
    torch.testing.assert_close(_lean(convolution)(one), convolution(one))
