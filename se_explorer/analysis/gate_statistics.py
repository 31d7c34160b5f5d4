"""Mean and standard deviation of every gate over many pictures, in one pass and constant memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.moments import Moments
from se_explorer.engine import Engine
from se_explorer.errors import DataError
from se_explorer.images.picture_set import PictureSet
from se_explorer.language import later

__all__ = ["GateStatistics", "measure_gates"]


@dataclass(frozen=True, eq=False)
class GateStatistics:
    """By block name, float32 (C,) each; ``deviations`` are those of the population, not of a sample."""

    count: int
    means: dict[str, np.ndarray]
    deviations: dict[str, np.ndarray]


def measure_gates(
    engine: Engine,
    folder: PictureSet,
    *,
    batch: int = 64,
    report: Callable[[int, int], None] | None = None,
) -> GateStatistics:
    """Run the folder's pictures through the unedited network; unreadable ones are left out.

    Raises:
        DataError: no picture can be read.
    """
    running = [Moments() for _ in engine.blocks]
    done = 0
    for pictures, _, errors in folder.batches(batch):
        if pictures:
            for block, sums in zip(engine.run(engine.prepare(pictures)).blocks, running, strict=True):
                sums.add(block.gates)
        done += len(pictures) + len(errors)
        if report:
            report(done, len(folder))
    if not running[0].count:
        raise DataError(later("a folder with pictures that can be read"), folder.name, later("Check its files."))
    names = [block.name for block in engine.blocks]
    return GateStatistics(
        running[0].count,
        {name: sums.mean.astype(np.float32) for name, sums in zip(names, running, strict=True)},
        {name: sums.deviation.astype(np.float32) for name, sums in zip(names, running, strict=True)},
    )
