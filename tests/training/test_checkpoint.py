"""Checkpoints that belong to one recipe and seed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from se_explorer.errors import RecipeError
from se_explorer.training.checkpoint import load_checkpoint, save_checkpoint

RECIPE = {"name": "tiny", "schedule": {"epochs": 3}, "finish": None}


def saved(path: Path, **changes: object) -> Path:
    """A checkpoint on the disk."""
    state = {"recipe": json.dumps(RECIPE), "seed": 4, "curve": [{}] * 3, "network": {"weight": torch.arange(3.0)}}
    save_checkpoint(path, {**state, **changes})
    return path


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    state = load_checkpoint(saved(tmp_path / "c.pt"), dict(reversed(RECIPE.items())), 4)  # the order says nothing
    assert torch.equal(state["network"]["weight"], torch.arange(3.0))


@pytest.mark.parametrize(
    ("recipe", "seed"),
    [({**RECIPE, "schedule": {"epochs": 4}}, 4), (RECIPE, 5)],
    ids=["other-recipe", "other-seed"],
)
def test_a_checkpoint_of_another_training(recipe: dict, seed: int, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="this recipe and this seed"):
        load_checkpoint(saved(tmp_path / "c.pt"), recipe, seed)


@pytest.mark.parametrize(("epochs", "fits"), [(2, True), (3, True), (4, False)])
def test_a_finish_may_be_added_until_it_has_begun(epochs: int, fits: bool, tmp_path: Path) -> None:
    before = {key: value for key, value in RECIPE.items() if key != "finish"}  # as it was saved before there was one
    finish = {"epochs": 2, "learning_rate": 0.1}
    path = saved(tmp_path / "c.pt", recipe=json.dumps(before), curve=[{}] * epochs)
    if fits:
        assert len(load_checkpoint(path, {**RECIPE, "finish": finish}, 4)["curve"]) == epochs
    else:
        with pytest.raises(RecipeError, match="this recipe"):
            load_checkpoint(path, {**RECIPE, "finish": finish}, 4)


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
