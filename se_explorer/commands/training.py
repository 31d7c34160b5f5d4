"""``train``: a recipe becomes a network."""

from __future__ import annotations

import time
from pathlib import Path

from se_explorer.commands.console import error_console
from se_explorer.commands.progress import progress_bar
from se_explorer.errors import RecipeError
from se_explorer.images.folder import find_split, open_folder
from se_explorer.training import EpochReport, Recipe, Trainer, load_recipe, publish
from se_explorer.training.data import load_pictures

__all__ = ["run"]

console = error_console()
VALIDATION_NAMES = ("val", "validation", "test")


def _trainer(recipe: Recipe, data: Path, seed: int, out: Path) -> Trainer:
    with progress_bar("decoding") as report:
        train = load_pictures(find_split(data, "train"), recipe.data.stored_size, report)
        validation = load_pictures(find_split(data, *VALIDATION_NAMES), recipe.data.stored_size, report)
    return Trainer(recipe, seed, train, validation, out)


def _tell(report: EpochReport, epochs: int, started: float, first: int) -> None:
    left = (time.monotonic() - started) / (report.epoch - first) * (epochs - report.epoch)
    measured = "" if report.validation is None else f", validation {report.validation:.2%}"
    console.print(
        f"epoch {report.epoch}/{epochs}, {report.size} px: loss {report.loss:.4f}, training {report.accuracy:.2%}"
        f"{measured}, {report.seconds:.0f} s, about {left / 60:.0f} min left"
    )


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecipeError("a folder to write to", f"{folder}: {error}", "Give another folder.") from error
    return folder


def run(
    recipe_file: Path, data: Path, seed: int, out: Path | None, bundle: Path | None, resume: bool, snapshot: bool
) -> None:
    """Train, or take the checkpoint as it is, and write the network."""
    recipe = load_recipe(recipe_file)
    folder = _made(out or Path("runs") / f"{recipe.name}-seed{seed}")
    target = _made(bundle or folder)
    trainer = _trainer(recipe, data, seed, folder)
    if resume or snapshot:
        trainer.resume()
    if not snapshot:
        started, first = time.monotonic(), len(trainer.curve)
        trainer.run(lambda report: _tell(report, recipe.epochs, started, first))
    train, validation = open_folder(find_split(data, "train")), open_folder(find_split(data, *VALIDATION_NAMES))
    with progress_bar("measuring") as bar:
        card = publish(
            trainer.result,
            recipe,
            recipe_file,
            seed,
            tuple(trainer.curve),
            train,
            validation,
            target,
            lambda _stage, done, total: bar(done, total),
        )
    accuracy = card.accuracy
    console.print(
        f"{card.title}: {accuracy.top1:.2%} ({accuracy.low:.2%} to {accuracy.high:.2%}) on the {accuracy.split}, "
        f"after {card.training.epochs} epochs; written to {target}"
    )
