"""Conductance of the gates: how much of the logit's change from the mean-coloured picture came through each gate.

While the picture fades in from the mean-coloured one, each gate moves; conductance is the gradient of the logit by the
gate times that movement, summed along the way. It is what captum's ``LayerConductance`` gives at a gate's module, for
all blocks in one walk and with the trapezoid rule. The maps u carry the rest of the change, so that the sums promise no
completeness; the steps are doubled until the blocks' sums stand still.

Source: Dhamdhere et al., How important is a neuron?, arXiv:1805.12233.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from se_explorer.analysis.attribution import GateAttribution, watched_class
from se_explorer.analysis.attribution_steps import Progress, Steps
from se_explorer.engine.differentiable import DifferentiableNetwork, Probe, told_kindly
from se_explorer.images import Picture

__all__ = ["CAP", "gate_conductance"]

FIRST = 8  # steps to begin with
CAP = 128
SHARE = 0.02  # of the largest block's sum by which a block's sum may still change
A_TURN = 8  # points of one step of work

#: By share of the way: gates and gradients of each block, float64 (C,).
_Seen = dict[float, tuple[list[np.ndarray], list[np.ndarray]]]


def _rows(tensors: Iterable[Tensor], row: int) -> list[np.ndarray]:
    return [values.detach()[row].double().cpu().numpy() for values in tensors]


def _gate_gradients(probe: Probe, batch: Tensor, target: int) -> tuple[list[Tensor], list[Tensor]]:
    """The gates (N, C) of each block, and the gradients of the logit by them."""
    gates: list[Tensor] = []

    def take(_module: nn.Module, _args: Any, s: Tensor) -> None:
        gates.append(s)

    handles = [gate.register_forward_hook(take) for gate in probe.gates]
    try:
        logits = probe(batch)
    finally:
        for handle in handles:
            handle.remove()
    found = torch.autograd.grad(logits[:, target].sum(), gates, allow_unused=True)
    return gates, [torch.zeros_like(s) if one is None else one for s, one in zip(gates, found, strict=True)]


def _look(network: DifferentiableNetwork, probe: Probe, batch: Tensor, shares: list[float], target: int) -> _Seen:
    """The points at those shares of the way, in passes that memory has room for."""
    seen: _Seen = {}
    for start in range(0, len(shares), network.rows):
        part = shares[start : start + network.rows]
        weights = torch.tensor(part, device=batch.device, dtype=batch.dtype).view(-1, 1, 1, 1)
        with told_kindly(network.engine.network.id), torch.enable_grad():
            gates, gradients = _gate_gradients(probe, (weights * batch).requires_grad_(), target)
        for row, share in enumerate(part):
            seen[share] = _rows(gates, row), _rows(gradients, row)
    return seen


def _sums(seen: Mapping[float, tuple[list[np.ndarray], list[np.ndarray]]]) -> list[np.ndarray]:
    """The trapezoid rule over the points seen: mean gradient of two neighbours times what the gate moved."""
    points = [seen[share] for share in sorted(seen)]
    sums = [np.zeros_like(values) for values in points[0][0]]
    for (gates, gradients), (next_gates, next_gradients) in pairwise(points):
        for place in range(len(sums)):
            mean = (gradients[place] + next_gradients[place]) / 2
            sums[place] = sums[place] + mean * (next_gates[place] - gates[place])
    return sums


def gate_conductance(
    network: DifferentiableNetwork, picture: Picture, target: int, *, share: float = SHARE, cap: int = CAP
) -> Steps[GateAttribution]:
    """Conductance of every gate of every block.

    Args:
        share: see ``SHARE``.
        cap: the most steps.

    Raises:
        TraceError: there is no such class, or the network cannot be differentiated.
    """
    watched_class(network, target)
    probe, batch = network.probe(), network.engine.inputs([picture])
    seen: _Seen = {}
    steps, drift = FIRST, float("inf")
    before: np.ndarray | None = None
    while True:
        missing = [place / steps for place in range(steps + 1) if place / steps not in seen]
        for start in range(0, len(missing), A_TURN):
            seen.update(_look(network, probe, batch, missing[start : start + A_TURN], target))
            yield Progress(min(len(seen), cap), cap)
        sums = _sums(seen)
        totals = np.array([values.sum() for values in sums])
        if before is not None:
            drift = float(np.abs(totals - before).max() / max(float(np.abs(totals).max()), 1e-12))
        if drift <= share or 2 * steps > cap:
            break
        before, steps = totals, 2 * steps
    return GateAttribution(
        target,
        dict(zip(network.engine.channels, sums, strict=True)),
        None,
        steps,
        drift if np.isfinite(drift) else None,
    )
