"""The two recipes of a pair: valid, and the same but for the SE blocks."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from se_explorer.training.pair_request import DATA, NETWORKS, PairRequest
from se_explorer.training.recipe import parse_recipe

POSSIBLE = [
    (dataset, network)
    for dataset in DATA
    for network in NETWORKS
    if not (network == "seresnet50" and dataset in ("digits", "cifar10"))
]


def request(dataset: str, network: str, **more: object) -> PairRequest:
    values = {"dataset": dataset, "network": network, "reduction": 8, "epochs": 3, "seed": 5, "folder": "somewhere"}
    return PairRequest.model_validate({**values, **more})


@pytest.mark.parametrize(("dataset", "network"), POSSIBLE)
def test_both_sides_are_recipes_that_differ_in_se_alone(dataset: str, network: str) -> None:
    asked = request(dataset, network, limit=500)
    plain, se = (tomllib.loads(asked.recipe(side)) for side in ("plain", "se"))
    for text in (asked.recipe("plain"), asked.recipe("se")):
        recipe = parse_recipe(text, "pair")
        assert recipe.epochs == 3
        assert recipe.data.dataset == dataset
        assert recipe.data.limit == (None if dataset == "digits" else 500)
        assert recipe.experiment == asked.experiment
        assert recipe.finish is None
        assert recipe.precision.autocast == "float32"
    assert plain["network"].pop("se") is False
    assert se["network"].pop("se") is True
    assert se["network"]["reduction"] == 8
    for name in ("name", "title"):
        assert plain.pop(name) != se.pop(name)
    assert plain == se


def test_a_request_for_digits_takes_the_committed_recipe() -> None:
    asked = request("digits", "notes-cnn")
    recipe = parse_recipe(asked.recipe("se"), "pair")
    assert recipe.optimiser.kind == "adam"
    assert recipe.resolution.last == 16
    assert recipe.schedule.batch_size == 64


@pytest.mark.parametrize(
    "wrong",
    [
        {"dataset": "folder", "folder": None},
        {"network": "seresnet50"},
        {"epochs": 0},
        {"epochs": 10**6},
        {"seed": -1},
        {"reduction": 64},
        {"dataset": "imagenet"},
        {"more": 1},
    ],
)
def test_what_cannot_be_trained_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        request(**{"dataset": "digits", "network": "notes-cnn", **wrong})  # type: ignore[arg-type]


def test_only_torchvisions_sets_without_a_folder_are_downloaded() -> None:
    assert request("cifar10", "notes-cnn", folder=None).downloads
    assert not request("cifar10", "notes-cnn").downloads
    assert not request("digits", "notes-cnn", folder=None).downloads
