"""The readers of recipes and of what trainings leave behind, each as a function of bytes and a folder."""

from __future__ import annotations

import functools
from pathlib import Path

from fuzzing.property import kept
from se_explorer.training.checkpoint import load_checkpoint
from se_explorer.training.log import read_log
from se_explorer.training.pair_progress import read_fault, read_progress
from se_explorer.training.pairs import read_pair
from se_explorer.training.recipe import Recipe, load_recipe
from se_explorer.training.record import parse_record
from se_explorer.training.retrained_record import against_full, read_ablation

__all__ = ["PAIR", "RECIPE", "log", "pair", "recipe", "record", "resume", "retrained"]

RECIPE = Path(__file__).parents[1] / "assets" / "recipes" / "digits-se.toml"
PAIR = "20261130-101112-0a1b2c"


def recipe(data: bytes, folder: Path) -> None:
    found = load_recipe(kept(data, folder / "recipe.toml"))
    assert Recipe.model_validate_json(found.model_dump_json()) == found
    assert found.network.design
    assert found.resolution.at(0.5) >= found.resolution.first


def record(data: bytes, folder: Path) -> None:
    found = parse_record(data, "run.json")
    assert 0 <= found.accuracy <= 1
    found.model_dump_json().encode()


def retrained(data: bytes, folder: Path) -> None:
    found = read_ablation(kept(data, folder / "ablation.json"))
    against_full(found)
    found.model_dump_json().encode()


def log(data: bytes, folder: Path) -> None:
    read_log(kept(data, folder / "log.jsonl"))


def pair(data: bytes, folder: Path) -> None:
    """The same bytes as each of the small files of a pair."""
    for name in ("pair.json", "progress.json", "fault.json"):
        kept(data, folder / PAIR / name)
    found, fault = read_pair(folder, PAIR), read_fault(folder / PAIR)
    read_progress(folder / PAIR)
    if found is not None:
        assert found.request.recipe("se")
        fault = fault or found.fault
    if fault is not None:
        str(fault.error).encode()


@functools.cache
def _recipe() -> Recipe:
    return load_recipe(RECIPE)


def resume(data: bytes, folder: Path) -> None:
    """A training's checkpoint."""
    load_checkpoint(kept(data, folder / "checkpoint.pt"), _recipe(), 0)
