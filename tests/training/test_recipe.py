"""Recipes: the committed ones load, and a mistake is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from se_explorer.blocks import find_blocks
from se_explorer.errors import RecipeError
from se_explorer.models import ASSETS, bundled_cards
from se_explorer.training import load_recipe
from se_explorer.training.networks import build_network
from se_explorer.training.sections import Resolution
from tests.training.tiny import TEXT, recipe

COMMITTED = sorted((ASSETS / "recipes").glob("*.toml"))


def written(folder: Path, text: str) -> Path:
    """A recipe file."""
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_recipes_load_and_are_named_after_their_network(path: Path) -> None:
    loaded = load_recipe(path)
    assert loaded.name == path.stem
    assert loaded.schedule.epochs > 1


def test_every_bundled_network_has_its_recipe() -> None:
    assert {card.training.recipe_file for card in bundled_cards().values()} <= {path.name for path in COMMITTED}


def test_the_plain_twin_differs_in_the_se_blocks_alone() -> None:
    network, twin = (load_recipe(ASSETS / "recipes" / f"{name}-imagenette.toml") for name in ("seresnet50", "resnet50"))
    apart = {"name": "", "title": "", "network": twin.network}
    assert network.model_copy(update=apart) == twin.model_copy(update=apart)
    assert network.network.model_copy(update={"se": False}) == twin.network
    assert not find_blocks(build_network(twin, 2)).blocks
    assert len(find_blocks(build_network(network, 2)).blocks) == 16


def test_values_arrive(tmp_path: Path) -> None:
    loaded = load_recipe(written(tmp_path, TEXT))
    assert loaded == recipe()
    assert (loaded.network.width, loaded.network.reduction) == (Fraction(1, 16), 4)
    assert loaded.optimiser.momentum == 0.9  # a default
    assert loaded.precision.autocast == "float32"  # a whole section by default
    assert type(loaded).model_validate_json(loaded.model_dump_json()) == loaded


def test_a_recipe_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        recipe().schedule.epochs = 9  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("epochs = 3", "epochs = 3\nepoch = 4", "schedule.epoch:", id="unknown-key"),
        pytest.param("[schedule]", "[bonus]\nx = 1\n[schedule]", "bonus:", id="unknown-section"),
        pytest.param("batch_size = 8", "", "schedule.batch_size:", id="missing-key"),
        pytest.param("[augmentation]\narea = [0.5, 1.0]\nbrightness = 0.1", "", "augmentation:", id="missing-section"),
        pytest.param("epochs = 3", 'epochs = "many"', "schedule.epochs:", id="wrong-type"),
        pytest.param("epochs = 3", "epochs = 0", "schedule.epochs:", id="too-small"),
        pytest.param("warmup = 0.25", "warmup = 1.5", "optimiser.warmup:", id="no-share"),
        pytest.param("averaging = 0.5", "momentum = 0.0", "optimiser: ", id="nesterov-without-momentum"),
        pytest.param("area = [0.5, 1.0]", "area = [0.5]", "augmentation.area", id="one-end-of-a-range"),
        pytest.param('"1/16"', '"wide"', "network.width: ", id="width-is-no-number"),
        pytest.param('"1/16"', '"1/0"', "network.width: ", id="width-over-zero"),
        pytest.param('"1/16"', '"1/3"', "whole number of channels, got 1/3", id="width-of-a-part-of-a-channel"),
        pytest.param('"1/16"', '"-1/16"', "whole number of channels, got -1/16", id="width-below-zero"),
        pytest.param('"seresnet50"', '"vgg"', "network.architecture:", id="other-architecture"),
        pytest.param('"imagenette"', '"cifar"', "data.dataset:", id="other-data"),
        pytest.param("last = 32", "last = 0", "resolution.last:", id="no-pixels"),
        pytest.param("first = 16", "first = 48", "resolution: ", id="shrinks"),
        pytest.param("last = 32", "last = 40", "multiples of step", id="no-multiple-of-step"),
        pytest.param(
            "[schedule]", '[precision]\nautocast = "bfloat16"\n[schedule]', "raise resolution.first", id="tiny-maps"
        ),
        pytest.param('name = "tiny"', 'name = "../tiny"', "name:", id="name-is-a-path"),
    ],
)
def test_a_wrong_entry_is_named(old: str, new: str, named: str, tmp_path: Path) -> None:
    assert old in TEXT
    with pytest.raises(RecipeError) as caught:
        load_recipe(written(tmp_path, TEXT.replace(old, new)))
    assert named in str(caught.value)
    assert "recipe.toml" in str(caught.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("epochs = 3", "epochs = 0").replace("reduction = 4", "reduction = -1")
    with pytest.raises(RecipeError, match=r"network\.reduction: .*; schedule\.epochs: "):
        load_recipe(written(tmp_path, text))


@pytest.mark.parametrize(
    "content", [b"name = ", b"\xff\xfe\x00", b"[a]\n[a]"], ids=["cut-off", "no-text", "section-twice"]
)
def test_no_toml(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"a TOML file, but got .*recipe\.toml: "):
        load_recipe(path)


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(RecipeError, match=f"a TOML file, but got {path}: "):
            load_recipe(path)


resolutions = st.tuples(st.integers(16, 64), st.integers(1, 8), st.integers(0, 8), st.floats(0, 1)).map(
    lambda drawn: Resolution(
        first=drawn[0] * drawn[1],
        last=drawn[0] * (drawn[1] + drawn[2]),
        step=drawn[0],
        grow_until=drawn[3],
        evaluate=16,
    )
)


@given(resolutions, st.floats(0, 1), st.floats(0, 1))
def test_the_side_grows_in_steps_from_first_to_last(resolution: Resolution, one: float, other: float) -> None:
    early, late = sorted((one, other))
    sides = [resolution.at(progress) for progress in (early, late)]
    assert resolution.first <= sides[0] <= sides[1] <= resolution.last
    assert all(side % resolution.step == 0 for side in sides)
    assert resolution.at(resolution.grow_until) == resolution.at(1) == resolution.last
    assert resolution.at(0) == (resolution.first if resolution.grow_until else resolution.last)


def test_the_side_by_hand() -> None:
    resolution = Resolution(first=64, last=112, grow_until=0.75, step=16, evaluate=128)
    assert [resolution.at(epoch / 8) for epoch in range(8)] == [64, 64, 80, 96, 96, 96, 112, 112]
