"""Several pictures, each under a plan of its own, as rows of one batch.

A row that can be taken up from a kept moment joins the batch at that block; the others are there from the beginning or
from an earlier block. Rows do not touch each other, so each gives what it gives alone, up to what another number of
rows changes in the order of additions (1e-4 of the largest value).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import FoundBlock
from se_explorer.engine.edits import BlockEdit
from se_explorer.engine.gates import GateSources, edited_rows
from se_explorer.engine.graph import Arrive, NetworkGraph
from se_explorer.engine.growth import joined, row_of
from se_explorer.engine.measure import Measures
from se_explorer.engine.observing import Growable, observe
from se_explorer.engine.results import BlockArrays
from se_explorer.engine.resume import Key, Moment, ResumeCache
from se_explorer.engine.steps import Program, Step, Values

__all__ = ["Row", "RowRun", "Together"]


@dataclass(frozen=True, eq=False)
class Row:
    """One picture under one plan.

    Attributes:
        begin: gives the network's input, (1, 3, H, W).
        edits: one an SE block, in running order.
        sources: where they take gates from.
        keep: places of the blocks whose maps are wanted.
        known: keys of moments that it may be taken up from, the last one first choice.
        own: keys of its own moments, one an SE block.
    """

    begin: Callable[[], Tensor]
    edits: Sequence[BlockEdit]
    sources: GateSources
    keep: Collection[int]
    known: Sequence[Key]
    own: Sequence[Key]


@dataclass(frozen=True, eq=False)
class RowRun:
    """What one row gave: logits (1, classes), all blocks, and the block at which it joined (None: in full)."""

    logits: np.ndarray
    blocks: tuple[BlockArrays, ...]
    resumed: int | None


class Together:
    """A traced network made ready for batches of different pictures and plans.

    Args:
        sites: its SE blocks in running order.
        example: (2, 3, H, W), of two different pictures.

    Raises:
        TraceError: the network's values do not have one row a picture.
    """

    def __init__(self, graph: NetworkGraph, sites: Sequence[FoundBlock], example: Tensor) -> None:
        self._program = graph.program
        self._sites = sites
        self.growable = observe(self._shown, example)

    def _shown(self, batch: Tensor, arrive: Arrive, after: Callable[[Values], None]) -> Tensor:
        def at_block(step: Step, values: Values) -> None:
            assert step.block is not None
            arrive(step.block, values)
            values[step.name] = step.call(values[step.inputs[0]])

        output: Tensor = self._program.run({self._program.steps[0].name: batch}, at_block, after=after)
        return output

    def run(self, rows: Sequence[Row], memory: ResumeCache | None) -> list[RowRun]:
        """All rows, in their order; what they pass is kept in the memory for later runs."""
        starts = [_start(row, memory) for row in rows]
        order = sorted(range(len(rows)), key=lambda number: -1 if (start := starts[number]) is None else start.block)
        batch = _Batch(
            self._program,
            self._sites,
            self.growable,
            [rows[number] for number in order],
            [starts[number] for number in order],
            0 if memory is None else memory.share // len(rows),
        )
        found = batch.run()
        if memory is not None:
            memory.keep(batch.moments(found))
        back = dict(zip(order, found, strict=True))
        return [back[number] for number in range(len(rows))]


def _start(row: Row, memory: ResumeCache | None) -> Moment | None:
    if memory is None:
        return None
    return memory.find(row.known, lambda moment: moment.says_all(row.keep))


def _last_that_fit(held: Sequence[int], capacity: int) -> int:
    """From which block on all moments fit into a number of bytes."""
    place = len(held)
    while place and held[place - 1] <= capacity:
        place -= 1
        capacity -= held[place]
    return place


def _wanting(rows: Sequence[Row], starts: Sequence[Moment | None]) -> dict[int, list[int]]:
    """By block, the rows whose maps are to be kept there."""
    numbers: dict[int, list[int]] = {}
    for number, (row, start) in enumerate(zip(rows, starts, strict=True)):
        for place in row.keep:
            if start is None or place >= start.block:
                numbers.setdefault(place, []).append(number)
    return numbers


class _Batch:
    """One run.

    Args:
        rows, starts: what to run and where each row is taken up, those from the beginning first, then by block.
        capacity: bytes of moments that may be kept of each row.
    """

    def __init__(
        self,
        program: Program,
        sites: Sequence[FoundBlock],
        growable: Growable,
        rows: Sequence[Row],
        starts: Sequence[Moment | None],
        capacity: int,
    ) -> None:
        self._program = program
        self._sites = sites
        self._kinds = growable.kinds
        self._rows = rows
        self._starts = starts
        self._here = 0
        self._kept_from = _last_that_fit(growable.held, capacity)
        self._taken: list[tuple[int, int, Mapping[str, object]]] = []
        self._wanting = _wanting(rows, starts)
        self._measures = Measures(True, self._wanting.keys(), self._wanting)

    def run(self) -> list[RowRun]:
        """Run the batch; one result a row."""
        first = self._starts[0]
        values: Values = {}
        with torch.inference_mode():
            if first is None:
                whole = [row for row, start in zip(self._rows, self._starts, strict=True) if start is None]
                values = {self._program.steps[0].name: joined([row.begin() for row in whole], "rows")}
                self._here = len(whole)
            else:
                self._join(first.block, values)
            output = self._program.run(values, self._at_block, None if first is None else first.block)
            logits, measured = self._measures.finish(output)
        return [self._result(number, logits, measured) for number in range(len(self._rows))]

    def _at_block(self, step: Step, values: Values) -> None:
        place = step.block
        assert place is not None
        self._join(place, values)
        if place >= self._kept_from:
            self._take_down(place, values)
        rows = self._rows[: self._here]
        site, u = self._sites[place], values[step.inputs[0]]
        excitation = site.adapter.excite(site.module, u)
        edits = [row.edits[place] for row in rows]
        applied = edited_rows(edits, excitation.s, [row.sources for row in rows])
        self._measures.add(place, site.adapter, u, excitation, applied)
        if all(edit.bypasses for edit in edits):
            values[step.name] = u.clone() if step.overwritten else u
        else:
            values[step.name] = site.adapter.scale(u, applied)

    def _join(self, place: int, values: Values) -> None:
        """Let the rows in whose moments are at this block."""
        joining = []
        for start in self._starts[self._here :]:
            if start is None or start.block != place:
                break
            joining.append(start.alive)
        if joining:
            parts = [dict(values), *joining] if self._here else joining
            for name, kind in self._kinds[place].items():
                values[name] = joined([part[name] for part in parts], kind)
            self._here += len(joining)

    def _take_down(self, place: int, values: Values) -> None:
        for number in range(self._here):
            start = self._starts[number]
            if start is None or start.block != place:  # else it is kept already
                alive = {name: row_of(values[name], kind, number) for name, kind in self._kinds[place].items()}
                self._taken.append((number, place, alive))

    def _result(self, number: int, logits: np.ndarray, measured: Sequence[BlockArrays]) -> RowRun:
        row, start = self._rows[number], self._starts[number]
        first = self._starts[0]
        offset = 0 if first is None else first.block
        begun = 0 if start is None else start.block
        own = [self._of_row(number, place, measured[place - offset]) for place in range(begun, offset + len(measured))]
        before = () if start is None else start.before(row.keep)
        return RowRun(_copied(logits, number), (*before, *own), None if start is None else start.block)

    def _of_row(self, number: int, place: int, batch: BlockArrays) -> BlockArrays:
        """One row's part, which holds on to none of the others."""
        arrays = {name: _copied(values, number) for name, values in batch.arrays.items() if name != "maps"}
        wanting = self._wanting.get(place, [])
        if batch.maps is not None and number in wanting:
            arrays["maps"] = _copied(batch.maps, wanting.index(number))
        return BlockArrays(**arrays)

    def moments(self, found: Sequence[RowRun]) -> list[tuple[Key, Moment]]:
        """What was taken down, under the rows' own keys."""
        return [
            (self._rows[number].own[place], Moment(place, alive, found[number].blocks[:place]))
            for number, place, alive in self._taken
        ]


def _copied(values: np.ndarray, number: int) -> np.ndarray:
    row = values[number : number + 1].copy()
    row.setflags(write=False)
    return row
