"""What a training builds: a network of ours, timm's or torchvision's, with or without SE blocks of a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import timm
from torch import nn
from torchvision.models import get_model

from se_explorer.blocks import find_blocks, insert_se
from se_explorer.errors import ModelError
from se_explorer.language import later
from se_explorer.models.cifar_resnet import PLANES as CIFAR_PLANES
from se_explorer.models.cifar_resnet import cifar_resnet
from se_explorer.models.library_names import timm_config, torchvision_weights
from se_explorer.models.notes_cnn import PLANES as NOTES_PLANES
from se_explorer.models.notes_cnn import notes_cnn
from se_explorer.models.seresnet import seresnet50

__all__ = ["OWN_PLANES", "Design", "build_design"]

#: Our own architectures with the channels that width scales: 64 * width has to be a whole number, say.
OWN_PLANES = {"seresnet50": 64, "seresnet20": CIFAR_PLANES, "notes-cnn": NOTES_PLANES}


@dataclass(frozen=True)
class Design:
    """A network without its weights and its number of classes.

    Attributes:
        architecture: one of ``OWN_PLANES``, ``timm:NAME`` or ``torchvision:NAME``.
        width: of our own ones; 1 is the published width.
        se: whether SE blocks are in it; all that follows is theirs.
        reduction, squeeze, excitation, position, bias, stages: as ``insert_se`` takes them, which calls the excitation
            its gate; stages None is all.
    """

    architecture: str
    width: Fraction = Fraction(1)
    se: bool = True
    reduction: int = 16
    squeeze: str = "average"
    excitation: str = "sigmoid"
    position: str = "standard"
    bias: bool = False
    stages: tuple[int, ...] | None = None


def _timm(name: str, classes: int) -> nn.Module:
    timm_config(name)  # says which name is unknown
    network: nn.Module = timm.create_model(name, pretrained=False, num_classes=classes)
    return network


def _torchvision(name: str, classes: int) -> nn.Module:
    torchvision_weights(name)
    network: nn.Module = get_model(name, weights=None, num_classes=classes)
    return network


def _plain(design: Design, classes: int) -> nn.Module:
    """The network before SE blocks are put into it."""
    own: dict[str, Callable[[], nn.Module]] = {
        "seresnet50": lambda: seresnet50(design.width, classes, None),
        "seresnet20": lambda: cifar_resnet(20, design.width, classes),
        "notes-cnn": lambda: notes_cnn(design.width, classes),
    }
    if design.architecture in own:
        return own[design.architecture]()
    source, _colon, name = design.architecture.partition(":")
    libraries = {"timm": _timm, "torchvision": _torchvision}
    if source not in libraries or not name:
        raise ModelError(
            later("an architecture among {names}, timm:NAME or torchvision:NAME", names=", ".join(OWN_PLANES)),
            repr(design.architecture[:80]),
            later("Choose one of these."),
        )
    network = libraries[source](name, classes)
    survey = find_blocks(network)
    if survey.blocks or survey.unsupported:
        raise ModelError(
            later("a plain network, into which SE blocks are put or not"),
            later("{architecture}, which has gates of its own", architecture=design.architecture),
            later("Choose the plain network, such as timm:resnet18 for timm:seresnet18."),
        )
    return network


def build_design(design: Design, classes: int) -> nn.Module:
    """The network in training mode, from torch's present random state.

    The SE-ResNet-50 of Table 1 draws its blocks' weights on the way; every other network is built plain and gets its
    blocks then, so that for one seed it has the weights of its plain twin where they share layers.

    Raises:
        ModelError: there is no such architecture, it has gates already, or no known place for SE.
        BlockError: an option that does not exist, or that this network cannot have.
    """
    if design == Design(design.architecture, design.width, reduction=design.reduction) and (
        design.architecture == "seresnet50"
    ):
        return seresnet50(design.width, classes, design.reduction)
    network = _plain(design, classes)
    if not design.se:
        return network
    return insert_se(
        network,
        design.reduction,
        design.position,
        squeeze=design.squeeze,
        gate=design.excitation,
        bias=design.bias,
        stages=design.stages,
    )
