"""A pair as it can be looked at: each side's curve, gates, progress and, at the end, its record."""

from __future__ import annotations

import functools
import statistics
from dataclasses import dataclass
from pathlib import Path

from se_explorer.models.card import EpochReport
from se_explorer.training.gate_log import EpochGates
from se_explorer.training.log import read_log
from se_explorer.training.pair_progress import Progress, StepTimes, read_progress
from se_explorer.training.pair_request import SIDES, Side
from se_explorer.training.pairs import Pair, side_folder
from se_explorer.training.record import RunRecord, read_record

__all__ = ["SideView", "look_at"]

FILES_KEPT = 64  # parsed logs and records, for all sessions
Curve = tuple[EpochReport, ...]


@dataclass(frozen=True)
class SideView:
    """One side at one moment.

    Attributes:
        side: which.
        folder: its run folder.
        curve, gates: of the epochs that are done.
        progress: where its process is; None before it has said anything.
        record: what is known at the end; None before.
    """

    side: Side
    folder: Path
    curve: Curve
    gates: tuple[EpochGates, ...]
    progress: Progress | None
    record: RunRecord | None

    @property
    def times(self) -> StepTimes | None:
        """Of the latest steps."""
        return self.progress.times if self.progress else None

    @property
    def epoch_under_way(self) -> int:
        """From 1; the last one that is done where none is under way."""
        return max(len(self.curve), self.progress.epoch if self.progress else 0)

    def seconds_left(self, epochs: int) -> float | None:
        """Until the last epoch is done, by the epochs so far, or by the steps before there are any; None before."""
        left = float(epochs - len(self.curve))
        now = self.progress
        if now is not None and now.stage == "training" and now.total and now.epoch > len(self.curve):
            left -= now.done / now.total
        if self.curve:
            return left * statistics.median(report.seconds for report in self.curve)
        if now is None or now.times is None:
            return None
        return left * now.total * now.times.median


@functools.lru_cache(maxsize=FILES_KEPT)
def _log(path: Path, _stamp: int, _size: int) -> tuple[Curve, tuple[EpochGates, ...]]:
    return read_log(path)


@functools.lru_cache(maxsize=FILES_KEPT)
def _record(path: Path, _stamp: int, _size: int) -> RunRecord:
    return read_record(path)


def _log_of(folder: Path) -> tuple[Curve, tuple[EpochGates, ...]]:
    """Read again only when the file has changed."""
    path = folder / "log.jsonl"
    try:
        known = path.stat()
    except OSError:
        return (), ()
    return _log(path, known.st_mtime_ns, known.st_size)


def _record_of(folder: Path) -> RunRecord | None:
    path = folder / "run.json"
    try:
        known = path.stat()
    except OSError:
        return None
    return _record(path, known.st_mtime_ns, known.st_size)


def look_at(root: Path, pair: Pair) -> tuple[SideView, SideView]:
    """Both sides, the plain one first.

    Raises:
        RecipeError: a log or a record is none of ours.
    """
    plain, se = (_side(side_folder(root, pair, side), side) for side in SIDES)
    return plain, se


def _side(folder: Path, side: Side) -> SideView:
    curve, gates = _log_of(folder)
    return SideView(side, folder, curve, gates, read_progress(folder), _record_of(folder))
