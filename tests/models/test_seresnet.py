"""Our own SE-ResNet-50 is that of Table 1."""

from __future__ import annotations

from fractions import Fraction

import pytest
import timm
import torch
from torch import nn

from se_explorer.blocks import find_blocks
from se_explorer.engine import Engine
from se_explorer.models.seresnet import SEResNet, seresnet50
from tests.networks import make_network


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameters_are_resnet_50s_and_those_of_equation_5() -> None:
    with torch.device("meta"):
        plain, ours = seresnet50(reduction=None), seresnet50()
        assert parameters(plain) == parameters(timm.create_model("resnet50")) == 25_557_032
        assert parameters(ours) - parameters(plain) == 2_514_944
    assert find_blocks(plain).blocks == ()


@pytest.mark.parametrize(("reduction", "millions"), [(2, 45.7), (4, 35.6), (8, 30.6), (16, 28.1), (32, 26.8)])
def test_parameters_of_table_10(reduction: int, millions: float) -> None:
    with torch.device("meta"):
        assert parameters(seresnet50(reduction=reduction)) / 1e6 == pytest.approx(millions, abs=0.05)


def test_blocks_are_named_as_in_the_paper() -> None:
    engine = Engine(make_network(seresnet50(Fraction(1, 16), 4), 64))
    names = [
        f"SE_{stage}_{index}"
        for stage, count in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)
        for index in range(1, count + 1)
    ]
    assert [block.name for block in engine.blocks] == names
    assert [block.height for block in engine.blocks] == [16] * 3 + [8] * 4 + [4] * 6 + [2] * 3
    assert [block.facts.channels for block in engine.blocks] == [16] * 3 + [32] * 4 + [64] * 6 + [128] * 3


def test_width_scales_every_stage() -> None:
    with torch.device("meta"):
        found = find_blocks(seresnet50(Fraction(1, 4))).blocks
    assert [block.facts.channels for block in found] == [64] * 3 + [128] * 4 + [256] * 6 + [512] * 3


@pytest.mark.parametrize("width", [Fraction(1, 3), Fraction(1, 128), Fraction(0)], ids=str)
def test_a_width_that_gives_no_whole_number_of_channels_is_refused(width: Fraction) -> None:
    with pytest.raises(ValueError, match="width"):
        seresnet50(width)


def test_the_twin_without_blocks_is_the_network_with_all_off() -> None:
    with_blocks = SEResNet((1, 1, 1, 1), 8, 4, 4)
    twin = SEResNet((1, 1, 1, 1), 8, 4, None)
    twin.load_state_dict({name: value for name, value in with_blocks.state_dict().items() if ".se." not in name})
    batch = torch.randn(1, 3, 64, 64).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        expected = twin.eval().to(memory_format=torch.channels_last)(batch)
    off = Engine(make_network(with_blocks, 64)).logits(batch, "*=off")
    assert (off == expected.numpy()).all()
