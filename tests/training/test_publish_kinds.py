"""Networks of other kinds are published too: a plain twin without gates, and a CIFAR ResNet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer import Engine
from se_explorer.errors import ModelError
from se_explorer.models import Card, bundled, bundled_cards, catalog, find_card, open_network, usable_now
from se_explorer.models.bundled import plain_cards
from se_explorer.training import EpochReport, publish
from se_explorer.training.data_sets import load_splits
from se_explorer.training.networks import build_network
from tests.training.tiny import on_disk, recipe

CURVE = (EpochReport(1, 32, 0.7, 0.5, None, 1.5),)
SQUARE = {"resolution": {"first": 32}}


def published(root: Path, **sections: Any) -> Card:
    """An untrained network of a recipe, in the place of the bundled ones."""
    made = recipe(**{**SQUARE, **sections})
    splits = load_splits(made.data, on_disk(root / "data", 8, 6))
    file = root / "tiny.toml"
    file.write_text("", encoding="utf-8")
    network = build_network(made, 2).eval()
    return publish(network, made, file, 0, CURVE, splits, root / "models", lambda *told: None)


def test_a_plain_twin_opens_for_comparison_and_not_for_exploring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = published(tmp_path, network={"se": False})
    assert (card.se_blocks, card.gates_file, card.family, card.architecture.se) == (0, None, "ResNet", False)
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["tiny.card.json", "tiny.safetensors"]
    monkeypatch.setattr(bundled, "ASSETS", tmp_path)
    assert (bundled_cards(), plain_cards()) == ({}, {"tiny": card})
    assert "tiny" not in [entry.id for entry in catalog()]
    assert "tiny" not in usable_now()
    assert find_card("tiny") == card
    network = open_network("tiny")
    assert network.gate_means == {}
    with torch.no_grad():
        assert network.module(torch.zeros(1, 3, 32, 32)).shape == (1, 2)
    with pytest.raises(ModelError, match="a network with SE blocks, but got tiny, which has none"):
        Engine(network, "cpu")


@pytest.mark.parametrize(
    ("network", "blocks", "family"),
    [
        ({"architecture": "seresnet20", "width": "1/4"}, 9, "SE-ResNet"),
        ({"architecture": "notes-cnn", "width": "1/4", "bias": True}, 2, "SE-notes' network"),
        ({"stages": [2, 3], "excitation": "tanh", "squeeze": "both"}, 7, "SE-ResNet"),
    ],
    ids=["cifar", "notes", "some-stages"],
)
def test_a_network_of_another_design_opens_as_bundled(
    network: dict[str, Any], blocks: int, family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = published(tmp_path, network=network)
    monkeypatch.setattr(bundled, "ASSETS", tmp_path)
    assert (card.se_blocks, card.family) == (blocks, family)
    assert list(bundled_cards()) == ["tiny"]
    engine = Engine(open_network("tiny"), "cpu")
    assert len(engine.blocks) == blocks
    assert set(engine.network.gate_means) == {block.name for block in engine.blocks}
