"""The catalog, and opening a network by its id.

A bundled one, ``timm:NAME``, ``torchvision:NAME[@WEIGHTS]``, or a system of the paper, ``paper:ID``, without weights.
"""

from __future__ import annotations

from dataclasses import dataclass

from se_explorer.errors import ModelError, WeightsError
from se_explorer.language import Text, later, list_of
from se_explorer.models.bundled import DEFAULT_MODEL, bundled_cards, open_bundled, plain_cards
from se_explorer.models.cards import cards
from se_explorer.models.labels import LabelSource
from se_explorer.models.library import open_timm, open_torchvision
from se_explorer.models.library_names import LIST_THEM
from se_explorer.models.network import Network
from se_explorer.models.own import open_checkpoint, with_labels
from se_explorer.models.paper.opening import open_paper
from se_explorer.models.weights import weights_status

__all__ = ["CatalogEntry", "catalog", "open_network"]


@dataclass(frozen=True)
class CatalogEntry:
    """A line of the catalog.

    Attributes:
        top1: a share: measured by us on the card's own split for bundled networks, published for the others.
        weights: "bundled", "cached" (on this machine) or "download".
    """

    id: str
    source: str
    family: str
    se_blocks: int
    params: int
    input_size: int
    classes: int
    top1: float
    weights: str


def catalog() -> tuple[CatalogEntry, ...]:
    """The networks that have a card: the bundled ones first, then by family and size."""
    return tuple(
        CatalogEntry(
            id=card.id,
            source=card.source,
            family=card.family,
            se_blocks=card.se_blocks,
            params=card.parameters,
            input_size=card.preprocessing.size,
            classes=card.class_count,
            top1=card.top1,
            weights=weights_status(card.id).state,
        )
        for card in cards().values()
    )


def _random_seed(weights: str) -> int | None:
    kind, _, seed = weights.partition(":")
    if kind != "random":
        return None
    if not (seed.isascii() and seed.isdigit() and len(seed) < 10):
        raise WeightsError(
            later("random:SEED with a whole number"),
            repr(weights),
            later("Write, for example, {example}.", example="random:0"),
        )
    return int(seed)


def _open(model: str, random_seed: int | None) -> Network:
    source, colon, name = model.partition(":")
    if source == "timm" and colon:
        return open_timm(name, random_seed)
    if source == "torchvision" and colon:
        return open_torchvision(name, random_seed)
    if source == "paper" and colon:
        return open_paper(name, random_seed)
    bundled = bundled_cards()
    plain = plain_cards()
    if model in plain:
        return open_bundled(plain[model], random_seed)
    if model not in bundled:
        raise ModelError(
            later(
                "a bundled network ({names}), timm:NAME, torchvision:NAME or paper:ID",
                names=Text.of(list_of, tuple(bundled)),
            ),
            repr(model),
            LIST_THEM,
        )
    return open_bundled(bundled[model], random_seed)


def open_network(model: str = DEFAULT_MODEL, weights: str = "pretrained", labels: LabelSource | None = None) -> Network:
    """Open a network. Pretrained weights that are not on this machine are downloaded first; see ``downloads``.

    Args:
        model: its id.
        weights: "pretrained"; "random:SEED"; or the path of a checkpoint file for it, with any number of classes.
        labels: names of its classes; see ``labels``. None takes the network's own.

    Raises:
        ModelError: the id is unknown, or the labels are not one a class.
        WeightsError: the weights cannot be had or do not fit.
    """
    if weights == "pretrained":
        return with_labels(_open(model, None), labels)
    seed = _random_seed(weights)
    if seed is not None:
        return with_labels(_open(model, seed), labels)
    return open_checkpoint(model, weights, labels=labels)
