"""How far a side of a pair is: small files that its process writes and pages read."""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections import deque
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from se_explorer.errors import Parts, SEExplorerError, TrainingError
from se_explorer.files import write_whole
from se_explorer.language import LANGUAGES, Text, current_language, language

__all__ = ["Fault", "Progress", "Reporter", "StepTimes", "fault_of", "read_fault", "read_progress", "write_fault"]

SECONDS_BETWEEN = 0.4
STEPS_KEPT = 500  # whose times are summed up
PROGRESS, FAULT = "progress.json", "fault.json"


class StepTimes(BaseModel):
    """Seconds of the latest training steps: quartiles, and of how many steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: FiniteFloat
    median: FiniteFloat
    high: FiniteFloat
    count: Annotated[int, Field(ge=2)]


class Progress(BaseModel):
    """Where a process is.

    Attributes:
        stage: "download" counts bytes, "pictures" decoded pictures, "training" steps of the epoch; "measuring" is the
            test split after the last epoch.
        done, total: of what the stage counts; total is 0 where it is unknown.
        epoch: the one that is under way, from 1; 0 before.
        times: of the steps since this process began.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Literal["download", "pictures", "training", "measuring", "done"]
    done: Annotated[int, Field(ge=0)] = 0
    total: Annotated[int, Field(ge=0)] = 0
    epoch: Annotated[int, Field(ge=0)] = 0
    times: StepTimes | None = None


class Reporter:
    """Writes a process's progress into its folder, now and then."""

    def __init__(self, folder: Path) -> None:
        self._path, self._said = folder / PROGRESS, 0.0
        self._seconds: deque[float] = deque(maxlen=STEPS_KEPT)
        self._last = time.perf_counter()

    def tell(self, progress: Progress) -> None:
        """Write it at once, beside its place and then there: a reader never sees half of it."""
        self._said = time.monotonic()
        part = self._path.with_suffix(".part")
        # A full disk must not end a training here: the checkpoint says it, with what can be done.
        with contextlib.suppress(OSError):
            part.write_text(progress.model_dump_json(), encoding="utf-8")
            os.replace(part, self._path)

    def count(self, stage: Literal["download", "pictures"], done: int, total: int | None) -> None:
        """So many bytes or pictures are there."""
        if time.monotonic() - self._said >= SECONDS_BETWEEN or done == total:
            self.tell(Progress(stage=stage, done=done, total=total or 0))

    def step(self, epoch: int, done: int, total: int) -> None:
        """A training step is done. The first of an epoch comes after measuring and is not timed."""
        if done > 1:
            self._seconds.append(time.perf_counter() - self._last)
        if time.monotonic() - self._said >= SECONDS_BETWEEN or done == total:
            self.tell(Progress(stage="training", done=done, total=total, epoch=epoch, times=self.times))
        self._last = time.perf_counter()  # what was written here is no part of the next step

    @property
    def times(self) -> StepTimes | None:
        """Of the latest steps; None before there are two."""
        if len(self._seconds) < 2:
            return None
        low, median, high = statistics.quantiles(self._seconds, n=4, method="inclusive")
        return StepTimes(low=low, median=median, high=high, count=len(self._seconds))


def read_progress(folder: Path) -> Progress | None:
    """The latest progress; None where there is none that can be read."""
    try:
        return Progress.model_validate_json((folder / PROGRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    expected: str
    received: str
    remedy: str


def _in_force(said: tuple[tuple[str, str], ...]) -> str:
    words = dict(said)
    return words.get(current_language(), said[0][1])


class Fault(BaseModel):
    """An error of a process in all languages, for whoever reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Annotated[dict[str, _Words], Field(min_length=1)]

    @property
    def error(self) -> TrainingError:
        """The error, to be said in the language of whoever reads it."""
        parts = ({tag: words[part] for tag, words in self.model_dump()["said"].items()} for part in Parts._fields)
        return TrainingError(*(Text.of(_in_force, tuple(said.items())) for said in parts))


def fault_of(error: SEExplorerError) -> Fault:
    """The error, said in every language."""
    said = {}
    for tag in LANGUAGES:
        with language(tag):
            said[tag] = _Words(expected=error.expected, received=error.received, remedy=error.remedy)
    return Fault(said=said)


def write_fault(folder: Path, error: SEExplorerError) -> None:
    """Leave an error for whoever started the process."""
    text = fault_of(error).model_dump_json()
    write_whole(folder / FAULT, lambda part: part.write_text(text, encoding="utf-8"))


def read_fault(folder: Path) -> Fault | None:
    """The error that a process left, if it left one."""
    try:
        return Fault.model_validate_json((folder / FAULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
