"""Costs: PyTorch's counter against a count by hand, and the paper's figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from timm.layers.squeeze_excite import EffectiveSEModule, SEModule, SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import Tensor, nn
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.analysis.complexity import architecture_of
from se_explorer.analysis.complexity_excitation import Weights
from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine
from se_explorer.models import bundled_cards, open_network
from tests.analysis.architectures import known, of
from tests.analysis.toys import Toy
from tests.networks import FAMILIES, Untraceable, make_network, open_toy

# A block of 8 channels and 2 hidden units (one layer for the last but one), and its parameters by hand:
# matrices, biases, batch norm.
KINDS: dict[str, tuple[Callable[[], nn.Module], Weights, str]] = {
    "own": (lambda: SEBlock(8, 4), Weights(32, 0, 0, 0), "average"),
    "torchvision": (lambda: SqueezeExcitation(8, 2), Weights(32, 10, 0, 0), "average"),
    "timm": (lambda: SEModule(8, rd_channels=2), Weights(32, 10, 0, 0), "average"),
    "timm, norm": (lambda: SEModule(8, rd_channels=2, norm_layer=nn.BatchNorm2d), Weights(32, 10, 4, 0), "average"),
    "timm, max": (lambda: SEModule(8, rd_channels=2, add_maxpool=True), Weights(32, 10, 0, 0), "average + max"),
    "legacy senet": (lambda: senet.SEModule(8, 4), Weights(32, 10, 0, 0), "average"),
    "efficientnet": (lambda: SqueezeExcite(8, rd_channels=2), Weights(32, 10, 0, 0), "average"),
    "effective": (lambda: EffectiveSEModule(8), Weights(64, 8, 0, 0), "average"),
    "channels last": (lambda: SqueezeExciteCl(8, rd_channels=2), Weights(32, 10, 0, 0), "average"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_counter_agrees_with_a_count_by_hand(kind: str) -> None:
    build, weights, squeeze = KINDS[kind]
    found = of(Toy(build(), 8, 3, kind == "channels last"))
    (block,) = found.blocks
    assert block.facts.squeeze == squeeze
    assert block.weights == weights
    assert block.weights.total == block.facts.parameters == found.se_parameters
    assert block.excitation_macs == weights.matrices, "each weight is multiplied once, on 1 x 1 maps"
    assert block.scale_operations == 8 * 8 * 8
    assert block.squeeze_operations == 8 * 8 * 8 * (2 if squeeze == "average + max" else 1)
    stem, head = 8 * 8 * 8 * 3 * 9, 8 * 3
    assert found.plain_macs == stem + head
    assert found.macs == stem + head + weights.matrices
    assert found.plain_parameters == 8 * 3 * 9 + 8 + 8 * 3 + 3
    assert found.operations == found.macs + block.squeeze_operations + block.scale_operations


@pytest.mark.parametrize("family", FAMILIES)
def test_blocks_are_the_engines(family: str) -> None:
    network = FAMILIES[family]()
    found = architecture_of(network)
    told = [(block.name, block.path, block.facts, block.height, block.width) for block in found.blocks]
    engine = Engine(network, "cpu")
    assert told == [(block.name, block.path, block.facts, block.height, block.width) for block in engine.blocks]
    assert found.parameters == sum(parameter.numel() for parameter in network.module.parameters())


def test_a_network_without_graph() -> None:
    slow, fast = architecture_of(open_toy(Untraceable)), architecture_of(open_toy())
    assert replace(slow, blocks=()) == replace(fast, blocks=())
    assert [b.excitation_macs for b in slow.blocks] == [b.excitation_macs for b in fast.blocks] == [64, 32]


class Twice(nn.Module):
    """One SE module that runs at two places."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.se = nn.Conv2d(3, 4, 3, 1, 1), SEBlock(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.se(self.se(self.conv(x))).mean((2, 3))


def test_a_shared_module_costs_its_parameters_once_and_its_work_twice() -> None:
    found = architecture_of(make_network(Twice(), 16))
    assert [block.name for block in found.blocks] == ["SE_1_1", "SE_1_2"]
    assert found.se_parameters == 16
    assert [block.excitation_macs for block in found.blocks] == [16, 16]
    assert found.se_macs == 32
    assert found.plain_macs == 16 * 16 * 4 * 27


def test_se_resnet_50_costs_what_the_paper_says() -> None:
    found = known("timm:seresnet50")
    assert found.parameters == 28_088_024
    assert f"{found.parameters / 1e6:.2f}" == "28.09"
    assert found.plain_parameters == 25_557_032
    assert found.se_parameters == 2_530_992
    assert f"{found.se_parameters / found.plain_parameters:.1%}" == "9.9%"
    assert found.se_macs == 2_514_944
    elements = 3 * 256 * 56**2 + 4 * 512 * 28**2 + 6 * 1024 * 14**2 + 3 * 2048 * 7**2
    assert found.se_operations == 2_514_944 + 2 * elements
    assert found.se_macs / found.plain_macs < found.se_operations / found.plain_macs < 0.01
    assert f"{found.plain_macs / 1e9:.2f}" == "4.09"


def test_the_strides_place_is_the_difference_to_the_papers_multiply_adds() -> None:
    found = known("timm:legacy_seresnet50")
    assert found.parameters == 28_088_024
    assert (f"{found.plain_macs / 1e9:.2f}", f"{found.macs / 1e9:.2f}") == ("3.86", "3.86")
    assert f"{(found.plain_macs + found.se_operations) / 1e9:.2f}" == "3.87"


@pytest.mark.parametrize(
    ("name", "millions", "blocks"),
    [
        pytest.param("timm:senet154", "115.09", 50, marks=pytest.mark.slow),
        ("timm:seresnext50_32x4d", "27.56", 16),
        ("timm:mobilenetv3_large_100", "5.48", 8),
        ("timm:efficientnet_b0", "5.29", 16),
        ("timm:rexnet_100", "4.80", 13),
        ("timm:tf_efficientnetv2_b0", "7.14", 16),
    ],
)
def test_parameters_and_blocks_of_the_facts(name: str, millions: str, blocks: int) -> None:
    found = known(name)
    assert (f"{found.parameters / 1e6:.2f}", len(found.blocks)) == (millions, blocks)
    assert sum(stage.se_blocks for stage in found.table.stages) == blocks


def test_the_bundled_network_agrees_with_its_card() -> None:
    (card,) = (card for card in bundled_cards().values() if card.id == "seresnet50-imagenette")
    found = architecture_of(open_network(card.id))
    assert (found.parameters, len(found.blocks)) == (card.parameters, card.se_blocks)
    assert (found.size, found.classes) == (card.preprocessing.size, len(card.classes))
