"""Places as they are found, before anything is put there."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import resnet

from se_explorer.blocks import find_blocks, insert_se
from se_explorer.blocks.places import Place, find_places
from se_explorer.errors import ModelError
from tests.blocks.plain import FAMILIES, HEAVY


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in HEAVY else ()) for name in FAMILIES]
)
def test_stages_and_channels_by_hand(name: str) -> None:
    with torch.device("meta"):
        network = FAMILIES[name].build()
    places = find_places(network)
    assert tuple((place.stage, place.channels) for place in places) == FAMILIES[name].places
    assert len({place.path for place in places}) == len(places)


@pytest.mark.parametrize(
    ("name", "position", "place"),
    [
        ("torchvision bottleneck", "standard", Place("layer2.1.bn3", 512, 3)),
        ("torchvision bottleneck", "pre", Place("layer2.1.conv1", 512, 3, "before")),
        ("torchvision bottleneck", "post", Place("layer2.1", 512, 3)),
        ("torchvision bottleneck", "identity", Place("layer2.1.downsample", 512, 3, "alone")),
        ("torchvision bottleneck", "3x3", Place("layer2.1.bn2", 128, 3)),
        ("torchvision resnext", "3x3", Place("layer2.1.bn2", 64, 3)),
        ("timm bottleneck", "standard", Place("layer2.1.se", 96, 3, "alone")),
        ("timm basic", "pre", Place("layer2.1.conv1", 24, 3, "before")),
    ],
)
def test_the_place_in_a_unit_without_projection(name: str, position: str, place: Place) -> None:
    with torch.device("meta"):
        assert find_places(FAMILIES[name].build(), position)[2] == place


def test_the_identity_of_a_unit_with_projection() -> None:
    with torch.device("meta"):
        place = find_places(FAMILIES["torchvision bottleneck"].build(), "identity")[1]
    assert place == Place("layer2.0.downsample", 512, 3)


class Mine(nn.Module):
    """A network of somebody's own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def se_places(self) -> list[Place]:
        return [Place("conv", 8, 1)]


class Nowhere(Mine):
    """Says that it has no place."""

    def se_places(self) -> list[Place]:
        return []


def test_a_network_may_name_its_own_places() -> None:
    (block,) = find_blocks(insert_se(Mine(), 4)).blocks
    assert (block.path, block.facts.channels) == ("conv.se", 8)


def test_a_network_without_a_place_is_refused() -> None:
    with pytest.raises(ModelError, match="Nowhere without"):
        find_places(Nowhere())


def test_a_subclass_of_a_known_network_has_its_places() -> None:
    class Derived(resnet.ResNet):
        pass

    with torch.device("meta"):
        assert len(find_places(Derived(resnet.Bottleneck, [1, 1, 1, 1]))) == 4
