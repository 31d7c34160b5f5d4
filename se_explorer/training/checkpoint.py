"""Checkpoints of a training, which a kill cannot halve."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from se_explorer.errors import RecipeError
from se_explorer.files import write_whole

__all__ = ["load_checkpoint", "save_checkpoint"]


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Save tensors, numbers and strings so that ``load_checkpoint`` reads them without unpickling code."""
    write_whole(path, lambda part: torch.save(dict(state), part))


def _is_of(saved: dict[str, Any], recipe: Mapping[str, Any], epochs: int) -> bool:
    """Whether a checkpoint's recipe leads to where it stands: up to the finish, recipes may differ in that alone."""
    now = dict(recipe)
    wanted, was = now.pop("finish", None), saved.pop("finish", None)
    return saved == now and (was == wanted or epochs <= now["schedule"]["epochs"])


def load_checkpoint(path: Path, recipe: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Read a checkpoint of this recipe and seed.

    A recipe's finish may have been added or changed since, as long as the checkpoint has not begun it: the epochs
    before it are the same.

    Raises:
        RecipeError: there is none, it is damaged, or it belongs to another recipe or seed.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        same = _is_of(json.loads(state["recipe"]), recipe, len(state["curve"])) and state["seed"] == seed
    except (OSError, RuntimeError, EOFError, ValueError, LookupError, TypeError, pickle.UnpicklingError) as error:
        fault = str(error) if isinstance(error, OSError) else "a damaged or foreign file"
        raise RecipeError("a checkpoint to resume from", f"{path}: {fault}", "Start anew without --resume.") from error
    if not same:
        raise RecipeError(
            "a checkpoint of this recipe and this seed", f"{path}, made by another", "Give another --out folder."
        )
    return state
