"""BN-Inception: its widths by Figure 5, its sizes, and the parameters of the usual port."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from se_explorer.models.paper.bn_inception import BNInception, InceptionModule, Widths


@pytest.fixture(scope="module")
def network() -> BNInception:
    with torch.device("meta"):
        return BNInception().eval()


def test_parameters_are_those_of_the_usual_port_less_its_biases(network: BNInception) -> None:
    """The port's 11,295,240 have a bias in each convolution, which the batch norm behind it takes away again."""
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    biases = sum(convolution.out_channels for convolution in convolutions)
    assert len(convolutions) == 69
    assert sum(parameter.numel() for parameter in network.parameters()) + biases == 11_295_240


def test_sizes_and_channels_of_each_module(network: BNInception) -> None:
    seen: dict[str, tuple[int, int]] = {}
    for name, module in network.named_children():
        if isinstance(module, InceptionModule):
            module.register_forward_hook(
                lambda _, args, out, name=name: seen.update({name[-2:]: tuple(out.shape[1:3])})
            )
    assert network(torch.empty(2, 3, 224, 224, device="meta")).shape == (2, 1000)
    assert seen == {
        "3a": (256, 28),
        "3b": (320, 28),
        "3c": (576, 14),
        "4a": (576, 14),
        "4b": (576, 14),
        "4c": (608, 14),
        "4d": (608, 14),
        "4e": (1056, 7),
        "5a": (1024, 7),
        "5b": (1024, 7),
    }


def test_a_module_that_halves_passes_its_largest_values_through() -> None:
    module = InceptionModule(2, Widths(0, (1, 3), (1, 2), 0, "max")).eval()
    x = torch.arange(2 * 4 * 4, dtype=torch.float32).view(1, 2, 4, 4)
    with torch.inference_mode():
        out = module(x)
    assert out.shape == (1, 3 + 2 + 2, 2, 2)
    assert out[0, 5].tolist() == [[10.0, 11.0], [14.0, 15.0]]


def test_places_are_the_ten_modules_by_the_size_of_what_they_give(network: BNInception) -> None:
    places = network.se_places()
    assert [place.stage for place in places] == [3, 3, 4, 4, 4, 4, 4, 5, 5, 5]
    assert [place.channels for place in places] == [256, 320, 576, 576, 576, 608, 608, 1056, 1024, 1024]
