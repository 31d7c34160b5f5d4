"""What a block says of itself before any picture."""

from __future__ import annotations

from typing import Any

import pytest
from timm.layers.squeeze_excite import EffectiveSEModule, SEModule, SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import nn
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.blocks import BlockFacts, SEBlock, find_blocks


def facts(**changed: Any) -> BlockFacts:
    """Those of a block of 32 channels with 4 hidden units and biases, as most are."""
    common: dict[str, Any] = {
        "channels": 32,
        "hidden_units": 4,
        "reduction": 8.0,
        "gate": "sigmoid",
        "activation": "ReLU",
        "squeeze": "average",
        "bias": True,
        "parameters": 2 * 32 * 4 + 32 + 4,
    }
    return BlockFacts(**{**common, **changed})


ESE: dict[str, Any] = {
    "hidden_units": 0,
    "reduction": 1.0,
    "gate": "hard sigmoid",
    "activation": "none",
    "parameters": 32 * 32 + 32,
}
CASES = {
    "own": (SEBlock(32, 8), facts(bias=False, parameters=256)),
    "own, rounded down": (
        SEBlock(32, 5),
        facts(bias=False, hidden_units=6, reduction=32 / 6, parameters=2 * 32 * 6),
    ),
    "own, biases": (SEBlock(32, 8, bias=True), facts()),
    "own, max": (SEBlock(32, 8, squeeze="max"), facts(bias=False, parameters=256, squeeze="max")),
    "own, both": (SEBlock(32, 8, squeeze="both"), facts(bias=False, parameters=256, squeeze="average + max")),
    "own, tanh": (SEBlock(32, 8, gate="tanh"), facts(bias=False, parameters=256, gate="tanh")),
    "own, ReLU": (SEBlock(32, 8, gate="relu"), facts(bias=False, parameters=256, gate="ReLU")),
    "torchvision": (SqueezeExcitation(32, 4), facts()),
    "torchvision, MobileNetV3": (
        SqueezeExcitation(32, 4, scale_activation=nn.Hardsigmoid),
        facts(gate="hard sigmoid"),
    ),
    "torchvision, EfficientNet": (SqueezeExcitation(32, 4, activation=nn.SiLU), facts(activation="SiLU")),
    "timm": (SEModule(32, rd_channels=4), facts()),
    "timm, its divisor": (SEModule(32), facts(hidden_units=8, reduction=4.0, parameters=2 * 32 * 8 + 40)),
    "timm, no bias": (SEModule(32, rd_channels=4, bias=False), facts(bias=False, parameters=256)),
    "timm, batch norm": (SEModule(32, rd_channels=4, norm_layer=nn.BatchNorm2d), facts(parameters=256 + 36 + 8)),
    "timm, max pool": (SEModule(32, rd_channels=4, add_maxpool=True), facts(squeeze="average + max")),
    "timm, hard sigmoid": (SEModule(32, rd_channels=4, gate_layer="hard_sigmoid"), facts(gate="hard sigmoid")),
    "timm, tanh": (SEModule(32, rd_channels=4, gate_layer="tanh"), facts(gate="tanh")),
    "legacy": (senet.SEModule(32, 8), facts()),
    "efficientnet": (SqueezeExcite(32, rd_channels=4, act_layer=nn.SiLU), facts(activation="SiLU")),
    "effective": (EffectiveSEModule(32), facts(**ESE)),
    "effective, max pool": (EffectiveSEModule(32, add_maxpool=True), facts(**ESE, squeeze="average + max")),
    "channels last": (SqueezeExciteCl(32, rd_channels=4), facts()),
}


@pytest.mark.parametrize(("module", "expected"), CASES.values(), ids=CASES)
def test_facts(module: nn.Module, expected: BlockFacts) -> None:
    (block,) = find_blocks(nn.Sequential(module)).blocks
    assert block.facts == expected
