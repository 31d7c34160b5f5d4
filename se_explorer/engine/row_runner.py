"""Runs of a batch that grows at the SE blocks, and what is measured once for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from se_explorer.blocks import FoundBlock
from se_explorer.engine.folding import folded, with_shortcuts
from se_explorer.engine.fusing import fused
from se_explorer.engine.gates import GateSources, edited_rows
from se_explorer.engine.graph import Arrive, NetworkGraph
from se_explorer.engine.growth import Kind, grown, scaled
from se_explorer.engine.leaning import lean
from se_explorer.engine.observing import observe
from se_explorer.engine.resume import Moment
from se_explorer.engine.row_plans import RowPlan
from se_explorer.engine.steps import Program, Step, Values

__all__ = ["Measured", "RowRunner"]

ROWS_AHEAD = 8  # for how many rows oneDNN lays weights out; other numbers run as well
FOLD_TOLERANCE = 3e-6  # of the largest logit, for one picture: a third of what may be promised for any plan


@dataclass(frozen=True)
class Measured:
    """What one picture's way through a network is made of, segment by segment: before the first block, after each.

    Attributes:
        kinds: by block, of all values that are alive there.
        shares: of the network's multiply-adds; they add up to 1.
        peaks: bytes that one row needs at most.
    """

    kinds: tuple[Mapping[str, Kind], ...]
    shares: tuple[float, ...]
    peaks: tuple[int, ...]


class RowRunner:
    """A traced network made ready for batches that grow.

    Args:
        graph: of the network.
        sites: its SE blocks in running order.
        example: (2, 3, H, W), of two different pictures.

    Attributes:
        measured: see ``Measured``.
        is_folded, is_fused: whether batch norms are folded into convolutions; whether convolutions run as oneDNN's
            operations, and those of the SE blocks as products. They are if that moves no logit of the example by more
            than 3e-6 of the largest.

    Raises:
        TraceError: the network's values do not have one row a picture.
    """

    def __init__(self, graph: NetworkGraph, sites: Sequence[FoundBlock], example: Tensor) -> None:
        self._sites = sites
        self._program = Program(with_shortcuts(graph.program.steps))
        seen = observe(lambda batch, arrive, after: self._output(batch, after, arrive), example)
        shares = self._shares(example[:1])
        self._program, self.is_folded, self.is_fused = self._cheapest(graph.program.steps, example[:1], seen.output)
        self.measured = Measured(seen.kinds, shares, seen.peaks)

    def _cheapest(self, steps: Sequence[Step], picture: Tensor, expected: Tensor) -> tuple[Program, bool, bool]:
        """The program of the fewest steps that answers as the network does, and whether it is folded and fused."""
        exact, sizes = self._program, dict[str, Sequence[int]]()

        def take_down(values: Values) -> None:
            maps = {name: value for name, value in values.items() if isinstance(value, Tensor) and value.dim() == 4}
            sizes.update({name: (ROWS_AHEAD, *value.shape[1:]) for name, value in maps.items()})

        plain = folded(steps)
        if not self._answers(Program(with_shortcuts(plain)), picture, expected, take_down):
            return exact, False, False
        folded_program, own = self._program, self._sites
        self._sites = lean(own)
        if self._answers(Program(with_shortcuts(fused(plain, sizes))), picture, expected):
            return self._program, True, True
        self._sites = own
        return folded_program, True, False

    def _answers(
        self, program: Program, picture: Tensor, expected: Tensor, after: Callable[[Values], None] | None = None
    ) -> bool:
        """Take a program, and see whether it answers as the network does."""
        self._program = program
        with torch.inference_mode():
            logits = self._output(picture, after)
        largest = expected.abs().amax().clamp_min(torch.finfo(logits.dtype).tiny)
        return bool((logits - expected).abs().amax() / largest <= FOLD_TOLERANCE)

    def run(
        self, plan: RowPlan, sources: GateSources, begin: Callable[[], Tensor], start: Moment | None, arrive: Arrive
    ) -> Tensor:
        """Logits, one row for each row of the plan's last fork.

        Args:
            begin: gives the picture, (1, 3, H, W), if the run has no moment to start from.
            start: a moment before or at the plan's first fork.
            arrive: sees what is alive at the blocks that the batch passes as a single row.
        """

        def at_block(step: Step, values: Values) -> None:
            place = step.block
            assert place is not None
            if place <= plan.trunk:
                arrive(place, values)
            self._pass(step, values, plan, sources, 1)

        values = {self._program.steps[0].name: begin()} if start is None else dict(start.alive)
        output: Tensor = self._program.run(values, at_block, None if start is None else start.block)
        return output

    def run_pictures(self, plan: RowPlan, sources: GateSources, batch: Tensor) -> Tensor:
        """The same for several pictures at once: the batch grows by as many rows as there are pictures.

        Args:
            batch: (N, 3, H, W).

        Returns:
            Logits (rows of the plan's last fork, N, classes).
        """
        output: Tensor = self._program.run(
            {self._program.steps[0].name: batch},
            lambda step, values: self._pass(step, values, plan, sources, len(batch)),
        )
        return output.view(len(plan.forks[-1].edits), len(batch), *output.shape[1:])

    def _pass(self, step: Step, values: Values, plan: RowPlan, sources: GateSources, pictures: int) -> None:
        """One SE block: excite, let the batch grow, edit and scale."""
        assert step.block is not None
        site, fork = self._sites[step.block], plan.forks[step.block]
        u, *shortcut = (values[node.name] for node in step.args)
        s: Tensor = grown(site.adapter.excite(site.module, u).s, "rows", fork.parents, pictures)
        edits = [edit for edit in fork.edits for _ in range(pictures)]
        gates = edited_rows(edits, s, [sources] * len(edits))
        values[step.name] = self._scaled(site, u, gates, fork.parents, shortcut, pictures)
        if fork.parents:
            for name, kind in self.measured.kinds[step.block].items():
                if name not in self._program.frees[step.block]:
                    values[name] = grown(values[name], kind, fork.parents, pictures)

    @staticmethod
    def _scaled(
        site: FoundBlock,
        u: Tensor,
        gates: Tensor,
        parents: Sequence[int],
        shortcut: Sequence[Tensor],
        pictures: int = 1,
    ) -> Tensor:
        added = shortcut[0] if shortcut else None
        if added is not None and added.shape != u.shape:  # the sum is one that broadcasts
            other: Tensor = grown(added, "rows", parents, pictures)
            return scaled(site.adapter, u, gates, parents, pictures=pictures) + other
        return scaled(site.adapter, u, gates, parents, added, pictures)

    def _output(
        self, batch: Tensor, after: Callable[[Values], None] | None = None, arrive: Arrive | None = None
    ) -> Any:
        """The network's output for a batch that does not grow."""

        def at_block(step: Step, values: Values) -> None:
            assert step.block is not None
            if arrive is not None:
                arrive(step.block, values)
            site = self._sites[step.block]
            u, *shortcut = (values[node.name] for node in step.args)
            values[step.name] = self._scaled(site, u, site.adapter.excite(site.module, u).s, (), shortcut)

        return self._program.run({self._program.steps[0].name: batch}, at_block, after=after)

    def _shares(self, picture: Tensor) -> tuple[float, ...]:
        reached: list[int] = []
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            self._output(picture, arrive=lambda _place, _values: reached.append(counter.get_total_flops()))
            total = counter.get_total_flops()
        parts = [after - before for before, after in zip([0, *reached], [*reached, total], strict=True)]
        return tuple(part / max(1, total) for part in parts)
