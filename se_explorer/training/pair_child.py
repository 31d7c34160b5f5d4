"""One side of a pair, or its download, as a program of its own, which ends when whoever started it is gone.

Only a process can be stopped at any moment, has its own number of threads, and takes no memory once it has ended. It
gets its folder as an argument and one line of JSON, the order; it leaves ``progress.json`` on the way, and
``fault.json`` where something went wrong. When its input closes, its server is gone, and it ends at once: a checkpoint
is whole at every moment.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

__all__ = ["main"]

PATIENCE = 10.0  # seconds for the process of a server before this one to let go of the folder
POLITE = 5  # steps back behind the server itself
FAILED = 3  # told in fault.json


def _end_with_parent() -> None:
    # Not through sys.stdin: at the end of the program its lock would be held by this thread.
    while os.read(0, 1024):
        pass
    os._exit(143)


def _download(folder: Path, order: dict[str, Any]) -> None:
    from torchvision.datasets import utils

    from se_explorer.training.data_sets import download_data_set
    from se_explorer.training.pair_progress import Reporter

    reporter = Reporter(folder)

    class Bar:
        """Stands where torchvision wants a tqdm bar."""

        def __init__(self, *_: object, total: int | None = None, **__: object) -> None:
            self.done, self.total = 0, total

        def update(self, count: int) -> None:
            self.done += count
            reporter.count("download", self.done, self.total)

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    utils.tqdm = Bar
    target = Path(order["data"])
    target.mkdir(parents=True, exist_ok=True)
    download_data_set(order["dataset"], target)


def _train(folder: Path, order: dict[str, Any]) -> None:
    import torch

    from se_explorer.files import write_whole
    from se_explorer.training.data_sets import load_splits
    from se_explorer.training.finishing import make_record
    from se_explorer.training.loop import Trainer
    from se_explorer.training.pair_progress import Progress, Reporter
    from se_explorer.training.recipe import load_recipe
    from se_explorer.training.record import write_record

    torch.set_num_threads(order["threads"])
    reporter, recipe_file = Reporter(folder), folder / "recipe.toml"
    recipe = load_recipe(recipe_file)
    data = Path(order["data"]) if order["data"] else None
    splits = load_splits(recipe.data, data, report=lambda done, total: reporter.count("pictures", done, total))
    classes = json.dumps(splits.train.classes)
    write_whole(folder / "classes.json", lambda part: part.write_text(classes, encoding="utf-8"))
    trainer = Trainer(recipe, order["seed"], splits.train, splits.test, folder, order["device"])
    if (folder / "checkpoint.pt").exists():
        trainer.resume()
    trainer.run(lambda _report: None, reporter.step)
    reporter.tell(Progress(stage="measuring", epoch=recipe.epochs, times=reporter.times))
    write_record(
        make_record(trainer, splits, recipe_file.read_text(encoding="utf-8"), recipe_file), folder / "run.json"
    )
    reporter.tell(Progress(stage="done", epoch=recipe.epochs, times=reporter.times))


def main() -> None:
    """Do as the order says."""
    folder, order = Path(sys.argv[1]), json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(POLITE)
    from se_explorer.errors import SEExplorerError, TrainingError
    from se_explorer.language import later
    from se_explorer.training.job_lock import FolderLock
    from se_explorer.training.pair_progress import write_fault

    lock = FolderLock(folder)  # held until this process ends
    try:
        if not lock.take(PATIENCE):
            raise TrainingError(
                later("a training that no other process works at"), str(folder), later("Wait a little and go on.")
            )
        (_download if order["kind"] == "download" else _train)(folder, order)
    except SEExplorerError as error:
        write_fault(folder, error)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
