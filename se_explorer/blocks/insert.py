"""Put SE blocks into a network that has none, at the places that the paper names (see ``places``)."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Collection
from typing import TypeVar

import torch
from torch import nn

from se_explorer.blocks.find import find_blocks
from se_explorer.blocks.places import Place, find_places
from se_explorer.blocks.se_block import GATES, SQUEEZES, NoSqueezeBlock, SEBlock, start_at_full_scale
from se_explorer.errors import BlockError, ModelError
from se_explorer.language import Text, later, list_of

__all__ = ["insert_se"]

Plain = TypeVar("Plain", bound=nn.Module)


def _check_options(reduction: int, squeeze: str, gate: str) -> None:
    if isinstance(reduction, bool) or not isinstance(reduction, int) or reduction < 1:
        raise BlockError(
            later("a reduction r of at least 1, a whole number"), repr(reduction), later("The paper takes 16.")
        )
    if squeeze not in (*SQUEEZES, "none"):
        names = Text.of(list_of, (*SQUEEZES, "none"))
        raise BlockError(later("a squeeze among {names}", names=names), repr(squeeze), later("Choose one of these."))
    if gate not in GATES:
        names = Text.of(list_of, tuple(GATES))
        raise BlockError(later("a gate among {names}", names=names), repr(gate), later("Choose one of these."))


def _check_plain(network: nn.Module) -> None:
    survey = find_blocks(network)
    gates = [block.path for block in survey.blocks] + [other.path for other in survey.unsupported]
    if gates:
        raise ModelError(
            later("a network without SE or other gates"),
            later(
                "{network} with {count}, the first at {path}",
                network=type(network).__name__,
                count=len(gates),
                path=gates[0] or later("the top"),
            ),
            later("Start from the plain network."),
        )


def _in_stages(places: list[Place], stages: Collection[int] | None) -> list[Place]:
    if stages is None:
        return places
    known = sorted({place.stage for place in places})
    if not stages or not set(stages) <= set(known):
        raise BlockError(
            later("stages among {stages}, at least one", stages=Text.of(list_of, known)),
            repr(stages),
            later("Stage 2 is a ResNet's layer1."),
        )
    return [place for place in places if place.stage in stages]


def _put(network: nn.Module, place: Place, block: nn.Module) -> None:
    parent_path, _, name = place.path.rpartition(".")
    parent = network.get_submodule(parent_path)
    weight = next(parent.parameters())
    block.to(weight.device, weight.dtype).train(parent.training)
    if place.side != "alone":
        inner = network.get_submodule(place.path)
        pair = [("inner", inner), ("se", block)]
        joined = nn.Sequential(OrderedDict(pair if place.side == "after" else pair[::-1]))
        joined.training = parent.training  # not train(), which would reach into the inner module
        block = joined
    setattr(parent, name, block)


def insert_se(
    network: Plain,
    reduction: int = 16,
    position: str = "standard",
    *,
    squeeze: str = "average",
    gate: str = "sigmoid",
    bias: bool = False,
    stages: Collection[int] | None = None,
) -> Plain:
    """A copy of a plain network with SE blocks in it; the given network stays as it is.

    The copy keeps all weights that were there, and with every block bypassed it gives the plain network's logits to
    the bit. The blocks' own weights are drawn from torch's global generator, on the network's device and in its dtype;
    they want gradients even where the rest is frozen. A module that a block follows or precedes moves to ``.inner``
    of a pair, with the block as ``.se``, so that state_dict keys change there: load a plain checkpoint first.

    Args:
        network: ResNet or ResNeXt (torchvision, timm), VGG, GoogLeNet, Inception v3, Inception-ResNet-v2, MobileNet
            v1, ShuffleNet v2, or a network with a method ``se_places``.
        reduction: r.
        position: "standard" (Figures 2 and 3), and for ResNets and ResNeXts "pre", "post", "identity" (Table 14) or
            "3x3" (Table 15).
        squeeze: "average", "max" (Table 11), "both", or "none" (Table 16), whose gates cannot be opened up.
        gate: "sigmoid", "tanh" or "relu" (Table 12).
        bias: whether the layers of equation 3 have biases, as timm's do and the paper's do not.
        stages: only these (Table 13); stage 2 is a ResNet's ``layer1``. All by default.

    Raises:
        ModelError: the network has gates already, or no known place for them.
        BlockError: an option that does not exist, or that this network cannot have.
    """
    _check_options(reduction, squeeze, gate)
    _check_plain(network)
    places = _in_stages(find_places(network, position), stages)
    result = copy.deepcopy(network)
    for place in places:
        with torch.device(next(result.parameters()).device):
            block: SEBlock | NoSqueezeBlock = (
                NoSqueezeBlock(place.channels, reduction, bias=bias, gate=gate)
                if squeeze == "none"
                else SEBlock(place.channels, reduction, bias=bias, squeeze=squeeze, gate=gate)
            )
        start_at_full_scale(block)
        _put(result, place, block)
    return result
