"""A block's parameters by kind; the classes of the libraries are in ``test_complexity``."""

from __future__ import annotations

import torch
from torch import nn

from se_explorer.analysis.complexity_excitation import Weights, weights_of
from se_explorer.blocks import SEBlock, find_blocks


class WithScale(SEBlock):
    """The same forward, and a parameter that the layers do not hold."""

    def __init__(self) -> None:
        super().__init__(8, 4)
        self.scale = nn.Parameter(torch.ones(3))


def test_what_is_in_no_layer_is_other() -> None:
    (block,) = find_blocks(nn.Sequential(WithScale())).blocks
    assert weights_of(block) == Weights(matrices=32, biases=0, norm=0, other=3)
    assert weights_of(block).total == block.facts.parameters
