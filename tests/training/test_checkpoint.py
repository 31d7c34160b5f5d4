"""Checkpoints that belong to one recipe and seed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from se_explorer.errors import RecipeError
from se_explorer.training import Recipe
from se_explorer.training.checkpoint import load_checkpoint, save_checkpoint
from tests.training.tiny import recipe

RECIPE = recipe()


def saved(path: Path, **changes: object) -> Path:
    """A checkpoint on the disk."""
    state = {"recipe": RECIPE.model_dump_json(), "seed": 4, "curve": [{}] * 3, "network": {"weight": torch.arange(3.0)}}
    save_checkpoint(path, {**state, **changes})
    return path


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    state = load_checkpoint(saved(tmp_path / "c.pt"), RECIPE, 4)
    assert torch.equal(state["network"]["weight"], torch.arange(3.0))


@pytest.mark.parametrize(
    ("other", "seed"),
    [(recipe(schedule={"epochs": 4}), 4), (RECIPE, 5)],
    ids=["other-recipe", "other-seed"],
)
def test_a_checkpoint_of_another_training(other: Recipe, seed: int, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="this recipe and this seed"):
        load_checkpoint(saved(tmp_path / "c.pt"), other, seed)


@pytest.mark.parametrize(("epochs", "fits"), [(2, True), (3, True), (4, False)])
def test_a_finish_may_be_added_until_it_has_begun(epochs: int, fits: bool, tmp_path: Path) -> None:
    before = json.loads(RECIPE.model_dump_json())
    del before["finish"]  # as it was saved before there was one
    path = saved(tmp_path / "c.pt", recipe=json.dumps(before), curve=[{}] * epochs)
    finished = recipe(finish={"epochs": 2, "learning_rate": 0.1})
    if fits:
        assert len(load_checkpoint(path, finished, 4)["curve"]) == epochs
    else:
        with pytest.raises(RecipeError, match="this recipe"):
            load_checkpoint(path, finished, 4)


def test_a_checkpoint_from_before_a_key_was_there_has_its_default(tmp_path: Path) -> None:
    older = json.loads(RECIPE.model_dump_json())
    for section, key in (("network", "squeeze"), ("optimiser", "kind"), ("schedule", "rate"), ("augmentation", "crop")):
        del older[section][key]
    path = saved(tmp_path / "c.pt", recipe=json.dumps(older))
    assert load_checkpoint(path, RECIPE, 4)["seed"] == 4
    with pytest.raises(RecipeError, match="this recipe"):
        load_checkpoint(path, recipe(network={"squeeze": "max"}), 4)


def cut(path: Path) -> None:
    """Half a checkpoint."""
    saved(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


class Harmful:
    """Unpickling this runs a command."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return pytest.fail, ("a checkpoint ran code",)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "a-folder": lambda path: path.mkdir(),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_bytes(b"no checkpoint at all"),
    "cut-off": cut,
    "harmful": lambda path: path.write_bytes(pickle.dumps(Harmful(), protocol=2)),
    "harmful-inside": lambda path: torch.save({"recipe": Harmful()}, path),
    "no-recipe": lambda path: torch.save({"seed": 4}, path),
    "no-table": lambda path: torch.save([1, 2], path),
    "recipe-is-no-json": lambda path: saved(path, recipe="tiny"),
    "recipe-is-a-number": lambda path: saved(path, recipe=7),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    DAMAGES[damage](path)
    with pytest.raises(RecipeError, match=r"a checkpoint to resume from, but got .*c\.pt: .{9,}\. Start anew"):
        load_checkpoint(path, RECIPE, 4)
