"""Where SE goes in networks that have none: the paper's places, family by family.

- Residual networks (Figure 3): on the residual branch, before the identity is added. Table 14 moves it: PRE to the
  start of the branch, POST behind the addition and its ReLU, Identity onto the identity branch. Table 15 puts it behind
  the 3x3 convolution of the unit. MobileNet and ShuffleNet follow the same schemes (section 3.3).
- Inception networks (Figure 2): after a whole Inception module.
- VGG (section 3.3): after the non-linearity that follows each convolution.

Stage k works at about 1 / 2^k of the input's side, whatever a library calls it; VGG, which starts at full size, has its
own stages 1 to 5. A unit's stage is that of its output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import torch
from timm.models import resnet as timm_resnet
from timm.models import vgg as timm_vgg
from timm.models._efficientnet_blocks import DepthwiseSeparableConv
from timm.models.efficientnet import EfficientNet
from timm.models.inception_resnet_v2 import Block8, Block17, Block35, InceptionResnetV2
from torch import Tensor, nn
from torch.func import functional_call
from torchvision.models import VGG, GoogLeNet, Inception3, ShuffleNetV2, inception, resnet
from torchvision.models.googlenet import Inception
from torchvision.models.shufflenetv2 import InvertedResidual

from se_explorer.errors import BlockError, ModelError
from se_explorer.language import Text, Words, later, list_of

__all__ = ["POSITIONS", "HasPlaces", "Place", "find_places"]

#: The paper's names: standard (Figures 2 and 3), three of Table 14, and Table 15.
POSITIONS = ("standard", "pre", "post", "identity", "3x3")

RESIDUAL_UNITS = (resnet.BasicBlock, resnet.Bottleneck, timm_resnet.BasicBlock, timm_resnet.Bottleneck)
INCEPTION_MODULES = (
    Inception,
    inception.InceptionA,
    inception.InceptionB,
    inception.InceptionC,
    inception.InceptionD,
    inception.InceptionE,
)
INCEPTION_RESNET_UNITS = {Block35: 3, Block17: 4, Block8: 5}


@dataclass(frozen=True)
class Place:
    """A place for one SE block.

    Attributes:
        path: of a module.
        channels: C of the maps that the block gets.
        stage: of the unit that the block belongs to.
        side: "after" or "before" that module, or "alone": nothing is there and the block takes the place.
    """

    path: str
    channels: int
    stage: int
    side: Literal["after", "before", "alone"] = "after"


@runtime_checkable
class HasPlaces(Protocol):
    """A network that says itself where SE goes; for networks that neither library has."""

    def se_places(self) -> list[Place]:
        """The standard places, in running order."""
        ...


def _conv(module: nn.Module) -> nn.Conv2d:
    assert isinstance(module, nn.Conv2d)
    return module


def _last_conv(module: nn.Module) -> nn.Conv2d:
    return [inner for inner in module.modules() if isinstance(inner, nn.Conv2d)][-1]


def _unlike(network: nn.Module, wanted: Words, found: nn.Module) -> ModelError:
    kind = type(found)
    return ModelError(
        later("a {network} of {parts}", network=type(network).__name__, parts=wanted),
        later("one with {part}", part=f"{kind.__module__}.{kind.__qualname__}"),
        later("Put blocks of se_explorer.SEBlock into this network's own code."),
    )


def _residual_place(unit: nn.Module, path: str, stage: int, position: str) -> Place:
    """Figure 3, Table 14 or Table 15, in one unit. A BasicBlock has no 3x3 between two 1x1 convolutions."""
    names = dict(unit.named_children())
    last = 3 if "conv3" in names else 2
    channels = _conv(names[f"conv{last}"]).out_channels
    match position:
        case "pre":
            return Place(f"{path}.conv1", _conv(names["conv1"]).in_channels, stage, "before")
        case "post":
            return Place(path, channels, stage)
        case "identity":  # behind the projection where there is one, so that C is the unit's own
            return Place(f"{path}.downsample", channels, stage, "after" if "downsample" in names else "alone")
        case "3x3" if last == 3:
            return Place(f"{path}.bn2", _conv(names["conv2"]).out_channels, stage)
        case "3x3":
            raise BlockError(
                later("units of 1x1, 3x3 and 1x1 convolutions for position '3x3' (Table 15)"),
                later("{path}, a {kind}", path=path, kind=type(unit).__name__),
                later("Use 'standard', or a ResNet of 50 layers or more."),
            )
    if hasattr(unit, "se"):  # timm's own place for it
        return Place(f"{path}.se", channels, stage, "alone")
    return Place(f"{path}.bn{last}", channels, stage)


def _residual(network: nn.Module, position: str) -> list[Place]:
    places = []
    for number, layer in enumerate((m for n, m in network.named_children() if n.startswith("layer")), start=1):
        for index, unit in enumerate(layer.children()):
            if type(unit) not in RESIDUAL_UNITS:
                raise _unlike(network, later("BasicBlock or Bottleneck units"), unit)
            if getattr(unit, "se", None) is not None:
                raise _unlike(network, later("units without attention"), unit.get_submodule("se"))
            places.append(_residual_place(unit, f"layer{number}.{index}", number + 1, position))
    return places


def _vgg(network: nn.Module) -> list[Place]:
    """Section 3.3; stage k is VGG's own convk."""
    places, stage, channels = [], 1, 0
    for name, module in network.get_submodule("features").named_children():
        if isinstance(module, nn.Conv2d):
            channels = module.out_channels
        elif isinstance(module, nn.MaxPool2d):
            stage += 1
        elif isinstance(module, nn.ReLU):
            places.append(Place(f"features.{name}", channels, stage))
    return places


