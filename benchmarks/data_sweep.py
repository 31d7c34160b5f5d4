"""Leaving blocks out over a folder of pictures, beside plain forward passes over the same files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image

from benchmarks.effort import Effort
from benchmarks.results import Findings, ratio
from benchmarks.timing import interleave
from se_explorer.analysis.data_sweep import DataSweeper
from se_explorer.analysis.outcomes import BATCH
from se_explorer.engine import Engine
from se_explorer.images import LabelledFolder, open_folder, open_sample, samples

__all__ = ["measure_data_sweep"]

CLASSES = 4
BORDER = 1.25  # of the files' sides over the network's input


def _folder(root: Path, engine: Engine, count: int) -> LabelledFolder:
    """Samples as JPEG files a little larger than the network's input, in folders named as some of its classes."""
    side = round(BORDER * engine.network.preprocessing.size)
    known = [Image.fromarray(open_sample(sample.id).pixels).resize((side, side)) for sample in samples()]
    names = engine.network.class_ids[:CLASSES]
    for number in range(count):
        place = root / names[number % len(names)]
        place.mkdir(exist_ok=True)
        known[number % len(known)].save(place / f"{number}.jpg", quality=90)
    return open_folder(root)


def _plain(engine: Engine, folder: LabelledFolder) -> Callable[[], float]:
    """The network over the folder, by the loader that the sweep has."""

    def run() -> float:
        total = 0.0
        with torch.inference_mode():
            for pictures, _, _ in folder.batches(BATCH):
                total += float(engine.network.module(engine.inputs(pictures)).sum())
        return total

    return run


def measure_data_sweep(engine: Engine, effort: Effort) -> Findings:
    """``sweep DIR`` of every block against as many plain forward passes as its multiply-adds are worth."""
    with tempfile.TemporaryDirectory() as root:
        folder = _folder(Path(root), engine, max(effort.pictures))
        sweeper = DataSweeper(engine, folder, modes=["off"])
        forwards = sweeper.run().forward_equivalents
        rivals = {"sweep over data": sweeper.run, "plain forward over data": _plain(engine, folder)}
        seconds = interleave(rivals, effort.sweeps)
    worth = forwards / len(folder)
    seconds["as many plain forwards over data"] = [second * worth for second in seconds["plain forward over data"]]
    found = ratio(engine.network.id, seconds, "as many plain forwards over data", "sweep over data")
    return Findings(ratios=(found,))
