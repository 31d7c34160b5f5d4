"""How the work grows: a sweep with the number of SE blocks, the tracing of a data set with the number of pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch

from benchmarks.effort import Effort
from benchmarks.results import Findings, Growth, growth
from benchmarks.sweep import hooked_loop, one_pass, plans_of
from benchmarks.timing import interleave
from se_explorer.engine import Engine
from se_explorer.images import Preprocessing, open_sample, samples
from se_explorer.models import DEFAULT_MODEL, Network, open_network
from se_explorer.models.seresnet import SEResNet

__all__ = ["measure_growth"]

PLANES, CLASSES, SIZE = 16, 10, 224
BATCH = 8  # pictures a run of a data set
STAGES = 4


def _deep(blocks: int, device: str | None) -> Engine:
    """Our own SE-ResNet with as many units in each of its four stages, a quarter of the paper's width."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = SEResNet((blocks // STAGES,) * STAGES, PLANES, CLASSES, 16).eval().requires_grad_(False)
    labels = tuple(str(number) for number in range(CLASSES))
    name = f"SE-ResNet of {blocks} blocks"
    return Engine(Network(name, name, module, Preprocessing(SIZE), labels, labels, "random:0"), device)


def _by_size(makers: Mapping[int, Callable[[], object]], runs: int) -> dict[int, list[float]]:
    seconds = interleave({str(size): run for size, run in makers.items()}, runs)
    return {int(size): taken for size, taken in seconds.items()}


def _deeper_networks(effort: Effort, device: str | None) -> list[Growth]:
    """Networks of the same kind with more blocks: a forward pass grows with them, and so do the rows of a sweep."""
    picture = open_sample("church")
    engines = {blocks: _deep(blocks, device) for blocks in effort.depths}
    ours = {n: one_pass(engine, picture, plans_of(engine, "leave-one-out")) for n, engine in engines.items()}
    loops = {n: hooked_loop(engine, picture) for n, engine in engines.items()}
    rivals = {f"ours {n}": run for n, run in ours.items()} | {f"loop {n}": run for n, run in loops.items()}
    seconds = interleave(rivals, effort.sweeps)
    forwards = {n: [run()[1]] for n, run in ours.items()}
    network, number = f"SE-ResNets of {PLANES} planes", "SE blocks"
    return [
        growth("leave-one-out", network, number, "seconds", {n: seconds[f"ours {n}"] for n in ours}),
        growth("hooked loop", network, number, "seconds", {n: seconds[f"loop {n}"] for n in loops}),
        growth("leave-one-out", network, number, "forward equivalents", forwards),
    ]


def _more_blocks(engine: Engine, effort: Effort) -> list[Growth]:
    """The same network, some of whose blocks are left out in turn, evenly spread from the first to the last."""
    picture, total = open_sample("church"), len(engine.blocks)
    counts = [count for count in (2, 4, 8, 16, 32) if count <= total]
    runs = {}
    for count in counts:
        places = np.linspace(0, total - 1, count).round().astype(int)
        blocks = tuple(engine.blocks[place] for place in places)
        runs[count] = one_pass(engine, picture, plans_of(engine, "leave-one-out", blocks))
    seconds = _by_size(runs, effort.sweeps)
    forwards = {count: [run()[1]] for count, run in runs.items()}
    what, number = "leave-one-out of some blocks", "SE blocks"
    return [
        growth(what, engine.network.id, number, "seconds", seconds),
        growth(what, engine.network.id, number, "forward equivalents", forwards),
    ]


def _more_pictures(engine: Engine, effort: Effort) -> list[Growth]:
    """A data set's pictures through ``Engine.run``, batch by batch, from decoded pixels to all measurements."""
    known = [open_sample(sample.id) for sample in samples()]

    def traced(count: int) -> Callable[[], float]:
        pictures = [known[place % len(known)] for place in range(count)]

        def run() -> float:
            total = 0.0
            for begin in range(0, count, BATCH):
                found = engine.run(engine.prepare(pictures[begin : begin + BATCH]), statistics=True)
                total += float(found.blocks[-1].gates.sum())
            return total

        return run

    seconds = _by_size({count: traced(count) for count in effort.pictures}, effort.sweeps)
    each = {count: [second / count for second in taken] for count, taken in seconds.items()}
    network, what, number = engine.network.id, f"tracing a data set in batches of {BATCH}", "pictures"
    return [
        growth(what, network, number, "seconds", seconds),
        growth(what, network, number, "seconds a picture", each),
    ]


def measure_growth(effort: Effort, device: str | None) -> Findings:
    """Sweeps against blocks, data sets against pictures."""
    found = _deeper_networks(effort, device)
    engine = Engine(open_network(DEFAULT_MODEL), device)
    return Findings(growth=tuple(found + _more_blocks(engine, effort) + _more_pictures(engine, effort)))
