"""Leaving blocks out, beside what people would use instead and beside what the multiply-adds allow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from captum.attr import LayerFeatureAblation
from torch import Tensor, nn

from benchmarks.effort import Effort
from benchmarks.peers import plain
from benchmarks.results import Findings, ratio
from benchmarks.timing import interleave
from se_explorer.analysis import SweepKind
from se_explorer.analysis.sweep_kinds import sweep_plans
from se_explorer.engine import Block, EditPlan, Engine, Mode
from se_explorer.images import Picture, open_sample

__all__ = ["hooked_loop", "measure_pairs", "measure_sweep", "one_pass", "plans_of"]

BATCH = 8  # of the plain forward pass whose speed gives the multiply-add bound
AGREEMENT = 1e-4  # of the largest logit: rivals in a race must come to the same place


def plans_of(engine: Engine, kind: str, blocks: tuple[Block, ...] | None = None) -> list[EditPlan]:
    """The baseline's plan and those of a sweep over all blocks, or over some."""
    plans = sweep_plans(SweepKind.parse(kind), blocks or engine.blocks, Mode("off"), EditPlan())
    return [EditPlan(), *plans]


def one_pass(engine: Engine, picture: Picture, plans: list[EditPlan]) -> Callable[[], tuple[np.ndarray, float]]:
    """Ours: the logits, a row a plan, and what they cost in forward passes of one picture."""

    def run() -> tuple[np.ndarray, float]:
        logits = np.empty((len(plans), 0), np.float32)
        forwards = 0.0
        for batch in engine.rows(picture, plans):
            if not logits.size:
                logits = np.empty((len(plans), batch.logits.shape[1]), np.float32)
            logits[list(batch.numbers)] = batch.logits
            forwards += batch.forwards
        return logits, forwards

    return run


def _pass_on(_module: nn.Module, args: tuple[Tensor, ...], _output: Tensor) -> Tensor:
    return args[0]


def hooked_loop(engine: Engine, picture: Picture) -> Callable[[], np.ndarray]:
    """The usual way: a forward pass a block, with a hook that gives the block's input for its output."""
    modules = [engine.found(name).module for name in engine.channels]

    def run() -> np.ndarray:
        with torch.inference_mode():
            batch = engine.inputs([picture])
            answers = [engine.network.module(batch)]
            for module in modules:
                handle = module.register_forward_hook(_pass_on)
                try:
                    answers.append(engine.network.module(batch))
                finally:
                    handle.remove()
            logits: np.ndarray = torch.cat(answers).float().cpu().numpy()
        return logits

    return run


def _captum(engine: Engine, picture: Picture) -> Callable[[], list[Tensor]]:
    """captum's layer ablation, with 1 in the place of all of a block's gates.

    For each layer it runs the network three times: for the layer's output, for the answer, and for the ablated answer.
    """
    sites = [engine.found(name) for name in engine.channels]

    def run() -> list[Tensor]:
        batch = engine.inputs([picture])
        effects = []
        with torch.inference_mode():
            for site in sites:
                ablation = LayerFeatureAblation(engine.network.module, site.adapter.parts(site.module).gate)
                mask = torch.zeros(1, dtype=torch.long, device=batch.device)
                effects.append(ablation.attribute(batch, layer_baselines=1.0, target=0, layer_mask=mask))
        return effects

    return run


def _check_agreement(ours: np.ndarray, loop: np.ndarray, effects: list[Tensor]) -> None:
    """That all rivals give the same: the loop all logits, captum what the first class lost by each block."""
    bound = AGREEMENT * np.abs(loop).max()
    lost = np.array([float(effect.flatten()[0]) for effect in effects])
    gaps = np.abs(ours - loop).max(), np.abs(lost - (ours[0, 0] - ours[1:, 0])).max()
    if max(gaps) > bound:
        raise AssertionError(f"the rivals' answers differ by {gaps}, more than {bound}: no ratio would mean anything")


def _eight(engine: Engine, picture: Picture) -> Callable[[], Tensor]:
    return plain(engine.network.module, engine.inputs([picture] * BATCH))


def measure_sweep(engine: Engine, effort: Effort) -> Findings:
    """Leave-one-out against the loop, captum, and the bound: its multiply-adds at the speed of a plain batch of 8."""
    picture = open_sample("church")
    ours = one_pass(engine, picture, plans_of(engine, "leave-one-out"))
    loop, captum = hooked_loop(engine, picture), _captum(engine, picture)
    logits, forwards = ours()
    _check_agreement(logits, loop(), captum())
    rivals = {
        "leave-one-out": ours,
        "hooked loop": loop,
        "captum LayerFeatureAblation": captum,
        "plain batch of 8": _eight(engine, picture),
    }
    seconds = interleave(rivals, effort.sweeps)
    seconds["multiply-add bound"] = [second * forwards / BATCH for second in seconds["plain batch of 8"]]
    peers = ("hooked loop", "captum LayerFeatureAblation", "multiply-add bound")
    return Findings(ratios=tuple(ratio(engine.network.id, seconds, peer, "leave-one-out") for peer in peers))


def measure_pairs(engine: Engine, effort: Effort) -> Findings:
    """All blocks and all pairs against as many plain forward passes (one is measured) and against the bound."""
    picture = open_sample("church")
    plans = plans_of(engine, "pairs")
    ours = one_pass(engine, picture, plans)
    forwards = ours()[1]
    rivals = {
        "pairs": ours,
        "plain forward": plain(engine.network.module, engine.inputs([picture])),
        "plain batch of 8": _eight(engine, picture),
    }
    seconds = interleave(rivals, max(1, effort.sweeps // 2))
    seconds["as many plain forwards"] = [second * len(plans) for second in seconds["plain forward"]]
    seconds["multiply-add bound"] = [second * forwards / BATCH for second in seconds["plain batch of 8"]]
    peers = ("as many plain forwards", "multiply-add bound")
    return Findings(ratios=tuple(ratio(engine.network.id, seconds, peer, "pairs") for peer in peers))