def _output_channels(module: nn.Module) -> int:
    """What a module of branches gives, from a run without values."""
    state = {name: torch.empty_like(value, device="meta") for name, value in module.state_dict().items()}
    first = next(inner for inner in module.modules() if isinstance(inner, nn.Conv2d))
    maps = torch.empty(1, first.in_channels, 15, 15, device="meta", dtype=first.weight.dtype)
    with torch.no_grad():
        output: Tensor = functional_call(module, state, (maps,))
    return output.shape[1]


def _inception(network: nn.Module) -> list[Place]:
    """Figure 2: all Inception modules, those that halve the maps too, as in the authors' SE-BN-Inception."""
    shift = 0 if isinstance(network, GoogLeNet) else 2  # inception3a, but Mixed_5b, at 1/8 of the input
    places = []
    for name, module in network.named_children():
        if type(module) in INCEPTION_MODULES:
            number = int("".join(letter for letter in name if letter.isdigit()))
            places.append(Place(name, _output_channels(module), number - shift))
    return places


def _inception_resnet(network: nn.Module) -> list[Place]:
    """Figure 3: on the residual branch, behind its last convolution. The scale before the addition commutes with SE."""
    return [
        Place(
            f"{path}.conv2d", _conv(module.get_submodule("conv2d")).out_channels, INCEPTION_RESNET_UNITS[type(module)]
        )
        for path, module in network.named_modules()
        if type(module) in INCEPTION_RESNET_UNITS
    ]


def _mobilenet(network: nn.Module) -> list[Place]:
    """After each pointwise convolution, its batch norm and its ReLU."""
    places, stage = [], 1
    units = [
        (f"blocks.{group}.{index}", unit)
        for group, sequence in network.get_submodule("blocks").named_children()
        for index, unit in sequence.named_children()
    ]
    for path, unit in units:
        if type(unit) is not DepthwiseSeparableConv:
            raise _unlike(network, later("depthwise separable units alone (MobileNet v1)"), unit)
        stage += _conv(unit.get_submodule("conv_dw")).stride[0] - 1
        places.append(Place(f"{path}.bn2", _conv(unit.get_submodule("conv_pw")).out_channels, stage))
    return places


def _shufflenet(network: nn.Module) -> list[Place]:
    """On the branch that is computed, before it is joined to the one that is passed on; torchvision's stage2 is 3."""
    places = []
    for stage in (3, 4, 5):
        for index, unit in enumerate(network.get_submodule(f"stage{stage - 1}").children()):
            if type(unit) is not InvertedResidual:
                raise _unlike(network, later("ShuffleNet v2 units"), unit)
            branch = unit.get_submodule("branch2")
            places.append(Place(f"stage{stage - 1}.{index}.branch2", _last_conv(branch).out_channels, stage))
    return places


RESIDUAL: tuple[type[nn.Module], ...] = (resnet.ResNet, timm_resnet.ResNet)
STANDARD_ONLY: dict[type[nn.Module], Callable[[nn.Module], list[Place]]] = {
    VGG: _vgg,
    timm_vgg.VGG: _vgg,
    GoogLeNet: _inception,
    Inception3: _inception,
    InceptionResnetV2: _inception_resnet,
    EfficientNet: _mobilenet,
    ShuffleNetV2: _shufflenet,
}


def _standard_places(network: nn.Module) -> list[Place]:
    if isinstance(network, HasPlaces):
        return network.se_places()
    for kind, find in STANDARD_ONLY.items():
        if isinstance(network, kind):
            return find(network)
    families = sorted({kind.__name__ for kind in (*RESIDUAL, *STANDARD_ONLY)})
    kind = type(network)
    raise ModelError(
        later(
            "a network of torchvision or timm with known places ({families}; of EfficientNets, MobileNet v1 alone)",
            families=Text.of(list_of, families),
        ),
        f"{kind.__module__}.{kind.__qualname__}",
        later("Give the network a method se_places(), or put se_explorer.SEBlock into its own code."),
    )


def find_places(network: nn.Module, position: str = "standard") -> list[Place]:
    """Where the paper puts SE in a network without it.

    Args:
        network: of torchvision, timm, or one that has places of its own.
        position: one of ``POSITIONS``; networks that are not ResNets or ResNeXts have "standard" alone.

    Raises:
        ModelError: the network has no known place.
        BlockError: there is no such position, or the family cannot have it.
    """
    if position not in POSITIONS:
        names = Text.of(list_of, tuple(POSITIONS))
        raise BlockError(later("a position among {names}", names=names), repr(position), later("Choose one of these."))
    if isinstance(network, RESIDUAL):
        places = _residual(network, position)
    else:
        places = _standard_places(network)
        if position != "standard":
            raise BlockError(
                later(
                    "position 'standard' for a network that is no ResNet or ResNeXt (Tables 14 and 15 know no other)"
                ),
                later("{position} for {network}", position=repr(position), network=type(network).__name__),
                later("Use 'standard'."),
            )
    if not places:
        raise ModelError(
            later("a network with a place for SE"),
            later("{network} without", network=type(network).__name__),
            later("Choose another one."),
        )
    return places
