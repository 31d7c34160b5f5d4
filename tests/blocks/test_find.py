"""SE blocks are found by the class of their modules; other gates are listed, not passed over."""

from __future__ import annotations

import re

import pytest
import timm
import torch
from timm.layers.cbam import CbamModule, LightCbamModule
from timm.layers.coord_attn import CoordAttn
from timm.layers.eca import CecaModule, EcaModule
from timm.layers.gather_excite import GatherExcite
from timm.layers.global_context import GlobalContext
from timm.layers.selective_kernel import SelectiveKernel
from timm.layers.split_attn import SplitAttn
from timm.layers.squeeze_excite import SEModule
from timm.models.hgnet import EseModule
from torch import Tensor, nn
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.blocks import NoSqueezeBlock, SEBlock, adapter_for, find_blocks
from se_explorer.blocks.find import require_adapter
from se_explorer.errors import BlockError
from se_explorer.models.seresnet import seresnet50

OTHERS = {
    "ECA": EcaModule(16),
    "circular ECA": CecaModule(16),
    "CBAM": CbamModule(16),
    "light CBAM": LightCbamModule(16),
    "coordinate attention": CoordAttn(16),
    "gather-excite": GatherExcite(16, use_mlp=False),
    "NoSqueeze": NoSqueezeBlock(16),
    "global context": GlobalContext(16),
    "selective kernel": SelectiveKernel(16),
    "split attention": SplitAttn(16),
    "ESE of HGNet": EseModule(16),
}


class Renamed(SEModule):
    """Inherits what it does, batch norm and all."""


class Doubled(SEModule):
    """Does something else."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * super().forward(x)


class DoubledSqueezeExcitation(nn.Module):
    """By its name an SE block, by its class nothing that is known."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)


class Wrapper(nn.Module):
    """Holds a block under a name that says nothing."""

    def __init__(self, **inner: nn.Module) -> None:
        super().__init__()
        for name, module in inner.items():
            self.add_module(name, module)


@pytest.mark.parametrize("module", OTHERS.values(), ids=OTHERS)
def test_other_gates_are_listed_as_unsupported(module: nn.Module) -> None:
    survey = find_blocks(Wrapper(se=module))
    assert survey.blocks == ()
    (gate,) = survey.unsupported
    assert (gate.path, gate.kind) == ("se", type(module).__name__)
    assert gate.reason


def test_a_name_does_not_make_a_block() -> None:
    network = Wrapper(se=nn.Identity(), se_module=nn.Sequential(nn.Conv2d(4, 4, 1)), attn=SEBlock(8, 2))
    survey = find_blocks(network)
    assert [block.path for block in survey.blocks] == ["attn"]
    assert survey.unsupported == ()


def test_a_subclass_counts_if_it_inherits_forward() -> None:
    survey = find_blocks(Wrapper(one=Renamed(16), two=Doubled(16)))
    assert [block.path for block in survey.blocks] == ["one"]
    assert [(gate.path, gate.kind) for gate in survey.unsupported] == [("two", "Doubled")]
    assert adapter_for(Renamed(16)) is adapter_for(SEModule(16))
    assert adapter_for(Doubled(16)) is None


def test_an_unknown_class_that_calls_itself_se_is_listed() -> None:
    survey = find_blocks(Wrapper(gate=DoubledSqueezeExcitation()))
    assert [gate.kind for gate in survey.unsupported] == ["DoubledSqueezeExcitation"]


def test_what_lies_inside_a_block_or_a_gate_is_not_counted_again() -> None:
    outer = SEModule(16)
    outer.extra = SEBlock(8, 2)
    gate = EcaModule(16)
    gate.extra = EcaModule(16)
    survey = find_blocks(Wrapper(a=outer, ab=SEBlock(8, 2), b=gate))
    assert [block.path for block in survey.blocks] == ["a", "ab"]
    assert [other.path for other in survey.unsupported] == ["b"]


def test_a_block_alone_is_a_network_of_one_block() -> None:
    (block,) = find_blocks(SEBlock(8, 2)).blocks
    assert block.path == ""


def test_a_block_used_in_two_places_is_one_module() -> None:
    shared = SEBlock(8, 2)
    assert len(find_blocks(Wrapper(one=shared, two=shared)).blocks) == 1


def test_a_network_without_gates_has_none() -> None:
    survey = find_blocks(nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU()))
    assert (survey.blocks, survey.unsupported) == ((), ())


def test_an_unknown_module_is_refused_by_name() -> None:
    with pytest.raises(BlockError, match=re.escape("torchvision.ops.misc.SqueezeExcitation")) as caught:
        require_adapter(nn.Conv2d(3, 4, 1))
    assert "Conv2d" in caught.value.received


@pytest.mark.parametrize(
    ("name", "blocks", "parameters"),
    [("timm:seresnet50", 16, 2_530_992), ("own", 16, 2_514_944), ("timm:legacy_seresnet50", 16, 2_530_992)],
)
def test_parameters_of_whole_networks(name: str, blocks: int, parameters: int) -> None:
    """Equation 5 for our own; timm's two add the biases."""
    with torch.device("meta"):
        network = seresnet50() if name == "own" else timm.create_model(name.partition(":")[2])
    found = find_blocks(network).blocks
    assert len(found) == blocks
    assert sum(block.facts.parameters for block in found) == parameters
    assert find_blocks(network).unsupported == ()


def test_equation_5() -> None:
    stages = ((3, 256), (4, 512), (6, 1024), (3, 2048))
    with torch.device("meta"):
        found = find_blocks(seresnet50()).blocks
    assert sum(block.facts.parameters for block in found) == 2 * sum(n * c * c for n, c in stages) // 16
    assert [block.facts.channels for block in found] == [c for n, c in stages for _ in range(n)]


def test_efficientnet_blocks_of_torchvision() -> None:
    network = Wrapper(a=SqueezeExcitation(8, 2), b=nn.Sequential(SqueezeExcitation(8, 2)))
    assert [block.path for block in find_blocks(network).blocks] == ["a", "b.0"]
