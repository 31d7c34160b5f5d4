"""From a run folder to a network that the other pages can open, as it is after its last whole epoch."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from se_explorer.errors import RecipeError, TrainingError
from se_explorer.language import Text, later, later_n, percent, whole
from se_explorer.models import Network
from se_explorer.models.refusal import listed
from se_explorer.training.checkpoint import load_checkpoint
from se_explorer.training.networks import build_network, preprocessing_of
from se_explorer.training.recipe import Recipe, load_recipe

__all__ = ["trained_network"]


def _classes(folder: Path) -> tuple[str, ...]:
    try:
        found = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            later("a training that has begun"), f"{folder}: {str(error)[:200]}", later("Train it first.")
        ) from error
    return tuple(map(str, found))


def _notes(recipe: Recipe, curve: list[dict[str, float]], classes: tuple[str, ...]) -> tuple[Text, ...]:
    told = [
        later_n(
            "Trained here for {count} epoch of {all}.",
            "Trained here for {count} epochs of {all}.",
            len(curve),
            all=Text.of(whole, recipe.epochs),
        ),
        later(
            "Whatever it is shown, it answers with one of its {count} classes: {names}.",
            count=Text.of(whole, len(classes)),
            names=listed(classes),
        ),
    ]
    measured = [report["validation"] for report in curve if report["validation"] is not None]
    if measured:
        told.append(later("Right on the test split when last measured: {share}.", share=Text.of(percent, measured[-1])))
    return tuple(told)


def trained_network(folder: Path, seed: int) -> Network:
    """The network of a run folder.

    Args:
        folder: with recipe.toml, classes.json and checkpoint.pt.
        seed: that it was trained with.

    Raises:
        TrainingError: no epoch is done yet, or the folder is not whole.
    """
    classes = _classes(folder)
    try:
        recipe = load_recipe(folder / "recipe.toml")
        state = load_checkpoint(folder / "checkpoint.pt", recipe, seed)
        module = build_network(recipe, len(classes))
        module.load_state_dict(state["network"])
    except (RecipeError, RuntimeError) as error:
        raise TrainingError(
            later("a training with at least one epoch done"),
            error.parts.received if isinstance(error, RecipeError) else f"{folder}: {str(error)[:200]}",
            later("Wait for its first epoch, or train it anew."),
        ) from error
    digest = hashlib.sha256((folder / "checkpoint.pt").read_bytes()).hexdigest()
    return Network(
        id=recipe.name,
        title=recipe.title,
        module=module.eval().requires_grad_(False),
        preprocessing=preprocessing_of(recipe),
        labels=classes,
        class_ids=classes,
        weights=f"file:{digest[:12]}",
        notes=_notes(recipe, state["curve"], classes),
    )
