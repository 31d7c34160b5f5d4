"""The parameters of one SE block by kind."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from se_explorer.blocks import FoundBlock

__all__ = ["Weights", "weights_of"]


@dataclass(frozen=True)
class Weights:
    """How many parameters of each kind a block has.

    Attributes:
        matrices: weights of the layers, 2 C hidden for two layers, C^2 for a single one.
        biases: of the layers.
        norm: of a batch norm between the layers.
        other: all else in the module.
    """

    matrices: int
    biases: int
    norm: int
    other: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.matrices + self.biases + self.norm + self.other


def _numbers(tensor: object) -> int:
    return tensor.numel() if isinstance(tensor, Tensor) else 0


def weights_of(block: FoundBlock) -> Weights:
    """Count a block's parameters by kind."""
    parts = block.adapter.parts(block.module)
    layers: list[nn.Module] = [layer for layer in (parts.reduce, parts.expand) if layer is not None]
    matrices = sum(_numbers(layer.weight) for layer in layers)
    biases = sum(_numbers(layer.bias) for layer in layers)
    norm = sum(parameter.numel() for parameter in parts.norm.parameters()) if parts.norm is not None else 0
    return Weights(matrices, biases, norm, block.facts.parameters - matrices - biases - norm)
