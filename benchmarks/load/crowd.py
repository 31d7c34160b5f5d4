"""A crowd on a server: one person alone, then all at once, and what became of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.load.memory import Watch, resident, slope
from benchmarks.load.visitor import Took, Visitor, visitors
from benchmarks.server import Server
from benchmarks.session import Session
from se_explorer.engine import Engine

__all__ = ["Kind", "Load", "Soak", "measure_load", "measure_soak"]

SETTLE = 3.0  # seconds after the sessions' time has run out
Report = Callable[[str], None]


@dataclass(frozen=True)
class Kind:
    """One kind of action, in seconds; ``alone`` is the median of one session alone."""

    kind: str
    count: int
    alone: float
    median: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Load:
    """What a crowd found. Memory in MiB: of the server ``before``, after a first crowd had filled the caches; at its
    ``peak``; and ``after`` all sessions had ended."""

    sessions: int
    left_midway: int
    seconds: float
    kinds: tuple[Kind, ...]
    faults: tuple[str, ...]
    fresh: float
    before: float
    peak: float
    after: float

    @property
    def back(self) -> bool:
        """Whether memory came back to within 10 % of what it was."""
        return self.after <= 1.1 * self.before

    def as_json(self) -> dict[str, Any]:
        """Plain values under keys that stay."""
        return asdict(self) | {"memory_back_within_10_percent": self.back}


@dataclass(frozen=True)
class Soak:
    """A soak: crowd after crowd of new sessions. ``slope``: MiB a minute over its second half."""

    actions: int
    sessions: int
    seconds: float
    faults: tuple[str, ...]
    before: float
    peak: float
    after: float
    slope: float

    def as_json(self) -> dict[str, Any]:
        """Plain values under keys that stay."""
        return asdict(self)


def _all_at_once(crowd: Sequence[Visitor], address: str, begun: float, go_on: Callable[[], bool]) -> None:
    threads = [threading.Thread(target=each.visit, args=(address, begun, go_on), daemon=True) for each in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _kinds(alone: Iterable[Took], crowd: Iterable[Took]) -> tuple[Kind, ...]:
    lone, found = list(alone), list(crowd)
    kinds = []
    for kind in dict.fromkeys(took.kind for took in found):
        seconds = [took.seconds for took in found if took.kind == kind]
        single = [took.seconds for took in lone if took.kind == kind]
        middle, p95, p99 = (float(each) for each in np.percentile(seconds, (50, 95, 99)))
        kinds.append(Kind(kind, len(seconds), float(np.median(single)), middle, p95, p99))
    return tuple(kinds)


def _settled(server: Server, ttl: float) -> float:
    """Memory once what ended sessions held is let go: Streamlit does it when their time is over and another ends."""
    time.sleep(ttl + SETTLE)
    for _turn in range(2):
        with Session(server.address, "tables") as session:
            session.run()
        time.sleep(ttl + SETTLE)
    return resident(server.process)


def measure_load(engine: Engine, server: Server, sessions: int, ttl: float, report: Report, looks: float = 0.0) -> Load:
    """One alone, a crowd that fills the caches, and the crowd that is measured.

    Args:
        ttl: seconds for which the server keeps a session whose connection is gone.
        looks: seconds between two actions of a session in the crowd that is measured; see ``Visitor``.
    """
    fresh = resident(server.process)
    report("working out what must be seen")
    lone = visitors(engine, range(1, 4))
    first = visitors(engine, range(10, 10 + sessions))
    crowd = visitors(engine, range(1000, 1000 + sessions), looks)
    for each in lone:
        report(f"one session alone, {each.number} of {len(lone)}")
        each.visit(server.address, time.perf_counter())
    report(f"a first crowd of {sessions}, which fills the caches")
    _all_at_once(first, server.address, time.perf_counter(), lambda: True)
    before = _settled(server, ttl)
    report(f"{sessions} sessions at once")
    begun = time.perf_counter()
    with Watch(server.process) as watch:
        _all_at_once(crowd, server.address, begun, lambda: True)
        seconds = time.perf_counter() - begun
    after = _settled(server, ttl)
    return Load(
        sessions=sessions,
        left_midway=sum(each.leaves for each in crowd),
        seconds=seconds,
        kinds=_kinds((took for each in lone[1:] for took in each.took), (took for each in crowd for took in each.took)),
        faults=tuple(fault for each in (*lone, *first, *crowd) for fault in each.faults),
        fresh=fresh,
        before=before,
        peak=watch.peak,
        after=after,
    )


def measure_soak(
    engine: Engine, server: Server, sessions: int, ttl: float, done: Callable[[int, float], bool], report: Report
) -> Soak:
    """Crowd after crowd, each of new sessions with new pictures, until enough was done.

    Args:
        done: whether so many actions, and seconds, are enough.
    """
    begun, actions, held, faults, before = time.perf_counter(), 0, 0, [], resident(server.process)

    def go_on() -> bool:
        return not done(actions, time.perf_counter() - begun)

    with Watch(server.process) as watch:
        while go_on():
            crowd = visitors(engine, range(10_000 + held, 10_000 + held + sessions))
            _all_at_once(crowd, server.address, begun, go_on)
            held += sessions
            actions += sum(len(each.took) for each in crowd)
            faults += [fault for each in crowd for fault in each.faults]
            report(f"{actions} actions, {len(faults)} faults, {resident(server.process):.0f} MiB")
        seconds = time.perf_counter() - begun
    after = _settled(server, ttl)
    return Soak(actions, held, seconds, tuple(faults), before, watch.peak, after, slope(watch.seen))
