"""The catalog's small networks against the engine's identities, and what opening gives them."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from se_explorer.engine import Engine
from se_explorer.models import LibraryCard, cards, catalog, find_card, open_network
from tests.networks import calibrate, noise, randomise, without_se

LARGEST = 6_000_000
SIDE = 64
#: One network for every architecture: V1 and V2 weights are the same network.
SMALL = {
    (card.source, card.architecture): card.id
    for card in cards().values()
    if isinstance(card, LibraryCard) and card.parameters <= LARGEST
}.values()
QUICK = ("timm:lcnet_050.ra2_in1k", "timm:tinynet_e.in1k", "torchvision:mobilenet_v3_small")


def test_the_quick_ones_are_among_the_small() -> None:
    assert len(SMALL) >= 15
    assert set(QUICK) <= set(SMALL)


@pytest.mark.parametrize(
    "model", [pytest.param(model, marks=() if model in QUICK else pytest.mark.slow) for model in SMALL]
)
def test_the_engine_gives_the_networks_own_answers(model: str) -> None:
    network = open_network(model, "random:0")
    network = replace(network, preprocessing=replace(network.preprocessing, size=SIDE))
    randomise(network.module)
    calibrate(network.module, noise(SIDE, 4, seed=1))
    pristine = copy.deepcopy(network.module).to(memory_format=torch.channels_last)
    engine = Engine(network, "cpu")
    batch = noise(SIDE)
    with torch.inference_mode():
        stock, bypassed = pristine(batch.clone()).numpy(), without_se(pristine)(batch.clone()).numpy()
    assert engine.traced
    assert (len(engine.blocks), engine.unsupported) == (find_card(model).se_blocks, ())
    assert np.isfinite(stock).all()
    assert np.array_equal(engine.logits(batch), stock)
    assert np.array_equal(engine.logits(batch, "*=off"), bypassed)
    assert not np.allclose(stock, bypassed, rtol=1e-3)


@pytest.mark.parametrize("model", ["timm:efficientnet_b1.ft_in1k", "torchvision:mobilenet_v3_large@IMAGENET1K_V1"])
def test_an_opened_network_is_what_its_card_says(model: str) -> None:
    network, card = open_network(model, "random:0"), find_card(model)
    assert isinstance(card, LibraryCard)
    assert (network.id, network.title, network.card) == (model, card.title, card)
    assert vars(network.preprocessing) == card.preprocessing.model_dump()
    assert len(network.labels) == card.classes
    assert sum(parameter.numel() for parameter in network.module.parameters()) == card.parameters


def test_both_weights_of_a_network_keep_their_own_preprocessing() -> None:
    first, second = (open_network(f"torchvision:regnet_y_400mf@IMAGENET1K_V{v}", "random:0") for v in (1, 2))
    assert (first.preprocessing.resized, second.preprocessing.resized) == (256, 232)


def test_the_catalog_has_a_line_for_every_card() -> None:
    entries = catalog()
    assert [entry.id for entry in entries] == list(cards())
    entry = next(entry for entry in entries if entry.id == "timm:seresnet50.ra2_in1k")
    assert (entry.source, entry.family, entry.se_blocks, entry.params) == ("timm", "SE-ResNet", 16, 28_088_024)
    assert (entry.input_size, entry.classes, entry.top1) == (224, 1000, 0.8026)
