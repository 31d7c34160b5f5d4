"""One process that tries cases of one target until it is through, or until a case ends it.

Before each case its number and bytes are put into a file that is mapped into memory: whoever started the process finds
there what ended it, be it a fault in a library's C code or the system's own limit on processor time.
"""

from __future__ import annotations

import json
import mmap
import os
import resource
import signal
import struct
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from fuzzing.mutate import LONGEST, mutated
from fuzzing.property import Finding, check, watch_for_effects
from fuzzing.targets import Target, corpus_of

__all__ = ["CASE_SECONDS", "ERRORS", "Caged", "Tally", "case_of", "read_slot", "read_tally", "work_off"]

CASE_SECONDS = 5.0  # of processor time; a sound file of the corpus takes some milliseconds
HEAD = struct.Struct("<QQ")
SLOT = HEAD.size + 4 * LONGEST
ROOM = 4 << 30  # bytes of address space beyond what the process starts with: then it is refused memory
MIB = 1 << 20
ERRORS, TOLD = "errors", "told.json"


@dataclass
class Tally:
    """What came of some cases.

    Attributes:
        values, refused, failed: cases that gave a value, that were refused as they should, and that did neither.
        slowest: seconds of processor time of the slowest case.
        growth: MiB by which the process grew at most.
        findings: index, kind and text; of each kind the first alone.
    """

    values: int = 0
    refused: int = 0
    failed: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    growth: float = 0.0
    findings: list[tuple[int, str, str]] = field(default_factory=list)


def _resident() -> int:
    """The most bytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def read_slot(path: Path) -> tuple[int, bytes]:
    """The number and the bytes of the case that was tried last."""
    data = path.read_bytes()
    index, length = HEAD.unpack_from(data)
    return index, data[HEAD.size : HEAD.size + length]


class Caged:
    """A reader whose every case is noted and bounded."""

    def __init__(self, target: Target, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.target, self._read = target, target.reader(folder)
        path = folder / "case"
        path.write_bytes(bytes(SLOT))
        with path.open("r+b") as file:
            self._slot = mmap.mmap(file.fileno(), SLOT)
        watch_for_effects()
        for data in corpus_of(target.name):  # loads what is loaded late, and grows to its usual size
            self._quietly(data)
        self.start = _resident()
        room = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (room, resource.getrlimit(resource.RLIMIT_AS)[1]))

    def _quietly(self, data: bytes) -> None:
        try:
            check(self._read, data)
        except Finding:  # found again, and counted, when it is tried as a case
            return

    def try_one(self, index: int, data: bytes) -> bool:
        """Whether it gave a value.

        Raises:
            Finding: the property does not hold.
        """
        data = data[: SLOT - HEAD.size]
        self._slot[: HEAD.size + len(data)] = HEAD.pack(index, len(data)) + data
        before = _resident()
        signal.setitimer(signal.ITIMER_PROF, CASE_SECONDS)
        try:
            given = check(self._read, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if (grown := _resident() - self.start) > self.target.memory * MIB and _resident() > before:
            raise Finding("memory", f"grew by {grown // MIB} MiB")
        return given

    @property
    def growth(self) -> float:
        """MiB."""
        return (_resident() - self.start) / MIB


def case_of(target: Target, corpus: list[bytes], seed: int, index: int) -> bytes:
    """The first cases are the corpus itself."""
    if index < len(corpus):
        return corpus[index]
    return mutated(corpus, target.form, target.tokens, f"{seed}:{index}")


def run(caged: Caged, cases: range, seed: int, say: Callable[[Tally], object]) -> Tally:
    """Try the cases; ``say`` is told now and then."""
    tally, target = Tally(), caged.target
    corpus = list(corpus_of(target.name))
    began = time.process_time()
    for index in cases:
        data, started = case_of(target, corpus, seed, index), time.process_time()
        try:
            given = caged.try_one(index, data)
            tally.values, tally.refused = tally.values + given, tally.refused + (not given)
        except Finding as finding:
            tally.failed += 1
            if finding.kind not in {kind for _, kind, _ in tally.findings}:
                tally.findings.append((index, finding.kind, finding.text))
        tally.slowest = max(tally.slowest, time.process_time() - started)
        if index % 1000 == 999:
            tally.seconds, tally.growth = time.process_time() - began, caged.growth
            say(tally)
    tally.seconds, tally.growth = time.process_time() - began, caged.growth
    return tally


def read_tally(folder: Path) -> Tally:
    """What a worker told last; nothing where a case ended it early."""
    try:
        return Tally(**json.loads((folder / TOLD).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Tally()


def work_off(target: Target, cases: range, seed: int, folder: Path) -> None:
    """A worker's whole work, for a process of its own: it is bounded for good."""
    told = folder / TOLD
    told.unlink(missing_ok=True)
    os.dup2(os.open(folder / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")

    def say(tally: Tally) -> None:
        told.write_text(json.dumps(asdict(tally)), encoding="utf-8")

    say(run(Caged(target, folder), cases, seed, say))
