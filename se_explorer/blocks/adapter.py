"""What every SE block is, whichever library wrote it: squeeze, one or two layers, a gate, a product.

An adapter opens up one class of module. It calls the module's own layers in the module's own order, so that the gates
are the stock module's to the bit, and hands out what lies between them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from se_explorer.errors import BlockError
from se_explorer.language import later

__all__ = ["BlockAdapter", "BlockFacts", "BlockParts", "Excitation", "ExcitationLayers"]

GATE_NAMES = {
    "Sigmoid": "sigmoid",
    "Hardsigmoid": "hard sigmoid",
    "HardSigmoid": "hard sigmoid",
    "HardSigmoidMe": "hard sigmoid",
    "Tanh": "tanh",
    "ReLU": "ReLU",
}


@dataclass(frozen=True)
class Excitation:
    """What one block did to a batch (equations 2 and 3).

    Attributes:
        z: squeeze, (N, C).
        hidden: activations between the two layers, (N, C / r); (N, 0) where the block has a single layer.
        preactivation: what goes into the gate function, (N, C).
        s: the gates, (N, C).
    """

    z: Tensor
    hidden: Tensor
    preactivation: Tensor
    s: Tensor


@dataclass(frozen=True)
class ExcitationLayers:
    """The layers of equation 3 as plain matrices in float64, a batch norm between them folded in.

    Attributes:
        w1: (hidden, C), or None where the block has a single layer.
        b1: (hidden,), or None.
        w2: (C, hidden), or (C, C) for a single layer.
        b2: (C,).
    """

    w1: Tensor | None
    b1: Tensor | None
    w2: Tensor
    b2: Tensor


@dataclass(frozen=True)
class BlockFacts:
    """What a block is before any picture.

    Attributes:
        channels: C.
        hidden_units: C / r; 0 where the block has a single layer.
        reduction: C over hidden units; 1 where the block has a single layer.
        gate: name of the gate function.
        activation: name of the function between the layers, or "none".
        squeeze: "average", "max", or "average + max" where half of each is taken.
        bias: whether the layers have biases.
        parameters: of the block, all of them.
    """

    channels: int
    hidden_units: int
    reduction: float
    gate: str
    activation: str
    squeeze: str
    bias: bool
    parameters: int


@dataclass(frozen=True)
class BlockParts:
    """A block's own modules. ``reduce``, ``norm`` and ``activation`` are None where it has none."""

    reduce: nn.Module | None
    norm: nn.Module | None
    activation: nn.Module | None
    expand: nn.Module
    gate: nn.Module


def _matrix(layer: nn.Module) -> tuple[Tensor, Tensor]:
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, Tensor)
    matrix = weight.detach().double().flatten(1)
    return matrix, bias.detach().double() if isinstance(bias, Tensor) else matrix.new_zeros(len(matrix))


def _outputs(layer: nn.Module) -> int:
    weight = layer.weight
    assert isinstance(weight, Tensor)
    return len(weight)


def _fold(norm: nn.Module, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """An evaluated batch norm after a layer is an affine map of its outputs.

    Another norm, or one that also activates, is not: folding it would give a sum that does not add up.
    """
    if type(norm) is not nn.BatchNorm2d:
        raise BlockError(
            later("a plain batch norm between the layers"),
            type(norm).__name__,
            later("Use the block without circuits."),
        )
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    if norm.affine:
        scale = scale * norm.weight.detach().double()
    shift = -norm.running_mean.double() * scale
    if norm.affine:
        shift = shift + norm.bias.detach().double()
    return weight * scale[:, None], bias * scale + shift


def _apply(module: nn.Module, values: Tensor, kept: Tensor) -> Tensor:
    """Call an activation without letting an in-place one overwrite ``kept``."""
    spoils = getattr(module, "inplace", False) and values.data_ptr() == kept.data_ptr()
    result: Tensor = module(values.clone() if spoils else values)
    return result


class BlockAdapter(ABC):
    """Opens up one class of SE module. A subclass says where the parts lie; the rest is common to all."""

    #: The maps' layout: channels last is (N, H, W, C).
    channels_last = False

    @abstractmethod
    def parts(self, module: nn.Module) -> BlockParts:
        """The module's own layers."""

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        """Equation 2, in the shape that the module's first layer takes."""
        return u.mean((2, 3), keepdim=True)

    def squeeze_name(self, module: nn.Module) -> str:
        """How the module squeezes."""
        return "average"

    def excite(self, module: nn.Module, u: Tensor) -> Excitation:
        """Equations 2 and 3 on maps ``u``, (N, C, H, W) or (N, H, W, C) by ``channels_last``."""
        parts = self.parts(module)
        z = self.squeeze(module, u)
        values = z
        if parts.reduce is not None:
            values = parts.reduce(z)
            values = values if parts.norm is None else parts.norm(values)
            values = values if parts.activation is None else _apply(parts.activation, values, z)
        hidden = z.new_zeros((len(z), 0)) if parts.reduce is None else values.flatten(1)
        preactivation = parts.expand(values)
        s = _apply(parts.gate, preactivation, preactivation)
        return Excitation(z.flatten(1), hidden, preactivation.flatten(1), s.flatten(1))

    def scale(self, u: Tensor, s: Tensor) -> Tensor:
        """Equation 4: ``u`` times gates ``s`` (N, C)."""
        return u * (s[:, None, None, :] if self.channels_last else s[:, :, None, None])

    def layers(self, module: nn.Module) -> ExcitationLayers:
        """The layers of equation 3 as matrices."""
        parts = self.parts(module)
        w2, b2 = _matrix(parts.expand)
        if parts.reduce is None:
            return ExcitationLayers(None, None, w2, b2)
        w1, b1 = _matrix(parts.reduce)
        if parts.norm is not None:
            w1, b1 = _fold(parts.norm, w1, b1)
        return ExcitationLayers(w1, b1, w2, b2)

    def facts(self, module: nn.Module) -> BlockFacts:
        """What the block is, read off its layers."""
        parts = self.parts(module)
        channels, hidden = _outputs(parts.expand), 0 if parts.reduce is None else _outputs(parts.reduce)
        gate = type(parts.gate).__name__
        return BlockFacts(
            channels=channels,
            hidden_units=hidden,
            reduction=channels / hidden if hidden else 1.0,
            gate=GATE_NAMES.get(gate, gate),
            activation="none" if parts.activation is None else type(parts.activation).__name__,
            squeeze=self.squeeze_name(module),
            bias=parts.expand.bias is not None,
            parameters=sum(parameter.numel() for parameter in module.parameters()),
        )


def half_max_squeeze(u: Tensor) -> Tensor:
    """timm's ``add_maxpool``: the mean of average and maximum, (N, C, 1, 1)."""
    return 0.5 * u.mean((2, 3), keepdim=True) + 0.5 * torch.amax(u, (2, 3), keepdim=True)
