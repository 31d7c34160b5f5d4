"""From a training to a bundled network: what is written is what was measured."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file as load_arrays
from safetensors.torch import load_file as load_tensors
from torch import nn

from se_explorer import Engine, evaluate, load_picture, open_folder
from se_explorer.analysis import measure_gates, wilson
from se_explorer.errors import DataError
from se_explorer.images import LabelledFolder
from se_explorer.models import Card, bundled, open_network
from se_explorer.models.card import load_card
from se_explorer.training import EpochReport, publish
from se_explorer.training.data import load_pictures
from se_explorer.training.data_sets import load_splits
from se_explorer.training.measuring import count_right
from se_explorer.training.networks import preprocessing_of
from tests.training.tiny import SIDE, TEXT, ignore, on_disk, recipe, trainer

CURVE = (EpochReport(1, 16, 0.7, 0.5, None, 1.5), EpochReport(2, 16, 0.6, 0.6, 0.75, 1.25))


Report = Callable[[str, int, int], None]


def quiet(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


class Shop:
    """A folder of pictures, a recipe file, and the place where networks are published."""

    def __init__(self, root: Path) -> None:
        data = on_disk(root / "data", 12, 8)
        self.splits = load_splits(recipe().data, data)
        self.train, self.validation = open_folder(data / "train"), open_folder(data / "val")
        self.recipe_file = root / "tiny.toml"
        self.recipe_file.write_text(TEXT, encoding="utf-8")
        self.out = root / "models"

    def publish(self, network: nn.Module, curve: tuple[EpochReport, ...] = CURVE, report: Report = quiet) -> Card:
        """Publish a network."""
        splits = replace(self.splits, test_set=self.validation)
        return publish(network, recipe(), self.recipe_file, 5, curve, splits, self.out, report)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Where to publish."""
    return Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    """A network that has learnt a little."""
    run = trainer(tmp_path_factory.mktemp("run"), schedule={"epochs": 1}, resolution={"first": 32})
    run.run(ignore)
    return run.result


@pytest.fixture(scope="module")
def card(shop: Shop, network: nn.Module) -> Card:
    """That network's card, as it was published."""
    return shop.publish(network)


@pytest.fixture
def reopened(shop: Shop, card: Card, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The published network, opened as the bundled ones are."""
    monkeypatch.setattr(bundled, "ASSETS", shop.out.parent)
    return Engine(open_network("tiny"), "cpu")


def test_the_files(shop: Shop, card: Card) -> None:
    files = ["tiny.card.json", "tiny.gates.safetensors", "tiny.safetensors"]
    assert sorted(path.name for path in shop.out.iterdir()) == files
    assert load_card(shop.out / "tiny.card.json") == card
    assert card.sha256 == hashlib.sha256((shop.out / card.weights_file).read_bytes()).hexdigest()
    assert json.loads((shop.out / "tiny.card.json").read_text(encoding="utf-8"))["id"] == "tiny"


def test_the_facts_on_the_card(shop: Shop, card: Card, network: nn.Module) -> None:
    assert (card.id, card.se_blocks, card.architecture.width, card.architecture.reduction) == ("tiny", 16, "1/16", 4)
    assert card.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert [(entry.id, entry.label) for entry in card.classes] == [("blue", "blue"), ("red", "red")]
    assert (card.preprocessing.size, card.preprocessing.crop) == (SIDE, 1.0)
    record = card.training
    assert (record.recipe, record.recipe_file, record.seed) == (TEXT, "tiny.toml", 5)
    assert record.curve == CURVE
    assert record.software["torch"] == torch.__version__


@pytest.mark.parametrize(("epochs", "finished"), [(1, False), (2, False), (3, True)])
def test_finished_only_after_the_last_epoch(epochs: int, finished: bool, network: nn.Module, tmp_path: Path) -> None:
    curve = tuple(EpochReport(epoch + 1, 32, 0.5, 0.5, None, 1.0) for epoch in range(epochs))
    told: list[tuple[str, int, int]] = []
    training = Shop(tmp_path).publish(network, curve, lambda *progress: told.append(progress)).training
    assert told == [("test split", 8, 8), ("gates", 12, 12)]
    assert (training.epochs, training.finished) == (epochs, finished)


def test_stored_weights_are_the_networks_matrices_in_half_precision(shop: Shop, card: Card, network: nn.Module) -> None:
    stored, given = load_tensors(shop.out / card.weights_file), network.state_dict()
    assert stored.keys() == given.keys()
    for name, value in stored.items():
        matrix = given[name].ndim > 1
        assert value.dtype == (torch.float16 if matrix else given[name].dtype), name
        assert torch.equal(value, given[name].half() if matrix else given[name]), name


def test_it_opens_as_a_bundled_network_of_that_accuracy(shop: Shop, card: Card, reopened: Engine) -> None:
    result = evaluate(reopened, shop.validation)
    assert (result.right, result.count) == (card.accuracy.right, card.accuracy.count)
    assert (card.accuracy.low, card.accuracy.high) == wilson(card.accuracy.right, 8)


def test_the_gates_are_those_of_the_training_split(shop: Shop, card: Card, reopened: Engine) -> None:
    measured = measure_gates(reopened, shop.train)
    arrays = load_arrays(shop.out / card.gates_file)
    names = [block.name for block in reopened.blocks]
    assert len(names) == 16
    assert arrays.keys() == {f"{name}.{kind}" for name in names for kind in ("mean", "std")}
    for block in reopened.blocks:
        for kind, values in (("mean", measured.means), ("std", measured.deviations)):
            assert arrays[f"{block.name}.{kind}"].shape == (block.facts.channels,)
            np.testing.assert_allclose(arrays[f"{block.name}.{kind}"], values[block.name], atol=1e-6)
    trace = reopened.trace(load_picture(shop.train.paths[0]), "SE_5_1=mean")
    assert np.array_equal(trace.block("SE_5_1").applied, arrays["SE_5_1.mean"])


def test_the_accuracy_is_that_of_the_stored_weights(network: nn.Module, tmp_path: Path) -> None:
    """A network that half precision turns round: its last layer prefers red by less than float16 can hold."""
    shop = Shop(tmp_path)
    (shop.validation.paths[0]).unlink()  # a blue one: 3 blue, 4 red
    shop.validation = open_folder(shop.validation.root)
    network = copy.deepcopy(network)
    with torch.no_grad():
        network.fc.weight.copy_(torch.tensor([1.0, 1.0004])[:, None].expand_as(network.fc.weight))
        network.fc.bias.copy_(torch.tensor([1e-4, 0.0]))
    pictures = load_pictures(shop.validation.root, SIDE)
    assert count_right(network, pictures, preprocessing_of(recipe())) == 4
    card = shop.publish(network)
    assert (card.accuracy.right, card.accuracy.count) == (3, 7)


def test_pictures_of_other_classes_write_nothing(network: nn.Module, tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.validation = LabelledFolder(tmp_path, shop.validation.paths, shop.validation.targets, ("green", "red"))
    with pytest.raises(DataError, match="but got green"):
        shop.publish(network)
    assert not shop.out.exists()
