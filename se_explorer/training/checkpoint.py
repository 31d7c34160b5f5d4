"""Checkpoints of a training, which a kill cannot halve."""

from __future__ import annotations

import errno
import pickle
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from se_explorer.errors import RecipeError
from se_explorer.files import write_whole
from se_explorer.language import later
from se_explorer.training.recipe import Recipe

__all__ = ["load_checkpoint", "save_checkpoint", "write_or_say"]

SIGNS = ("enforce fail", "file write failed", "File too large", "No space left")
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_or_say(path: Path, write: Callable[[Path], object]) -> None:
    """``write_whole``, with a clear error where the disk is full or cannot be written; the former file stays.

    Raises:
        RecipeError: it cannot be written.
    """
    try:
        write_whole(path, write)
    except (OSError, RuntimeError, SafetensorError) as error:  # the libraries' own errors of a failed write
        cause = error if isinstance(error, OSError) else error.__context__
        code = cause.errno if isinstance(cause, OSError) else None
        full = code in NO_SPACE or any(sign in str(error) for sign in SIGNS)
        raise RecipeError(
            later("space on the disk") if full else later("a file that can be written"),
            f"{path}: {str(error).splitlines()[0][:200]}",
            later("Make room and go on with --resume; the checkpoint before this one is whole."),
        ) from error


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Save tensors, numbers and strings so that ``load_checkpoint`` reads them without unpickling code.

    Raises:
        RecipeError: it cannot be written; a checkpoint that was there is as it was.
    """
    write_or_say(path, lambda part: torch.save(dict(state), part))


#: What reading a file raises that is damaged, or of another kind; PyTorch's reader lets many kinds through.
DAMAGED = (
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    struct.error,
    pickle.UnpicklingError,
)


def _is_of(saved: Recipe, recipe: Recipe, epochs: int) -> bool:
    """Whether a checkpoint's recipe leads to where it stands.

    Up to the finish, recipes may differ in that alone; title and experiment say nothing about the weights.
    """
    same = saved.model_copy(update={"finish": recipe.finish, "title": recipe.title, "experiment": recipe.experiment})
    return same == recipe and (saved.finish == recipe.finish or epochs <= recipe.schedule.epochs)


def load_checkpoint(path: Path, recipe: Recipe, seed: int) -> dict[str, Any]:
    """Read a checkpoint of this recipe and seed.

    A recipe's finish may have been added or changed since, as long as the checkpoint has not begun it: the epochs
    before it are the same. A key that recipes got since has its default in an older checkpoint.

    Raises:
        RecipeError: there is none, it is damaged, or it belongs to another recipe or seed.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        saved = Recipe.model_validate_json(state["recipe"])
        same = _is_of(saved, recipe, len(state["curve"])) and state["seed"] == seed
    except (OSError, *DAMAGED) as error:
        fault = str(error) if isinstance(error, OSError) else later("a damaged or foreign file")
        raise RecipeError(
            later("a checkpoint to resume from"),
            later("{path}: {fault}", path=path, fault=fault),
            later("Start anew without --resume."),
        ) from error
    if not same:
        raise RecipeError(
            later("a checkpoint of this recipe and this seed"),
            later("{path}, made by another", path=path),
            later("Give another --out folder."),
        )
    return state
