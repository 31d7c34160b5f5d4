"""Fewer and cheaper steps for runs of many rows, whose answers may differ from the network's by rounding.

A batch norm after a convolution is an affine map of its outputs and is folded into its weights; the sum of an SE
block's output and a shortcut becomes one operation with the scaling. Runs that must give the untouched network's bits
use neither.
"""

from __future__ import annotations

import copy
import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.norm_act import BatchNormAct2d
from torch import Tensor, fx, nn

from se_explorer.engine.rewriting import add_onto
from se_explorer.engine.steps import Step

__all__ = ["Activated", "folded", "segments_of", "with_shortcuts"]

CONVOLUTIONS = (nn.Conv2d, Conv2dSame)  # others may change their weights on the way
SUMS = (operator.add, operator.iadd, torch.add, add_onto)


class Activated(nn.Module):
    """A convolution and the activation that came with its batch norm."""

    def __init__(self, convolution: nn.Module, activation: nn.Module) -> None:
        super().__init__()
        self.convolution = convolution
        self.activation = copy.copy(activation)
        if hasattr(activation, "inplace"):
            self.activation.inplace = True  # type: ignore[assignment]  # nobody else has the convolution's output

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.activation(self.convolution(x))
        return result


def _is_plain(norm: nn.Module) -> bool:
    if type(norm) is BatchNormAct2d:
        return isinstance(norm.drop, nn.Identity) and norm.running_var is not None and not norm.training
    return type(norm) is nn.BatchNorm2d and norm.running_var is not None and not norm.training


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Module:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    shift = -norm.running_mean.double() * scale
    if norm.affine:
        scale = scale * norm.weight.double()
        shift = shift * norm.weight.double() + norm.bias.double()
    if convolution.bias is not None:
        shift = shift + convolution.bias.double() * scale
    own = copy.copy(convolution)  # the network keeps its weights
    own._parameters = dict(convolution._parameters)
    weight = (convolution.weight.double() * scale[:, None, None, None]).to(convolution.weight)
    layout = torch.channels_last if _is_channels_last(convolution.weight) else torch.contiguous_format
    own.weight = nn.Parameter(weight.contiguous(memory_format=layout), requires_grad=False)
    own.bias = nn.Parameter(shift.to(convolution.weight), requires_grad=False)
    return Activated(own, norm.act) if type(norm) is BatchNormAct2d else own


def _is_channels_last(weight: Tensor) -> bool:
    return weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous()


def _readers(steps: Sequence[Step]) -> Counter[str]:
    return Counter(name for step in steps for name in step.inputs)


def segments_of(steps: Sequence[Step]) -> dict[str, int]:
    """How many SE blocks come before each step."""
    segments, passed = {}, 0
    for step in steps:
        segments[step.name] = passed
        passed += step.block is not None
    return segments


def folded(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with every batch norm folded that follows a convolution which nobody else reads."""
    by_name, readers, segments = {step.name: step for step in steps}, _readers(steps), segments_of(steps)
    replaced: dict[str, Step | None] = {}
    for step in steps:
        before = by_name.get(step.inputs[0]) if step.inputs else None
        if before is None or step.block is not None or not isinstance(step.call, nn.Module):
            continue
        together = readers[before.name] == 1 and segments[before.name] == segments[step.name]
        if together and type(before.call) in CONVOLUTIONS and _is_plain(step.call):
            assert isinstance(before.call, nn.Conv2d)
            assert isinstance(step.call, nn.BatchNorm2d)
            with torch.no_grad():
                call = _fold(before.call, step.call)
            replaced[step.name] = Step(step.name, call, before.args, before.kwargs)
            replaced[before.name] = None
    return tuple(new for step in steps if (new := replaced.get(step.name, step)) is not None)


def with_shortcuts(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with the sum x~ + shortcut made part of the SE step, the shortcut as its second argument.

    Only where x~ goes nowhere else, the shortcut is another value of the picture, a row each, that is there before the
    block, and the sum comes before the next block: a run that is taken up again there knows the sum by its name.
    """
    readers, segments, pictured = _readers(steps), segments_of(steps), _of_the_picture(steps)
    blocks = {step.name: step for step in steps if step.block is not None and readers[step.name] == 1}
    joined: dict[str, Step | None] = {}
    for step in steps:
        pair = _terms(step)
        own = [name for name in pair if name in blocks]
        if len(pair) != 2 or len(own) != 1:
            continue
        block, (shortcut,) = blocks[own[0]], [node for name, node in pair.items() if name != own[0]]
        there = segments[shortcut.name] <= segments[block.name] and segments[step.name] == segments[block.name] + 1
        if there and shortcut.name in pictured and shortcut.name not in joined:
            joined[block.name] = replace(block, name=step.name, args=(*block.args, shortcut))
            joined[step.name] = None
    return tuple(new for step in steps if (new := joined.get(step.name, step)) is not None)


def _of_the_picture(steps: Sequence[Step]) -> set[str]:
    """The steps that come of the picture; all others are the network's own, the same for every row."""
    found = {steps[0].name}
    for step in steps:
        if not found.isdisjoint(step.inputs):
            found.add(step.name)
    return found


def _terms(step: Step) -> Mapping[str, fx.Node]:
    """The two values that a step adds, or nothing if it does something else."""
    if step.call not in SUMS or step.kwargs or len(step.args) != 2:
        return {}
    return {node.name: node for node in step.args if isinstance(node, fx.Node)}
