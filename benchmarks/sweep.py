"""Leaving blocks out, and taking runs up again, beside what people would use instead and beside the plain forward."""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum.attr import LayerFeatureAblation
from torch import Tensor, nn

from benchmarks.timing import Ratio, interleave, ratio
from se_explorer.analysis import SweepKind
from se_explorer.analysis.sweep_kinds import sweep_plans
from se_explorer.engine import EditPlan, Engine, Mode, ResumeCache
from se_explorer.images import Picture, open_sample

__all__ = ["measure_sweeps", "measure_toggles"]

BATCH = 8  # of the plain forward pass whose speed gives the multiply-add bound
MEMORY = 512 * 2**20


def _plans(engine: Engine, kind: str) -> list[EditPlan]:
    """The baseline's plan and those of a sweep."""
    return [EditPlan(), *sweep_plans(SweepKind.parse(kind), engine.blocks, Mode("off"), EditPlan())]


def _modules(engine: Engine) -> list[nn.Module]:
    return [engine.found(name).module for name in engine.channels]


def _plain(engine: Engine, batch: Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return engine.network.module(batch)

    return run


def _hooked_loop(engine: Engine, picture: Picture) -> Callable[[], object]:
    """The usual way: a forward pass a block, with a hook that gives the block's input for its output."""

    def run() -> object:
        with torch.inference_mode():
            batch = engine.inputs([picture])
            answers = [engine.network.module(batch)]
            for module in _modules(engine):
                handle = module.register_forward_hook(lambda _module, args, _output: args[0].clone())
                try:
                    answers.append(engine.network.module(batch))
                finally:
                    handle.remove()
            return answers

    return run


def _captum(engine: Engine, picture: Picture) -> Callable[[], object]:
    """captum's layer ablation, with 1 in the place of all of a block's gates."""
    sites = [engine.found(name) for name in engine.channels]

    def run() -> object:
        batch = engine.inputs([picture])
        effects = []
        with torch.inference_mode():
            for site in sites:
                ablation = LayerFeatureAblation(engine.network.module, site.adapter.parts(site.module).gate)
                mask = torch.zeros(1, dtype=torch.long, device=batch.device)
                effects.append(ablation.attribute(batch, layer_baselines=1.0, target=0, layer_mask=mask))
        return effects

    return run


def _rows(engine: Engine, picture: Picture, plans: list[EditPlan]) -> Callable[[], float]:
    return lambda: sum(batch.forwards for batch in engine.rows(picture, plans))


def measure_sweeps(engine: Engine, runs: int) -> list[Ratio]:
    """Leave-one-out against the loop, captum and the multiply-add bound; pairs against as many plain forwards."""
    picture = open_sample("church")
    batch = engine.inputs([picture])
    eight = batch.expand(BATCH, -1, -1, -1).contiguous(memory_format=torch.channels_last)
    single, pairs = (
        _rows(engine, picture, _plans(engine, "leave-one-out")),
        _rows(engine, picture, _plans(engine, "pairs")),
    )
    forwards = single()
    seconds = interleave(
        {
            "leave-one-out": single,
            "hooked loop": _hooked_loop(engine, picture),
            "captum LayerFeatureAblation": _captum(engine, picture),
            "plain batch": _plain(engine, eight),
        },
        runs,
    )
    seconds["multiply-add bound"] = [second * forwards / BATCH for second in seconds["plain batch"]]
    two = interleave({"pairs": pairs, "plain forward": _plain(engine, batch)}, max(1, runs // 3))
    count = len(_plans(engine, "pairs"))
    two["as many plain forwards"] = [second * count for second in two["plain forward"]]
    name = engine.network.id
    peers = ("hooked loop", "captum LayerFeatureAblation", "multiply-add bound")
    return [
        *(ratio(f"{name}: {peer}", seconds, peer, "leave-one-out") for peer in peers),
        ratio(f"{name}: as many plain forwards", two, "as many plain forwards", "pairs"),
    ]


def measure_toggles(engine: Engine, runs: int) -> list[Ratio]:
    """A toggle at the first, a middle and the last block, out of a kept run, against a plain forward pass."""
    picture, memory = open_sample("church"), ResumeCache(MEMORY)
    names = list(engine.channels)
    places = {"first": names[0], "middle": names[len(names) // 2], "last": names[-1]}
    engine = Engine(engine.network, str(engine.device), memory=memory)
    engine.trace(picture)
    batch = engine.inputs([picture])

    def toggle(block: str) -> Callable[[], object]:
        def run() -> object:
            memory.drop(lambda key: key[-1] != "")  # what earlier toggles left: each begins at the unedited run
            found = engine.trace(picture, f"{block}=off")
            assert found.resumed_from == block, "the kept run is gone"
            return found

        return run

    rivals = {f"toggle at the {place} block": toggle(block) for place, block in places.items()}
    seconds = interleave({**rivals, "plain forward": _plain(engine, batch)}, runs)
    return [ratio(f"{engine.network.id}: {rival}", seconds, rival, "plain forward") for rival in rivals]
