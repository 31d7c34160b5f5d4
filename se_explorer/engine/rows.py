"""Many edit plans for one picture in one pass: batch by batch, each a batch that grows at the SE blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import FoundBlock
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.finite import finite
from se_explorer.engine.gates import GateSources
from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.engine.resume import EXACT, ROWS, Keeper, ResumeCache, prefix_keys
from se_explorer.engine.row_plans import RowPlan, arrange, sparse, split
from se_explorer.engine.row_runner import RowRunner
from se_explorer.engine.visiting import Visitor
from se_explorer.errors import TraceError

__all__ = ["ROW_BYTES", "Layout", "PlainRows", "Question", "RowBatch", "SharedRows", "row_answerer"]

ROW_BYTES = 256 * 2**20
PICTURES = 16  # side by side at most; more make no pass faster
PLAIN_PICTURES = 8  # where plans do not share


@dataclass(frozen=True, eq=False)
class Question:
    """One picture and the plans to run it under.

    Attributes:
        plans: fitted to the network.
        about: the engine's serial and the picture's digest, which the memory's moments are kept under.
        begin: gives the network's input, (1, 3, H, W).
        bound: bytes that a batch may need.
        memory: where to look for moments and to keep them; None for one that lasts as long as the question.
    """

    plans: Sequence[EditPlan]
    sources: GateSources
    about: tuple[int, str]
    begin: Callable[[], Tensor]
    bound: int
    memory: ResumeCache | None = None


@dataclass(frozen=True, eq=False)
class RowBatch:
    """The answers of one batch.

    Attributes:
        numbers: of the plans that it answers.
        logits: (plans, classes), float32.
        forwards: what it cost, in forward passes of one picture by multiply-adds.
        shared: whether plans shared rows; else every plan went all the way.
    """

    numbers: tuple[int, ...]
    logits: np.ndarray
    forwards: float
    shared: bool


@dataclass(frozen=True, eq=False)
class Layout:
    """Plans laid out once, to be run on many batches of pictures.

    Attributes:
        pictures: that one run takes at most.
        run: takes (N, 3, H, W) on the device; gives logits (plans, N, classes) and what they cost, in forward passes of
            one picture by multiply-adds.
    """

    pictures: int
    run: Callable[[Tensor], tuple[Tensor, float]]


class SharedRows:
    """One pass: plans share their rows up to where they part.

    Args:
        blocks: names of the network's SE blocks, in running order.
    """

    def __init__(self, runner: RowRunner, blocks: Sequence[str]) -> None:
        self._runner = runner
        self._blocks = blocks
        self._places = {name: place for place, name in enumerate(blocks)}

    def answers(self, question: Question) -> Iterator[RowBatch]:
        """Batch by batch; between two of them nothing runs, so that leaving off costs nothing."""
        memory = ResumeCache(ROW_BYTES) if question.memory is None else question.memory
        plans = [sparse(plan, self._places) for plan in question.plans]
        for numbers in split(plans, self._runner.measured.peaks, question.bound):
            way = arrange([plans[number] for number in numbers], self._blocks)
            logits, begun = self._run(way, question, numbers[0], memory)
            worked = list(zip(way.lengths, self._runner.measured.shares, strict=True))[begun:]
            yield RowBatch(tuple(numbers), logits, sum(rows * share for rows, share in worked), True)

    def layout(self, plans: Sequence[EditPlan], sources: GateSources, bound: int) -> Layout:
        """As many pictures at once as leave all plans in one pass; a single one, batch by batch, if none do."""
        ordered, measured = [sparse(plan, self._places) for plan in plans], self._runner.measured
        pictures = PICTURES
        while pictures and len(split(ordered, measured.peaks, bound // pictures)) > 1:
            pictures //= 2
        if not pictures:
            return Layout(1, lambda batch: self._answered(Question(plans, sources, (0, ""), lambda: batch, bound)))
        way = arrange(ordered, self._blocks)
        cost = sum(rows * share for rows, share in zip(way.lengths, measured.shares, strict=True))

        def run(batch: Tensor) -> tuple[Tensor, float]:
            logits = self._runner.run_pictures(way, sources, batch)
            return logits[torch.tensor(way.rows, device=logits.device)], cost * len(batch)

        return Layout(pictures, run)

    def _answered(self, question: Question) -> tuple[Tensor, float]:
        """One picture's logits (plans, 1, classes), and what they cost."""
        batches = list(self.answers(question))
        order = [number for batch in batches for number in batch.numbers]
        logits = torch.cat([torch.from_numpy(batch.logits) for batch in batches])
        return logits[torch.tensor(order).argsort()][:, None], sum(batch.forwards for batch in batches)

    def _run(self, way: RowPlan, question: Question, first: int, memory: ResumeCache) -> tuple[np.ndarray, int]:
        """The logits, one row a plan, and how many segments of the network were passed over."""
        exact, own = (
            prefix_keys(*question.about, kind, question.plans[first], self._blocks, question.sources)
            for kind in (EXACT, ROWS)
        )
        known = [key for pair in zip(exact, own, strict=True) for key in pair]
        start = memory.find(known[: 2 * (way.trunk + 1)])
        keeper = Keeper(memory.share, None if start is None else start.block)
        with torch.inference_mode():
            output = self._runner.run(way, question.sources, question.begin, start, keeper)
            logits = finite(output[torch.tensor(way.rows, device=output.device)].float().cpu().numpy())
        memory.keep((own[moment.block], moment) for moment in keeper.moments())
        return logits, 0 if start is None else start.block + 1


class PlainRows:
    """The slow way, for networks whose batch cannot grow: every plan is run on its own.

    Attributes:
        why: what stands in the way of one pass.
    """

    def __init__(
        self, runner: NetworkGraph | HookedNetwork, sites: Sequence[FoundBlock], blocks: Sequence[str], why: str
    ) -> None:
        self.why = why
        self._runner = runner
        self._sites = sites
        self._blocks = blocks

    def answers(self, question: Question) -> Iterator[RowBatch]:
        """Plan by plan."""
        with torch.inference_mode():
            picture = question.begin()
        for number, plan in enumerate(question.plans):
            edits = [plan.of_block(block) for block in self._blocks]
            with torch.inference_mode():
                logits = self._runner.run(picture, Visitor(self._sites, edits, question.sources, None))
            yield RowBatch((number,), finite(logits.float().cpu().numpy()), 1.0, False)

    def layout(self, plans: Sequence[EditPlan], sources: GateSources, bound: int) -> Layout:
        """Plan by plan, each on all pictures; ``bound`` is not heeded, since nobody knows what a picture needs."""
        edits = [[plan.of_block(block) for block in self._blocks] for plan in plans]

        def run(batch: Tensor) -> tuple[Tensor, float]:
            visitors = [Visitor(self._sites, each, sources, None) for each in edits]
            return torch.stack([self._runner.run(batch, visit) for visit in visitors]), float(len(plans) * len(batch))

        return Layout(PLAIN_PICTURES, run)


def row_answerer(
    runner: NetworkGraph | HookedNetwork, sites: Sequence[FoundBlock], blocks: Sequence[str], example: Tensor
) -> SharedRows | PlainRows:
    """What answers questions about one network: in one pass if its batch can grow.

    Args:
        example: (2, 3, H, W), two different pictures, to see how the network's values depend on the batch.
    """
    if isinstance(runner, HookedNetwork):
        return PlainRows(runner, sites, blocks, "It runs through hooks.")
    try:
        return SharedRows(RowRunner(runner, sites, example), blocks)
    except TraceError as error:
        return PlainRows(runner, sites, blocks, str(error))
