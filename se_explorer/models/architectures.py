"""What a checkpoint is for: an architecture of timm, of torchvision or our own, with any number of classes.

An architecture's id is that of a network: ``timm:NAME``, ``torchvision:NAME``, a bundled network, or
``own:seresnet50,width=3/8,reduction=16``, the SE-ResNet-50 of Table 1 [P] at any width and reduction (both may be left
out: 1 and 16 are the paper's). Commas are used since a shell leaves them alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import timm
from timm.data.imagenet_info import ImageNetInfo
from torch import nn
from torchvision.models import get_model

from se_explorer.errors import ModelError
from se_explorer.images import Preprocessing
from se_explorer.language import Text, later, list_of
from se_explorer.models.bundled import bundled_cards, open_bundled
from se_explorer.models.design import build_design
from se_explorer.models.library import open_timm, open_torchvision
from se_explorer.models.library_names import LIST_THEM
from se_explorer.models.meta import outlined
from se_explorer.models.network import Network
from se_explorer.models.seeding import build_seeded
from se_explorer.models.seresnet import EXPANSION, seresnet50

__all__ = ["Architecture", "build", "find_architecture"]

TORCHVISION_HEADS = ("classifier", "fc", "head", "heads")
OWN = "own:seresnet50"
MAX_WIDTH = 4
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Architecture:
    """A network's shape, whatever its weights and its number of classes.

    Attributes:
        id: see the module.
        title: for people.
        classifiers: paths of the layers with one output a class.
        preprocessing: how it wants its pictures.
        labels, class_ids: of the weights that it is known for; see ``Network``.
        labels_of: whose labels these are, for people; empty where they are plain numbers.
        construct: makes it with a number of classes, from torch's present random state.
    """

    id: str
    title: str
    classifiers: tuple[str, ...]
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    class_ids: tuple[str, ...]
    labels_of: str
    construct: Callable[[int], nn.Module]

    def build(self, classes: int | None = None, seed: int = 0) -> nn.Module:
        """The network in evaluation mode, with the random weights of ``seed``."""
        count = len(self.labels) if classes is None else classes
        return build_seeded(lambda: self.construct(count), seed).eval().requires_grad_(False)

    def outline(self, classes: int | None = None) -> nn.Module:
        """The same network without memory for its weights."""
        with outlined():
            return self.build(classes)


def _last_layer(module: nn.Module) -> str:
    """torchvision's classifier: the last layer under one of its names for heads."""
    layers = [
        path
        for path, layer in module.named_modules()
        if isinstance(layer, (nn.Linear, nn.Conv2d)) and path.partition(".")[0] in TORCHVISION_HEADS
    ]
    if not layers:
        raise ModelError(
            later("a network with a classifier"), later("one without"), later("Choose another architecture.")
        )
    return str(layers[-1])


def _timm(name: str) -> Architecture:
    with outlined():
        known = open_timm(name, 0)
    classifiers = known.module.default_cfg["classifier"]  # type: ignore[index]
    names = (classifiers,) if isinstance(classifiers, str) else tuple(classifiers)
    source = "ImageNet" if len(known.labels) == IMAGENET_CLASSES else ""
    return _known(known, names, source, lambda classes: timm.create_model(name, num_classes=classes))


def _torchvision(name: str) -> Architecture:
    with outlined():
        known = open_torchvision(name, 0)
    bare = name.partition("@")[0]
    names = (_last_layer(known.module),)
    return _known(known, names, "ImageNet", lambda classes: get_model(bare, weights=None, num_classes=classes))


def _bundled(name: str) -> Architecture:
    card = bundled_cards()[name]
    with outlined():
        known = open_bundled(card, 0)
    design = card.architecture.design
    return _known(known, ("fc",), name, lambda classes: build_design(design, classes))


def _known(network: Network, names: tuple[str, ...], source: str, make: Callable[[int], nn.Module]) -> Architecture:
    preprocessing, labels = network.preprocessing, network.labels
    return Architecture(network.id, network.title, names, preprocessing, labels, network.class_ids, source, make)


def _own_option(text: str) -> tuple[Fraction, int]:
    """Width and reduction of ``own:seresnet50,...``."""
    width, reduction = Fraction(1), 16
    wrong = ModelError(
        later(
            "{form} with 64 W a whole number, W at most {limit} and R from 1 to 256 W",
            form=f"{OWN},width=W,reduction=R",
            limit=MAX_WIDTH,
        ),
        repr(text[:80]),
        later("Write, for example, {example}.", example=f"{OWN},width=3/8,reduction=16"),
    )
    for option in text.split(",")[1:]:
        name, _, value = option.partition("=")
        numerator, slash, denominator = value.partition("/")
        parts = [numerator, denominator] if slash else [numerator]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 and int(part) for part in parts):
            raise wrong
        if name == "width":
            width = Fraction(int(numerator), int(denominator or 1))
        elif name == "reduction" and not slash:
            reduction = int(numerator)
        else:
            raise wrong
    if (64 * width).denominator != 1 or width > MAX_WIDTH or reduction > 64 * width * EXPANSION:
        raise wrong
    return width, reduction


def _own(text: str) -> Architecture:
    width, reduction = _own_option(text)
    info = ImageNetInfo()
    labels = tuple(info.index_to_description(index) for index in range(IMAGENET_CLASSES))
    wnids = tuple(info.index_to_label_name(index) for index in range(IMAGENET_CLASSES))
    return Architecture(
        id=f"{OWN},width={width},reduction={reduction}",
        title=f"SE-ResNet-50, width {width}, r = {reduction}",
        classifiers=("fc",),
        preprocessing=Preprocessing(224),
        labels=labels,
        class_ids=wnids,
        labels_of="ImageNet",
        construct=lambda classes: seresnet50(width, classes, reduction),
    )


@functools.lru_cache(maxsize=32)
def find_architecture(architecture: str) -> Architecture:
    """The architecture of an id.

    Raises:
        ModelError: there is none of that id.
    """
    source, colon, name = architecture.partition(":")
    if source == "timm" and colon:
        return _timm(name)
    if source == "torchvision" and colon:
        return _torchvision(name)
    if architecture.partition(",")[0] == OWN:
        return _own(architecture)
    cards = bundled_cards()
    if architecture not in cards:
        raise ModelError(
            later(
                "a network of the catalog ({names}), timm:NAME, torchvision:NAME or {own}",
                names=Text.of(list_of, tuple(cards)),
                own=OWN,
            ),
            repr(architecture[:80]),
            LIST_THEM,
        )
    return _bundled(architecture)


def build(architecture: str, classes: int | None = None, seed: int = 0) -> nn.Module:
    """A network in evaluation mode with random weights; ``classes`` None means as many as it is known for.

    Raises:
        ModelError: there is no architecture of that id.
    """
    return find_architecture(architecture).build(classes, seed)
