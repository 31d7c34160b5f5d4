"""Equation 1 with numbers: one value of one map of u, from the convolution that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from se_explorer.analysis.lesson import function_of
from se_explorer.analysis.lesson_numbers import Places, places_for, rounded
from se_explorer.engine import Making

__all__ = ["Tap", "WorkedConvolution", "worked_convolution"]

TERMS = 4  # that are written out


class Tap(NamedTuple):
    """One product of the sum: weight of the kernel v at ``row``, ``column``, for the input channel ``channel``."""

    channel: int
    row: int
    column: int
    weight: float
    value: float


@dataclass(frozen=True)
class WorkedConvolution:
    """Equation 1 at one place of one channel, and what the network then does with the sum.

    Attributes:
        channels: input channels that the kernel reaches.
        kernel: its height and width.
        taps: the largest products.
        others, rest: how many products are not written out, and what they add up to.
        total: of all products, and the convolution's bias.
        gain, shift: of the batch norm after it, total to gain * total + shift; 1 and 0 where there is none.
        activation: name of the function after that, or "none".
        u: the engine's.
        places: of weights, values and rest, and of the total.
        u_places: of gain and shift, and of u.
    """

    channels: int
    kernel: tuple[int, int]
    taps: tuple[Tap, ...]
    others: int
    rest: float
    total: float
    gain: float
    shift: float
    activation: str
    u: float
    places: Places
    u_places: Places

    @property
    def by_hand(self) -> float:
        """The total worked out from what is shown."""
        shown = self.places.operands
        products = (rounded(tap.weight, shown) * rounded(tap.value, shown) for tap in self.taps)
        return sum(products) + rounded(self.rest, shown)


class _After(NamedTuple):
    """What follows the convolution: an affine map and perhaps an activation."""

    gain: float
    shift: float
    activation: nn.Module | None


def _affine(norm: nn.BatchNorm2d, channel: int) -> tuple[float, float]:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = float((norm.running_var[channel].double() + norm.eps).rsqrt())
    weight, bias = (float(norm.weight[channel]), float(norm.bias[channel])) if norm.affine else (1.0, 0.0)
    gain = weight * scale
    return gain, bias - gain * float(norm.running_mean[channel])


def _is_pointwise(module: nn.Module) -> bool:
    """Whether it makes each number another, whatever is around it: an activation, and no pooling or norm."""
    probe = torch.linspace(-4, 4, 48, dtype=torch.float64)
    try:
        with torch.inference_mode():
            whole, each = module(probe.reshape(1, 3, 4, 4).clone()), module(probe.clone())
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError, AssertionError):  # it wants a map
        return False
    return whole.shape == (1, 3, 4, 4) and torch.equal(whole.flatten(), each)


def _after(modules: Sequence[nn.Module], channel: int) -> _After | None:
    """The steps after a convolution as an affine map and one activation; None where there is anything else."""
    gain, shift, activation = 1.0, 0.0, None
    for module in modules:
        if activation is not None:
            return None
        if isinstance(module, nn.BatchNorm2d):  # timm's own has drop and activation inside
            factor, added = _affine(module, channel)
            gain, shift = gain * factor, shift * factor + added
            inner = getattr(module, "act", None)
            activation = None if inner is None or isinstance(inner, nn.Identity) else inner
        elif isinstance(module, nn.Identity):
            continue
        elif not any(True for _ in module.parameters()) and _is_pointwise(module):
            activation = module
        else:
            return None
    return _After(gain, shift, activation)


def _window(making: Making, channel: int, row: int, column: int) -> tuple[Tensor, Tensor, int]:
    """Weights and values of the kernel at a place, (C'/groups, kh, kw) each, and the first input channel."""
    layer = making.convolution
    weight = layer.weight[channel].detach().double().cpu()
    reach, tall, wide = weight.shape
    first = channel // (layer.out_channels // layer.groups) * reach
    edges = layer.padding if isinstance(layer.padding, tuple) else (0, 0)
    padded = pad(making.given[first : first + reach].double(), (edges[1], edges[1], edges[0], edges[0]))
    rows = row * layer.stride[0] + layer.dilation[0] * torch.arange(tall)
    columns = column * layer.stride[1] + layer.dilation[1] * torch.arange(wide)
    return weight, padded[:, rows][:, :, columns], first


def worked_convolution(making: Making, u: float, channel: int, row: int, column: int) -> WorkedConvolution | None:
    """Equation 1 at one place.

    Args:
        u: the engine's value there.

    Returns:
        None where something else than a batch norm and an activation lies between the convolution and the block, or
        the convolution pads in a way of its own.
    """
    after, layer = _after(making.between, channel), making.convolution
    if after is None or layer.padding_mode != "zeros" or type(layer) is not nn.Conv2d or layer.padding == "same":
        return None
    weight, values, first = _window(making, channel, row, column)
    products = (weight * values).flatten()
    order = torch.argsort(-products.abs(), stable=True)[:TERMS].tolist()
    bias = 0.0 if layer.bias is None else float(layer.bias[channel])
    taps = []
    for place in order:
        source, tall, wide = (int(index) for index in torch.unravel_index(torch.tensor(place), weight.shape))
        taps.append(Tap(first + source, tall, wide, float(weight.flatten()[place]), float(values.flatten()[place])))
    total = float(products.sum()) + bias
    rest = total - float(products[order].sum())
    return _shown(tuple(taps), len(products) - len(taps), rest, total, after, u, (len(weight), *weight.shape[1:]))


def _shown(
    taps: tuple[Tap, ...], others: int, rest: float, total: float, after: _After, u: float, shape: tuple[int, ...]
) -> WorkedConvolution:
    function = function_of(after.activation)

    def finish(places: int) -> float:
        return function(rounded(after.gain, places) * rounded(total, places) + rounded(after.shift, places))

    def add(places: int) -> float:
        return sum(rounded(tap.weight, places) * rounded(tap.value, places) for tap in taps) + rounded(rest, places)

    outer = places_for(u, finish, 3)
    inner = next(
        (
            places
            for places in range(outer.operands, 12)
            if rounded(add(places), outer.operands) == rounded(total, outer.operands)
        ),
        12,
    )
    name = "none" if after.activation is None else type(after.activation).__name__
    return WorkedConvolution(
        channels=shape[0],
        kernel=(shape[1], shape[2]),
        taps=taps,
        others=others,
        rest=rest,
        total=total,
        gain=after.gain,
        shift=after.shift,
        activation=name,
        u=u,
        places=Places(inner, outer.operands),
        u_places=outer,
    )
