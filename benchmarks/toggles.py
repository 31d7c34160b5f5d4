"""A block switched off, taken up out of a kept run, beside a full run and beside a plain forward pass."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.effort import Effort
from benchmarks.peers import plain
from benchmarks.results import Findings, ratio
from benchmarks.timing import Rival, interleave
from se_explorer.engine import Engine, ResumeCache, Trace
from se_explorer.images import Picture, open_sample

__all__ = ["MEMORY", "measure_toggles"]

MEMORY = 256 * 2**20  # what the app gives (MOMENT_BYTES in se_explorer/ui/caches.py)


def _toggle(engine: Engine, memory: ResumeCache, picture: Picture, block: str) -> Rival:
    def before() -> None:
        memory.drop(lambda key: key[-1] != "")  # what earlier toggles left: each begins at the unedited run

    def run() -> Trace:
        found = engine.trace(picture, f"{block}=off")
        if found.resumed_from != block:
            raise AssertionError(f"the kept run is gone: this one began at {found.resumed_from}, not at {block}")
        return found

    return Rival(run, before)


def measure_toggles(engine: Engine, effort: Effort) -> Findings:
    """A toggle at the first, a middle and the last block.

    A full run is the same trace from the beginning, picture to network input included; a plain forward pass begins at
    that input and measures nothing.
    """
    picture, memory = open_sample("church"), ResumeCache(MEMORY)
    names = list(engine.channels)
    places = {"first": names[0], "middle": names[len(names) // 2], "last": names[-1]}
    keeping = Engine(engine.network, str(engine.device), memory=memory)
    keeping.trace(picture)
    toggles = {
        f"toggle at the {place} block": _toggle(keeping, memory, picture, block) for place, block in places.items()
    }
    full: Callable[[], Trace] = lambda: engine.trace(picture, f"{places['last']}=off")  # noqa: E731
    forward = plain(engine.network.module, engine.inputs([picture]))
    rivals = {**toggles, "full run": Rival(full), "plain forward": Rival(forward)}
    seconds = interleave(rivals, effort.forwards)
    against = ("plain forward", "full run")
    return Findings(
        ratios=tuple(ratio(engine.network.id, seconds, name, rival) for rival in against for name in toggles)
    )
