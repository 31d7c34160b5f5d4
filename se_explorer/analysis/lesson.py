"""The lesson's equations worked out with the numbers of one block of one trace, for one channel (equations 2 to 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from se_explorer.analysis.circuits import gate_circuit, hidden_circuit
from se_explorer.analysis.lesson_numbers import Places, ShownSum, exact_sum, places_for, rounded, shown_sum
from se_explorer.blocks import FoundBlock
from se_explorer.engine import BlockTrace

__all__ = [
    "WorkedScale",
    "WorkedSqueeze",
    "cells_of",
    "function_of",
    "strongest_unit",
    "worked_gate",
    "worked_scale",
    "worked_squeeze",
    "worked_unit",
]

SIDE = 8  # cells a row, at most: more cannot be read
TERMS = 4  # that are written out


def cells_of(values: np.ndarray) -> np.ndarray:
    """A map (H, W) in at most 8 x 8 cells, each the sum of its values: the map itself where it is no larger."""
    wide = values.astype(np.float64)
    edges = [np.linspace(0, side, min(side, SIDE) + 1).round().astype(int)[:-1] for side in wide.shape]
    sums: np.ndarray = np.add.reduceat(np.add.reduceat(wide, edges[0], axis=0), edges[1], axis=1)
    return sums


def function_of(module: nn.Module | None) -> Callable[[float], float]:
    """An activation or gate function of a block for one number, in float64; None leaves the number as it is."""

    def call(value: float) -> float:
        with torch.inference_mode():
            return float(module(torch.tensor([value], dtype=torch.float64))) if module is not None else value

    return call


@dataclass(frozen=True)
class WorkedSqueeze:
    """Equation 2 for one channel.

    Attributes:
        cells: sums of the map's values, at most 8 x 8 of them; single values where the map is small.
        count: H W.
        z: the engine's.
        largest: of the map; what a maximum squeeze takes.
        kind: "average", "max" or "average + max"; other squeezes have no worked equation.
        places: of the cells and of z.
    """

    cells: np.ndarray
    count: int
    z: float
    largest: float
    kind: str
    places: Places

    @property
    def total(self) -> float:
        """The sum of the cells as they are shown."""
        return exact_sum(self.cells.ravel().tolist(), self.places.operands)

    @property
    def by_hand(self) -> float:
        """z worked out from what is shown."""
        return _squeezed(self.kind, self.total / self.count, rounded(self.largest, self.places.operands))


def _squeezed(kind: str, mean: float, largest: float) -> float:
    return {"average": mean, "max": largest, "average + max": 0.5 * mean + 0.5 * largest}[kind]


def worked_squeeze(block: BlockTrace, channel: int) -> WorkedSqueeze | None:
    """Equation 2; None where the block squeezes in a way of its own.

    Raises:
        TraceError: the trace did not keep the block's maps.
    """
    kind = block.block.facts.squeeze
    if kind not in ("average", "max", "average + max"):
        return None
    values = block.kept_maps[channel]
    cells = cells_of(values)
    z, largest, count = float(block.squeeze[channel]), float(values.max()), values.size

    def by_hand(places: int) -> float:
        mean = exact_sum(cells.ravel().tolist(), places) / count
        return _squeezed(kind, mean, rounded(largest, places))

    return WorkedSqueeze(cells, count, z, largest, kind, places_for(z, by_hand, 3))


def strongest_unit(block: BlockTrace, found: FoundBlock, channel: int) -> int | None:
    """The hidden unit that adds most to a gate's sum, or takes most from it; None for a block without hidden units."""
    circuit = gate_circuit(block, found.adapter.layers(found.module), channel)
    return circuit.terms[0].index if circuit.source == "hidden" else None


def worked_unit(block: BlockTrace, found: FoundBlock, unit: int) -> ShownSum:
    """The first half of equation 3: the squeezed channels that go into one hidden unit.

    Raises:
        BlockError: the block has no such unit.
    """
    circuit = hidden_circuit(block, found.adapter.layers(found.module), unit)
    function = function_of(found.adapter.parts(found.module).activation)
    return shown_sum(circuit, circuit.total, float(block.hidden[unit]), function, TERMS)


def worked_gate(block: BlockTrace, found: FoundBlock, channel: int) -> ShownSum:
    """The second half of equation 3: the hidden units that make one gate; its value is s.

    Raises:
        BlockError: the block has no such channel.
    """
    circuit = gate_circuit(block, found.adapter.layers(found.module), channel)
    function = function_of(found.adapter.parts(found.module).gate)
    total = float(block.preactivation[channel])
    return shown_sum(circuit, total, float(block.gates[channel]), function, TERMS)


@dataclass(frozen=True)
class WorkedScale:
    """Equation 4 at one place of one channel's map.

    Attributes:
        row, column: of the place, from 0.
        u, s, x: the map's value there, the gate as applied, and their product.
        places: of u and s, and of x.
    """

    row: int
    column: int
    u: float
    s: float
    x: float
    places: Places

    @property
    def by_hand(self) -> float:
        """x~ worked out from what is shown."""
        return rounded(self.u, self.places.operands) * rounded(self.s, self.places.operands)


def worked_scale(block: BlockTrace, channel: int, row: int, column: int) -> WorkedScale:
    """Equation 4.

    Raises:
        TraceError: the trace did not keep the block's maps.
    """
    u, s = float(block.kept_maps[channel, row, column]), float(block.applied[channel])
    x = float(block.scaled_maps[channel, row, column])
    places = places_for(x, lambda digits: rounded(u, digits) * rounded(s, digits), 4)
    return WorkedScale(row, column, u, s, x, places)
