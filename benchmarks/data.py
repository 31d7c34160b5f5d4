"""What it costs to measure a folder of pictures, over the plain forward pass of the same pictures and loader."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks.effort import Effort
from benchmarks.results import Findings, ratio
from benchmarks.timing import interleave
from se_explorer.analysis import measure_profile
from se_explorer.engine import Engine
from se_explorer.images import LabelledFolder, open_folder

__all__ = ["OVER_A_FOLDER", "PLAIN", "make_folder", "measure_data"]

PLAIN = "plain forward over a folder"
BATCH = 32
CLASSES = 4
FULL_SIDE = 224  # px; smaller inputs mean more pictures
SIDES = (160, 200)  # height and width of a picture

#: What goes over a folder and is held against the plain forward pass; each is given the engine and the folder.
OVER_A_FOLDER: dict[str, Callable[[Engine, LabelledFolder], object]] = {
    "profile": lambda engine, folder: measure_profile(engine, folder, batch=BATCH),
}


def make_folder(root: Path, count: int) -> LabelledFolder:
    """JPEGs of coarse noise, which take as long to decode as photographs; in four classes."""
    random = np.random.default_rng(0)
    for number in range(count):
        path = root / f"class{number % CLASSES}" / f"{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = Image.fromarray(random.integers(0, 256, (20, 25, 3), np.uint8))
        coarse.resize(SIDES[::-1], Image.Resampling.BICUBIC).save(path, quality=90)
    return open_folder(root)


def _plain(engine: Engine, folder: LabelledFolder) -> float:
    """The network's own forward pass, with nothing of ours but the loader and the preprocessing."""
    total = 0.0
    with torch.inference_mode():
        for pictures, _, _ in folder.batches(BATCH):
            total += float(engine.network.module(engine.inputs(pictures)).sum())
    return total


def measure_data(engine: Engine, effort: Effort) -> Findings:
    """How much of the plain forward pass's throughput is kept, from the files to the result."""
    with tempfile.TemporaryDirectory() as root:
        # A small network is given more: what comes once at the end is a small part of any real folder's time.
        count = 2 * max(effort.pictures) * FULL_SIDE**2 // engine.network.preprocessing.size**2
        folder = make_folder(Path(root), count)
        rivals = {name: (lambda run=run: run(engine, folder)) for name, run in OVER_A_FOLDER.items()}
        seconds = interleave({PLAIN: lambda: _plain(engine, folder), **rivals}, effort.slow)
    return Findings(ratios=tuple(ratio(engine.network.id, seconds, PLAIN, name) for name in OVER_A_FOLDER))
