"""Training recipes: everything that decides a training, in one committed TOML file.

A recipe and a seed give one network, on one kind of machine to the bit. Unknown keys are refused: a misspelt option
that silently keeps its default is a training that nobody can repeat.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from se_explorer.errors import RecipeError
from se_explorer.language import Text, Words, _, later, whole
from se_explorer.training.network_section import Network
from se_explorer.training.sections import (
    Augmentation,
    Data,
    Finish,
    Optimiser,
    Precision,
    Resolution,
    Schedule,
    Section,
)

__all__ = ["Recipe", "load_recipe", "parse_recipe"]

#: Letters of a recipe's text, as many as a record of it may have; committed ones have about a thousand.
MAX_TEXT = 20_000
MOST_FAULTS = 20  # told at once
MOST_LETTERS = 2_000
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]


class Recipe(Section):
    """A whole recipe; see the sections for each part. ``experiment`` names the comparison that it belongs to."""

    name: Name
    title: Annotated[str, Field(max_length=200)]
    experiment: Name | None = None
    network: Network
    data: Data
    augmentation: Augmentation
    resolution: Resolution
    optimiser: Optimiser
    schedule: Schedule
    precision: Precision = Precision()
    finish: Finish | None = None

    @property
    def epochs(self) -> int:
        """All epochs, those of the finish included."""
        return self.schedule.epochs + (self.finish.epochs if self.finish else 0)

    @model_validator(mode="after")
    def _finite(self) -> Recipe:
        # At 16 pixels stage 5 starts from maps of 1 x 1, and there oneDNN's bfloat16 gradient of a strided 3x3
        # convolution holds what the memory held before (torch 2.14, seen as NaN).
        if self.precision.autocast == "bfloat16" and self.resolution.first <= 16:
            raise ValueError(_("bfloat16 needs inputs of more than 16 pixels: raise resolution.first"))
        return self


def parse_recipe(text: str, source: str) -> Recipe:
    """A recipe from the text of its file; ``source`` names it in errors.

    Raises:
        RecipeError: it is too long, is no TOML, or has a wrong, missing or unknown entry.
    """
    if len(text) > MAX_TEXT:
        limit = Text.of(whole, MAX_TEXT)
        raise _no_recipe(later("{path}: over {limit} characters", path=source, limit=limit))
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError for a number of thousands of digits, too
        raise _no_recipe(f"{source}: {str(error)[:200]}") from error
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))[:100]}: {fault['msg']}" for fault in found)
        raise RecipeError(
            later("a recipe whose entries are all known and valid"),
            f"{source}: {faults[:MOST_LETTERS]}",
            later("Mend these entries and start again."),
        ) from error


def _no_recipe(received: Words) -> RecipeError:
    return RecipeError(later("a training recipe, a TOML file"), received, later("Check the path and the file."))


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        RecipeError: the file is missing, too long, is no TOML, or has a wrong, missing or unknown entry.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * MAX_TEXT + 1)  # a letter has at most four bytes
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _no_recipe(f"{path}: {error}") from error
    return parse_recipe(text, str(path))
