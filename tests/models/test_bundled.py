"""The bundled network: what the card says is so."""

from __future__ import annotations

import hashlib
import tomllib

import numpy as np
import pytest

from se_explorer.analysis import wilson
from se_explorer.engine import Engine
from se_explorer.images import open_sample, samples
from se_explorer.models import ASSETS, DEFAULT_MODEL, bundled_cards, catalog, open_network

CARD = bundled_cards()[DEFAULT_MODEL]
PLANES = {2: 96, 3: 192, 4: 384, 5: 768}  # Table 1's 256, 512, 1024, 2048 at 3/8


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_network(), "cpu")


def test_it_is_table_one_at_three_eighths(engine: Engine) -> None:
    stages = [block.stage for block in engine.blocks]
    assert [stages.count(stage) for stage in PLANES] == [3, 4, 6, 3]
    for block in engine.blocks:
        facts = block.facts
        assert facts.channels == PLANES[block.stage]
        assert facts.hidden_units == facts.channels // 16
        assert facts.gate == "sigmoid"
        assert not facts.bias
    equation_five = 2 * sum(count * PLANES[stage] ** 2 for stage, count in zip(PLANES, (3, 4, 6, 3), strict=True)) // 16
    assert sum(block.facts.parameters for block in engine.blocks) == equation_five


def test_the_files_are_small_and_whole() -> None:
    path = ASSETS / "models" / CARD.weights_file
    assert path.stat().st_size < 12_000_000
    assert hashlib.sha256(path.read_bytes()).hexdigest() == CARD.sha256


def test_the_card_agrees_with_itself_and_with_the_network(engine: Engine) -> None:
    module = engine.network.module
    assert sum(parameter.numel() for parameter in module.parameters()) == CARD.parameters
    assert len(engine.blocks) == CARD.se_blocks == 16
    accuracy = CARD.accuracy
    assert accuracy.count == 3925, "the whole official validation split"
    assert (accuracy.low, accuracy.high) == pytest.approx(wilson(accuracy.right, accuracy.count))
    assert len(CARD.training.curve) == CARD.training.epochs
    recipe = tomllib.loads(CARD.training.recipe)
    assert recipe == tomllib.loads((ASSETS / "recipes" / CARD.training.recipe_file).read_text(encoding="utf-8"))
    epochs = recipe["schedule"]["epochs"] + recipe.get("finish", {}).get("epochs", 0)
    assert CARD.training.finished == (CARD.training.epochs == epochs)
    assert "research" in CARD.note


def test_its_training_is_finished() -> None:
    assert CARD.training.finished
    assert CARD.accuracy.top1 >= 0.91, "far from chance and from a network cut off half-way"


def test_gate_statistics_cover_every_gate_and_are_alive(engine: Engine) -> None:
    network = engine.network
    for block in engine.blocks:
        mean, deviation = network.gate_means[block.name], network.gate_deviations[block.name]
        assert mean.shape == deviation.shape == (block.facts.channels,)
        assert ((mean >= 0) & (mean <= 1)).all()
        assert (deviation >= 0).all()
    every = np.concatenate([network.gate_deviations[block.name] for block in engine.blocks])
    assert np.median(every) > 0.05, "gates that hardly move teach nothing"


def test_it_is_right_on_the_samples_that_show_one_of_its_classes(engine: Engine) -> None:
    shown = [sample for sample in samples() if sample.shows is not None]
    right = [s.id for s in shown if engine.trace(open_sample(s.id)).top(1)[0].label == s.shows]
    assert len(right) >= 4, right
    assert samples()[0].id in right, "the first visit's picture"


def test_the_catalog_lists_it() -> None:
    entry = next(entry for entry in catalog() if entry.id == DEFAULT_MODEL)
    assert (entry.source, entry.weights, entry.classes, entry.se_blocks) == ("bundled", "bundled", 10, 16)
    assert entry.top1 == CARD.accuracy.top1
