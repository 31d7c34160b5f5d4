"""The cards of the catalog: the bundled networks', and timm's and torchvision's in ``assets/catalog``."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from se_explorer.errors import ModelError
from se_explorer.files import unreadable
from se_explorer.language import later
from se_explorer.models.bundled import ASSETS, bundled_cards, plain_cards
from se_explorer.models.card import Card
from se_explorer.models.library_card import LibraryCard
from se_explorer.models.library_names import full_name

__all__ = ["LIBRARY_CARDS", "cards", "find_card", "load_library_cards"]

#: Made by ``scripts/make_catalog.py``.
LIBRARY_CARDS = ASSETS / "catalog" / "library.json"


def load_library_cards(path: Path) -> dict[str, LibraryCard]:
    """Read cards of library networks, by id, in the file's order.

    Raises:
        ModelError: the file is missing or holds something else.
    """
    try:
        read = TypeAdapter(tuple[LibraryCard, ...]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(
            later("cards of library networks, a JSON file"),
            unreadable(path, error),
            later("Restore the file from the project."),
        ) from error
    return {card.id: card for card in read}


@functools.cache
def _library_cards() -> Mapping[str, LibraryCard]:
    return load_library_cards(LIBRARY_CARDS)


def cards() -> dict[str, Card | LibraryCard]:
    """All cards by id: the bundled ones first, then by family and size."""
    return {**bundled_cards(), **_library_cards()}


def find_card(model: str) -> Card | LibraryCard | None:
    """A network's card, by its id in the catalog or another name of the same weights; None without one.

    ``timm:seresnet50`` finds the card of ``timm:seresnet50.a1_in1k``, timm's default weights of it;
    ``torchvision:regnet_y_400mf@IMAGENET1K_V2`` that of ``torchvision:regnet_y_400mf``, since those are the default.
    """
    if ":" not in model:
        return bundled_cards().get(model) or plain_cards().get(model)
    known = _library_cards()
    return known.get(model) or known.get(full_name(model))
