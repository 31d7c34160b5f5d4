"""Runs workers one after another, goes on behind a case that ended one, and keeps what was found."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fuzzing.targets import TARGETS, Target, corpus_of
from fuzzing.worker import ERRORS, Tally, case_of, read_slot, read_tally, work_off

__all__ = ["Found", "Report", "fuzz"]

MEMORY = "/dev/shm"  # files of many targets are written anew for each case
MOST_ENDS = 20  # of workers that a case ended; by then there is enough to mend


@dataclass(frozen=True)
class Found:
    """A case for which the property does not hold, and the file that it was put into."""

    index: int
    kind: str
    text: str
    path: Path


@dataclass
class Report:
    """What came of a target's cases; see ``worker.Tally``."""

    target: str
    tally: Tally = field(default_factory=Tally)
    found: list[Found] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Cases that were tried."""
        return self.tally.values + self.tally.refused + self.tally.failed

    def add(self, part: Tally) -> None:
        """The figures of one worker."""
        mine = self.tally
        mine.values, mine.refused = mine.values + part.values, mine.refused + part.refused
        mine.failed += part.failed
        mine.seconds += part.seconds
        mine.slowest, mine.growth = max(mine.slowest, part.slowest), max(mine.growth, part.growth)


def _tell(line: str) -> None:
    print(line, flush=True)


def _ending(code: int) -> str:
    if code == -signal.SIGPROF:
        return "hang"
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class _Keeper:
    """Puts what is found into files, of each kind the first."""

    def __init__(self, report: Report, folder: Path, tell: Callable[[str], object]) -> None:
        self._report, self._folder, self._tell = report, folder, tell
        self._kinds: set[str] = set()

    def keep(self, index: int, kind: str, text: str, data: bytes) -> None:
        if kind in self._kinds:
            return
        self._kinds.add(kind)
        digest = hashlib.sha256(kind.encode()).hexdigest()[:8]
        path = self._folder / f"found-{self._report.target}-{digest}"
        path.write_bytes(data)
        self._report.found.append(Found(index, kind, text, path))
        self._tell(f"{self._report.target}, case {index}: {kind}: {text} -> {path}")


def _work(report: Report, target: Target, cases: range, seed: int, place: Path, keeper: _Keeper) -> None:
    """Start a worker, and behind each case that ended one the next."""
    corpus = list(corpus_of(target.name))
    first = ends = 0
    while first < len(cases) and ends <= MOST_ENDS:
        # A fork has all that this process has imported, which takes longer than ten thousand cases.
        child = multiprocessing.get_context("fork").Process(
            target=work_off, args=(target, range(first, len(cases)), seed, place)
        )
        child.start()
        child.join()
        code = child.exitcode or 0
        part = read_tally(place)
        report.add(part)
        for index, kind, text in part.findings:
            keeper.keep(index, kind, text, case_of(target, corpus, seed, index))
        if code == 0:
            break
        index, data = read_slot(place / "case")
        said = (place / ERRORS).read_text(errors="replace").strip().splitlines()[-1:]
        keeper.keep(index, _ending(code), "".join(said)[:300], data)
        report.tally.failed += 1
        first, ends = index + 1, ends + 1


def fuzz(name: str, cases: int, seed: int, folder: Path, tell: Callable[[str], object] = _tell) -> Report:
    """Try so many cases of a target.

    Args:
        seed: the same seed and corpus give the same cases.
        folder: for what is found.
        tell: is told in a line what is found.
    """
    report, target = Report(name), TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="se-fuzz-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as place:
        _work(report, target, range(cases), seed, Path(place), _Keeper(report, folder, tell))
    return report
