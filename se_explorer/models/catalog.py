"""Open a network by its id: a bundled one, ``timm:NAME`` or ``torchvision:NAME``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from se_explorer.errors import ModelError, WeightsError
from se_explorer.models.bundled import DEFAULT_MODEL, bundled_cards, open_bundled
from se_explorer.models.checkpoints import load_weights
from se_explorer.models.library import open_timm, open_torchvision
from se_explorer.models.network import Network

__all__ = ["CatalogEntry", "catalog", "open_network"]


@dataclass(frozen=True)
class CatalogEntry:
    """A line of the catalog. ``top1`` is a share, measured on the card's own split."""

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
    """The networks that can be opened with no network connection."""
    return tuple(
        CatalogEntry(
            id=card.id,
            source=card.source,
            family=card.family,
            se_blocks=card.se_blocks,
            params=card.parameters,
            input_size=card.preprocessing.size,
            classes=len(card.classes),
            top1=card.accuracy.top1,
            weights="bundled",
        )
        for card in bundled_cards().values()
    )


def _random_seed(weights: str) -> int | None:
    kind, _, seed = weights.partition(":")
    if kind != "random":
        return None
    if not (seed.isascii() and seed.isdigit() and len(seed) < 10):
        raise WeightsError("random:SEED with a whole number", repr(weights), "Write, for example, random:0.")
    return int(seed)


def _open(model: str, random_seed: int | None) -> Network:
    source, colon, name = model.partition(":")
    if source == "timm" and colon:
        return open_timm(name, random_seed)
    if source == "torchvision" and colon:
        return open_torchvision(name, random_seed)
    cards = bundled_cards()
    if model not in cards:
        raise ModelError(
            f"a network of the catalog ({', '.join(cards)}), timm:NAME or torchvision:NAME",
            repr(model),
            "List the catalog with: python -m se_explorer models",
        )
    return open_bundled(cards[model], random_seed)


def open_network(model: str = DEFAULT_MODEL, weights: str = "pretrained") -> Network:
    """Open a network.

    Args:
        model: its id.
        weights: "pretrained"; "random:SEED"; or the path of a state_dict file that fits it.

    Raises:
        ModelError: the id is unknown.
        WeightsError: the weights cannot be had or do not fit.
    """
    if weights == "pretrained":
        return _open(model, None)
    seed = _random_seed(weights)
    if seed is not None:
        return _open(model, seed)
    network = _open(model, 0)
    load_weights(network.module, Path(weights))
    return replace(network, weights=weights)
