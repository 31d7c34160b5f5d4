"""Thirty-two sessions' requests at once, beside the same one after another and beside threads that know of no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.effort import Effort
from benchmarks.results import Findings, ratio
from benchmarks.timing import Rival, interleave
from benchmarks.toggles import MEMORY
from se_explorer.engine import Engine, ResumeCache, Worker
from se_explorer.images import Picture, open_sample, samples
from se_explorer.images.picture import digest_of

__all__ = ["measure_crowd"]

SESSIONS = 32


def pictures(count: int) -> list[Picture]:
    """That many different pictures: the samples, each moved sideways a little further from one round to the next."""
    found = []
    for number in range(count):
        sample = open_sample(samples()[number % len(samples())].id)
        pixels = np.ascontiguousarray(np.roll(sample.pixels, 3 * (number // len(samples())), axis=1))
        found.append(Picture(pixels, sample.name, sample.format, digest_of(pixels)))
    return found


def _requests(engine: Engine, seen: Sequence[Picture]) -> list[tuple[Picture, str]]:
    """A picture and a block to switch off for each session."""
    names = list(engine.channels)
    return [(picture, f"{names[number % len(names)]}=off") for number, picture in enumerate(seen)]


def _together(worker: Worker, asked: Sequence[tuple[Picture, str]]) -> Callable[[], object]:
    def run() -> object:
        futures = [worker.trace(picture, plan, client=client) for client, (picture, plan) in enumerate(asked)]
        return [future.result() for future in futures]

    return run


def _one_by_one(engine: Engine, asked: Sequence[tuple[Picture, str]]) -> Callable[[], object]:
    return lambda: [engine.trace(picture, plan) for picture, plan in asked]


def _threads(engine: Engine, asked: Sequence[tuple[Picture, str]]) -> Callable[[], object]:
    def run() -> object:
        with ThreadPoolExecutor(len(asked)) as threads:
            return list(threads.map(lambda pair: engine.trace(*pair), asked))

    return run


def _toggling(engine: Engine, seen: Sequence[Picture]) -> tuple[Engine, Callable[[], None]]:
    """An engine that has kept every picture's unedited run, and what makes it forget all but that."""
    memory = ResumeCache(SESSIONS * MEMORY)  # enough, so that it is not measured what is forgotten
    keeping = Engine(engine.network, str(engine.device), memory=memory)
    for picture in seen:
        keeping.trace(picture)
    return keeping, lambda: memory.drop(lambda key: key[-1] != "")


def measure_crowd(engine: Engine, effort: Effort) -> Findings:
    """First looks, where every picture is new, then toggles, where each picture's unedited run is kept."""
    seen = pictures(SESSIONS)
    asked = _requests(engine, seen)
    plain = Engine(engine.network, str(engine.device))
    keeping, forget = _toggling(engine, seen)
    name = engine.network.id
    first = interleave(
        {
            "32 sessions' first looks at once": _together(plain.worker, asked),
            "one after another": _one_by_one(plain, asked),
            "32 threads at once": _threads(plain, asked),
        },
        effort.slow,
    )
    toggles = interleave(
        {
            "32 sessions' toggles at once": Rival(_together(keeping.worker, asked), forget),
            "toggles one after another": Rival(_one_by_one(keeping, asked), forget),
        },
        effort.slow,
    )
    lone = interleave(
        {
            "a lone request to the worker": lambda: plain.worker.trace(*asked[0]).result(),
            "the same trace": lambda: plain.trace(*asked[0]),
        },
        effort.forwards,
    )
    pairs = (
        (first, "one after another", "32 sessions' first looks at once"),
        (first, "32 threads at once", "32 sessions' first looks at once"),
        (toggles, "toggles one after another", "32 sessions' toggles at once"),
        (lone, "a lone request to the worker", "the same trace"),
    )
    return Findings(ratios=tuple(ratio(name, seconds, above, below) for seconds, above, below in pairs))
