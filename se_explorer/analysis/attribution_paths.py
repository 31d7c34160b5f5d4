"""Integrated gradients: of the picture from the mean-coloured one, of the gates from their means over a data set.

Along a straight line from a baseline to what is explained, gradients times distance add up to the difference of the
logits (completeness). The integral is a sum over pieces of the line, each worked out by captum with four points of
Gauss and Legendre; the piece with the largest gap of its own is halved until the gaps together are a small share of
the difference, or the points run out. What is left is told, never hidden.

Source: Sundararajan et al., Axiomatic attribution for deep networks, arXiv:1703.01365.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from se_explorer.analysis.attribution import Completeness, GateAttribution, PictureAttribution, watched_class
from se_explorer.analysis.attribution_steps import Progress, Steps
from se_explorer.engine.differentiable import DifferentiableNetwork, told_kindly
from se_explorer.errors import EditPlanError
from se_explorer.images import Picture
from se_explorer.language import later

__all__ = ["CAP", "SHARE", "integrated_gates", "integrated_picture"]

POINTS = 4  # of one piece
PIECES = 4  # to begin with
CAP = 256  # points in all
SHARE = 0.02  # of the logit difference that the pieces' gaps may make up
FLOOR = 1e-4  # of the largest logit: a smaller gap is rounding, however small the difference

#: Logits (N, classes) of inputs (N, ...), each a point of the line.
Forward = Callable[..., Tensor]


@dataclass(frozen=True, eq=False)
class _Piece:
    """The line from ``low`` to ``high`` (shares of the way), its attributions and its own gap."""

    low: float
    high: float
    values: tuple[np.ndarray, ...]
    gap: float


class _Line:
    """A straight line from baselines to inputs through a function with a logit to watch."""

    def __init__(
        self, network: DifferentiableNetwork, forward: Forward, ends: Sequence[tuple[Tensor, Tensor]], target: int
    ) -> None:
        self._network, self._forward, self._ends, self._target = network, forward, ends, target
        self._captum = IntegratedGradients(forward)
        self._logits: dict[float, float] = {}
        self.largest = 0.0

    def at(self, share: float) -> tuple[Tensor, ...]:
        """The point at that share of the way; the ends themselves to the bit."""
        if share in (0.0, 1.0):
            return tuple(pair[int(share)] for pair in self._ends)
        return tuple(low + share * (high - low) for low, high in self._ends)

    def logit(self, share: float) -> float:
        """The watched logit there."""
        if share not in self._logits:
            with torch.no_grad():
                logits = self._forward(*self.at(share))[0]
            self.largest = max(self.largest, float(logits.abs().max()))
            self._logits[share] = float(logits[self._target])
        return self._logits[share]

    def piece(self, low: float, high: float) -> _Piece:
        """The attributions of one piece."""
        with told_kindly(self._network.engine.network.id), torch.enable_grad():
            found = self._captum.attribute(
                self.at(high), self.at(low), self._target, n_steps=POINTS, internal_batch_size=self._network.rows
            )
        values = tuple(part.detach()[0].double().cpu().numpy() for part in found)
        total = sum(float(part.sum()) for part in values)
        return _Piece(low, high, values, total - (self.logit(high) - self.logit(low)))


@dataclass(frozen=True, eq=False)
class _Integral:
    values: tuple[np.ndarray, ...]
    check: Completeness
    steps: int


def _integral(line: _Line, share: float, cap: int) -> Steps[_Integral]:
    """Piece by piece, and then always the worst one in two."""
    pieces: list[_Piece] = []
    for place in range(PIECES):
        pieces.append(line.piece(place / PIECES, (place + 1) / PIECES))
        yield Progress((place + 1) * POINTS, cap)
    steps = PIECES * POINTS
    difference = line.logit(1.0) - line.logit(0.0)
    bound = max(share * abs(difference), FLOOR * line.largest)
    while sum(abs(piece.gap) for piece in pieces) > bound and steps + 2 * POINTS <= cap:
        worst = max(pieces, key=lambda piece: abs(piece.gap))
        middle = (worst.low + worst.high) / 2
        pieces.remove(worst)
        pieces += [line.piece(worst.low, middle), line.piece(middle, worst.high)]
        steps += 2 * POINTS
        yield Progress(steps, cap)
    values = tuple(np.sum(parts, axis=0) for parts in zip(*(piece.values for piece in pieces), strict=True))
    total = sum(float(part.sum()) for part in values)
    return _Integral(values, Completeness(total, difference), steps)


def integrated_picture(
    network: DifferentiableNetwork, picture: Picture, target: int, *, share: float = SHARE, cap: int = CAP
) -> Steps[PictureAttribution]:
    """Integrated gradients of the seen crop from the mean-coloured picture, which is zero after preprocessing.

    Args:
        share: of the logit difference that the gaps of the pieces may make up together.
        cap: the most points.

    Raises:
        TraceError: there is no such class, or the network cannot be differentiated.
    """
    watched_class(network, target)
    probe = network.probe()
    batch = network.engine.inputs([picture])
    line = _Line(network, probe, [(torch.zeros_like(batch), batch)], target)
    found = yield from _integral(line, share, cap)
    return PictureAttribution(target, found.values[0].sum(0).astype(np.float32), found.check, found.steps)


def integrated_gates(
    network: DifferentiableNetwork,
    picture: Picture,
    target: int,
    blocks: Sequence[str] | None = None,
    *,
    share: float = SHARE,
    cap: int = CAP,
) -> Steps[GateAttribution]:
    """Integrated gradients of gates, from their means over a data set to those that this picture opened.

    With a single block the gates of later blocks answer, as they do under the edit ``mean``: its sum is then what
    that edit takes away. With all blocks, all gates move along the line together.

    Args:
        blocks: whose gates; None for all at once.

    Raises:
        BlockError: there is no such block.
        EditPlanError: nobody has measured this network's mean gates.
        TraceError: there is no such class, or the network cannot be differentiated.
    """
    watched_class(network, target)
    engine = network.engine
    names = list(engine.channels)
    for block in blocks or ():
        engine.found(block)
    chosen = [name for name in names if blocks is None or name in blocks]
    means = engine.network.gate_means
    if any(name not in means for name in chosen):
        raise EditPlanError(
            later("mean gates of this network"),
            later("a network for which none were measured"),
            later("Use another method."),
        )
    batch = engine.inputs([picture])
    opened = engine.trace(picture).gates
    ends = [
        (torch.tensor(means[name], device=engine.device)[None], torch.tensor(opened[name], device=engine.device)[None])
        for name in chosen
    ]
    probe, places = network.probe(), [names.index(name) for name in chosen]

    def forward(*gates: Tensor) -> Tensor:
        logits: Tensor = probe(batch.expand(len(gates[0]), -1, -1, -1), places, *gates)
        return logits

    found = yield from _integral(_Line(network, forward, ends, target), share, cap)
    return GateAttribution(target, dict(zip(chosen, found.values, strict=True)), found.check, found.steps)
