"""``train``: a recipe becomes a network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from se_explorer.commands.console import error_console
from se_explorer.commands.progress import progress_bar
from se_explorer.errors import RecipeError
from se_explorer.language import _, decimal, later, percent, whole
from se_explorer.training import EpochReport, Recipe, Trainer, load_recipe, publish
from se_explorer.training.checkpoint import write_or_say
from se_explorer.training.data_sets import Splits, load_splits
from se_explorer.training.finishing import make_record
from se_explorer.training.pairs import runs_folder
from se_explorer.training.ranks import Ranks, joined
from se_explorer.training.record import write_record
from se_explorer.training.surroundings import bfloat16_is_fast
from se_explorer.training.tensorboard import open_board

__all__ = ["TrainOptions", "run"]

console = error_console()


@dataclass(frozen=True)
class TrainOptions:
    """What ``train`` is asked for; see the command line's help."""

    data: Path | None
    seed: int
    out: Path | None
    bundle: Path | None
    resume: bool
    snapshot: bool
    threads: int | None
    device: str
    download: bool
    tensorboard: bool = False


def _tell(report: EpochReport, epochs: int, started: float, first: int) -> None:
    left = (time.monotonic() - started) / (report.epoch - first) * (epochs - report.epoch)
    fields: dict[str, object] = {
        "epoch": f"{report.epoch}/{epochs}",
        "size": report.size,
        "loss": decimal(report.loss, 4),
        "accuracy": percent(report.accuracy, 2),
        "seconds": decimal(report.seconds, 0),
        "minutes": decimal(left / 60, 0),
    }
    if report.validation is None:
        told = _("epoch {epoch}, {size} px: loss {loss}, training {accuracy}, {seconds} s, about {minutes} min left")
    else:
        fields["validation"] = percent(report.validation, 2)
        told = _(
            "epoch {epoch}, {size} px: loss {loss}, training {accuracy}, validation {validation}, {seconds} s, "
            "about {minutes} min left"
        )
    console.print(told.format(**fields))


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecipeError(later("a folder to write to"), f"{folder}: {error}", later("Give another folder.")) from error
    return folder


def _train(trainer: Trainer, options: TrainOptions, recipe_text: str) -> None:
    if options.resume or options.snapshot:
        trainer.resume()
    if options.snapshot:
        return
    if not trainer.ranks.leads:
        trainer.run(lambda _report: None)
        return
    write_or_say(trainer.folder / "recipe.toml", lambda part: part.write_text(recipe_text, encoding="utf-8"))
    started, first = time.monotonic(), len(trainer.curve)
    board = open_board(trainer.folder / "tensorboard") if options.tensorboard else None

    def report(done: EpochReport) -> None:
        _tell(done, trainer.recipe.epochs, started, first)
        if board:
            board(done, next((entry for entry in trainer.gates if entry.epoch == done.epoch), None))

    trainer.run(report)


def _record(trainer: Trainer, splits: Splits, recipe_text: str, recipe_file: Path) -> None:
    if len(trainer.curve) < trainer.recipe.epochs:  # a snapshot amid a training
        return
    record = make_record(trainer, splits, recipe_text, recipe_file)
    write_record(record, trainer.folder / "run.json")
    told = _("{title}, seed {seed}: {accuracy} ({right} of {count}) on the {split}; written to {path}")
    console.print(
        told.format(
            title=record.title,
            seed=record.seed,
            accuracy=percent(record.accuracy, 2),
            right=whole(record.right),
            count=whole(record.count),
            split=_(record.split),
            path=trainer.folder / "run.json",
        )
    )


def _publish(trainer: Trainer, splits: Splits, recipe: Recipe, recipe_file: Path, target: Path) -> None:
    with progress_bar(_("measuring")) as bar:
        card = publish(
            trainer.result,
            recipe,
            recipe_file,
            trainer.seed,
            tuple(trainer.curve),
            splits,
            target,
            lambda _stage, done, total: bar(done, total),
        )
    accuracy = card.accuracy
    told = _("{title}: {accuracy} ({low} to {high}) on the {split}, after {epochs} epochs; written to {path}")
    console.print(
        told.format(
            title=card.title,
            accuracy=percent(accuracy.top1, 2),
            low=percent(accuracy.low, 2),
            high=percent(accuracy.high, 2),
            split=_(accuracy.split),
            epochs=card.training.epochs,
            path=target,
        )
    )


def _load(recipe: Recipe, options: TrainOptions, ranks: Ranks) -> Splits:
    if not ranks.leads:
        with ranks.leader_first():
            return load_splits(recipe.data, options.data)
    with ranks.leader_first(), progress_bar(_("decoding")) as report:
        return load_splits(recipe.data, options.data, download=options.download, report=report)


def run(recipe_file: Path, options: TrainOptions) -> None:
    """Train, or take the checkpoint as it is, and write the network and the training's record.

    Of several processes under ``torchrun`` the first one writes and speaks; the others end with the training.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    recipe = load_recipe(recipe_file)
    recipe_text = recipe_file.read_text(encoding="utf-8")
    folder = _made(options.out or runs_folder() / f"{recipe.name}-seed{options.seed}")
    target = _made(options.bundle or folder)
    with joined(options.device) as (ranks, device):
        splits = _load(recipe, options, ranks)
        trainer = Trainer(recipe, options.seed, splits.train, splits.test, folder, device, ranks)
        if ranks.leads and recipe.precision.autocast == "bfloat16" and not bfloat16_is_fast(trainer.device):
            told = _('This processor emulates bfloat16, slower than float32: autocast = "float32" is faster here.')
            console.print(told)
        _train(trainer, options, recipe_text)
    if ranks.leads:
        _record(trainer, splits, recipe_text, recipe_file)
        _publish(trainer, splits, recipe, recipe_file, target)
