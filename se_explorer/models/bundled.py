"""The networks that come with the project: weights, card and gate statistics in ``assets/models``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.torch import load as load_tensors
from torch import nn

from se_explorer.errors import WeightsError
from se_explorer.files import system_says
from se_explorer.language import later
from se_explorer.models.card import Card, load_card
from se_explorer.models.design import build_design
from se_explorer.models.network import Network
from se_explorer.models.seeding import build_seeded

__all__ = ["ASSETS", "DEFAULT_MODEL", "bundled_cards", "open_bundled", "plain_cards"]

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DEFAULT_MODEL = "seresnet50-imagenette"


def _all_cards() -> list[Card]:
    return [load_card(path) for path in sorted((ASSETS / "models").glob("*.card.json"))]


def bundled_cards() -> dict[str, Card]:
    """The cards of the bundled networks with SE blocks by id: those that can be opened up."""
    return {card.id: card for card in _all_cards() if card.se_blocks}


def plain_cards() -> dict[str, Card]:
    """The cards of the bundled networks without SE blocks by id: plain twins, there to be compared with."""
    return {card.id: card for card in _all_cards() if not card.se_blocks}


def build_from_card(card: Card) -> nn.Module:
    """The card's network, without its weights."""
    return build_design(card.architecture.design, len(card.classes))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        received = later("{path}: {fault}", path=path, fault=system_says(error))
        raise WeightsError(later("a bundled file"), received, later("Restore it from the project.")) from error


def _load_weights(module: nn.Module, card: Card) -> None:
    path = ASSETS / "models" / card.weights_file
    data = _read(path)
    digest = hashlib.sha256(data).hexdigest()
    if digest != card.sha256:
        expected = later("{name} with sha256 {digest}", name=path.name, digest=card.sha256)
        raise WeightsError(expected, digest, later("Restore the file from the project."))
    try:
        state = {
            name: value.float() if value.is_floating_point() else value for name, value in load_tensors(data).items()
        }
        module.load_state_dict(state)
    except (SafetensorError, RuntimeError) as error:
        raise WeightsError(
            later("weights that fit the card"), f"{path.name}: {error}", later("Restore it from the project.")
        ) from error


def _gate_statistics(card: Card, kind: str) -> dict[str, np.ndarray]:
    if card.gates_file is None:
        return {}
    try:
        arrays = load_arrays(_read(ASSETS / "models" / card.gates_file))
    except SafetensorError as error:
        raise WeightsError(
            later("gate statistics"), f"{card.gates_file}: {error}", later("Restore it from the project.")
        ) from error
    return {name.removesuffix(f".{kind}"): value for name, value in arrays.items() if name.endswith(f".{kind}")}


def open_bundled(card: Card, random_seed: int | None = None) -> Network:
    """Open a bundled network with its weights, or with random ones.

    Raises:
        WeightsError: a file is missing, damaged or does not fit.
    """
    if random_seed is not None:
        module = build_seeded(lambda: build_from_card(card), random_seed)
    else:
        module = build_from_card(card)
        _load_weights(module, card)
    pretrained = random_seed is None
    return Network(
        id=card.id,
        title=card.title,
        module=module.eval().requires_grad_(False),
        preprocessing=card.preprocessing.steps,
        labels=tuple(entry.label for entry in card.classes),
        class_ids=tuple(entry.id for entry in card.classes),
        weights="pretrained" if pretrained else f"random:{random_seed}",
        card=card,
        gate_means=_gate_statistics(card, "mean") if pretrained else {},
        gate_deviations=_gate_statistics(card, "std") if pretrained else {},
    )
