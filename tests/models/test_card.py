"""Model cards are whole and right, or refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from se_explorer.errors import ModelError
from se_explorer.models.card import Card, load_card

CARD: dict[str, Any] = {
    "id": "seresnet50-imagenette",
    "title": "SE-ResNet-50",
    "source": "bundled",
    "family": "SE-ResNet",
    "architecture": {"name": "seresnet50", "width": "1/2", "reduction": 16},
    "preprocessing": {
        "size": 128,
        "crop": 0.875,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
        "interpolation": "bilinear",
    },
    "classes": [{"id": "n01440764", "label": "tench"}, {"id": "n02102040", "label": "English springer"}],
    "parameters": 100,
    "se_blocks": 16,
    "weights_file": "a.safetensors",
    "sha256": "0" * 64,
    "storage": "float16",
    "gates_file": "a.gates.safetensors",
    "licence": "CC0",
    "note": "",
    "accuracy": {"right": 3, "count": 4, "low": 0.3, "high": 0.95, "split": "val", "protocol": "centre crop"},
    "training": {
        "recipe": "",
        "recipe_file": "a.toml",
        "seed": 0,
        "epochs": 1,
        "curve": [{"epoch": 1, "size": 128, "loss": 1.0, "accuracy": 0.5, "validation": None, "seconds": 1.5}],
        "finished": True,
        "data": "Imagenette",
        "software": {"torch": "2"},
    },
}


def written(folder: Path, card: object) -> Path:
    """A card's file."""
    path = folder / "a.card.json"
    path.write_text(json.dumps(card), encoding="utf-8")
    return path


def changed(*keys: str | int, value: object = None, drop: bool = False) -> dict[str, Any]:
    """The card with one entry, deep in it, set or dropped."""
    card = copy.deepcopy(CARD)
    part: Any = card
    for key in keys[:-1]:
        part = part[key]
    if drop:
        del part[keys[-1]]
    else:
        part[keys[-1]] = value
    return card


def test_a_card_is_read(tmp_path: Path) -> None:
    card = load_card(written(tmp_path, CARD))
    assert card.model_dump(mode="json", exclude_unset=True) == CARD
    assert card.accuracy.top1 == 0.75
    assert [entry.label for entry in card.classes] == ["tench", "English springer"]


def test_a_card_cannot_be_changed(tmp_path: Path) -> None:
    card = load_card(written(tmp_path, CARD))
    for part, name in ((card, "title"), (card.accuracy, "right"), (card.classes[0], "label")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, "other")


@pytest.mark.parametrize("name", CARD)
def test_a_missing_entry_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=name) as caught:
        load_card(written(tmp_path, changed(name, drop=True)))
    assert "a.card.json" in caught.value.received
    assert caught.value.remedy


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an entry too many": (changed("accurracy", value=1), "accurracy"),
    "an entry too many, inside": (changed("accuracy", "top1", value=0.75), "accuracy.top1"),
    "a missing entry, inside": (changed("training", "curve", 0, "loss", drop=True), "training.curve.0.loss"),
    "another architecture": (changed("architecture", "name", value="vgg"), "architecture.name"),
    "another source": (changed("source", value="elsewhere"), "source"),
    "an id that is a path": (changed("id", value="../x"), "id"),
    "two means": (changed("preprocessing", "mean", value=[0.5, 0.5]), "preprocessing.mean"),
    "a word for a number": (changed("parameters", value="many"), "parameters"),
}


@pytest.mark.parametrize(("card", "named"), BAD.values(), ids=BAD)
def test_a_wrong_entry_is_refused_by_name(tmp_path: Path, card: dict[str, Any], named: str) -> None:
    with pytest.raises(ModelError, match=named):
        load_card(written(tmp_path, card))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\udcff", '{"id": NaN}'], ids=ascii)
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.card.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match="a model card"):
        load_card(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        load_card(tmp_path / "nowhere.card.json")


def test_every_entry_of_the_table_is_there() -> None:
    assert set(CARD) == set(Card.model_fields)
