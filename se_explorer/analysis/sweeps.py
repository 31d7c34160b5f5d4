"""Sweeps: what each of many edits changes in the answer to one picture, in one pass where the network allows it.

A sweep is an intervention on a trained network, not the paper's ablation, which trains a network anew without the
block: the layers after a block were trained with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from se_explorer.analysis.sweep_effects import Baseline, SweepRow, effects_of
from se_explorer.analysis.sweep_kinds import SweepKind, channel_gates, strongest, sweep_plans
from se_explorer.engine import EditPlan, Engine, Mode, ResumeCache
from se_explorer.engine.rows import ROW_BYTES
from se_explorer.errors import TraceError
from se_explorer.images import Picture
from se_explorer.language import later

__all__ = ["Sweep", "SweepPart", "Sweeper"]

Donors = Mapping[str, Mapping[str, np.ndarray]]
GREEDY_MEMORY = 256 * 2**20
ROW_SIZE = 1536  # bytes of a row with its plan; tests hold it against what Python counts


@dataclass(frozen=True, eq=False)
class Sweep:
    """The effects of many edits on the answer to one picture.

    Attributes:
        model, weights, device: what ran, and where.
        kind, mode: of the sweep, in text form.
        plan: what was edited in every row, and in the baseline.
        baseline: the answer without the rows' edits.
        rows: in the order of the sweep's kind; greedy removal in the order in which blocks were taken.
        seconds: that it took.
        forward_equivalents: what it cost in forward passes of one picture, counted in multiply-adds.
        shared: whether the rows shared one pass; else each went through the whole network.
    """

    model: str
    weights: str
    device: str
    kind: str
    mode: str
    plan: EditPlan
    baseline: Baseline
    rows: tuple[SweepRow, ...]
    seconds: float
    forward_equivalents: float
    shared: bool

    @property
    def size(self) -> int:
        """Bytes that it holds, estimated from above."""
        return self.baseline.logits.nbytes + ROW_SIZE * (1 + len(self.rows))


@dataclass(frozen=True, eq=False)
class SweepPart:
    """What one batch of a sweep gave.

    Attributes:
        rows: by their place in the sweep.
        done, total: rows so far, and in all.
        forward_equivalents: of this batch.
    """

    baseline: Baseline
    rows: Mapping[int, SweepRow]
    done: int
    total: int
    forward_equivalents: float
    shared: bool


class Sweeper:
    """A sweep ready to run, part by part.

    Args:
        kind: see ``sweep_kinds.py``; also in text form.
        mode: what is done to a block or channel; also in text form.
        plan: what is edited besides.
        target: index of the class to watch; None watches the class that the baseline answers.
        donors: gates by block name, by donor key.
        bound: bytes that a batch may need; the fewer, the more parts. Greedy removal takes no heed of it.

    Raises:
        EditPlanError: kind, mode or plan cannot be read or do not fit.
        TraceError: there is no such class.
    """

    def __init__(
        self,
        engine: Engine,
        picture: Picture,
        kind: SweepKind | str = "leave-one-out",
        *,
        mode: Mode | str = "off",
        plan: EditPlan | str = "",
        target: int | None = None,
        donors: Donors | None = None,
        bound: int = ROW_BYTES,
    ) -> None:
        self.engine = engine
        self.picture = picture
        self.kind = SweepKind.parse(kind) if isinstance(kind, str) else kind
        self.mode = Mode.parse(mode) if isinstance(mode, str) else mode
        self.plan = engine.fit(plan)
        self.target = target
        self._donors = donors or {}
        self._bound = bound
        if target is not None and not 0 <= target < len(engine.network.labels):
            classes = len(engine.network.labels)
            raise TraceError(
                later("a class, 0 to {last}", last=classes - 1), str(target), later("Choose another class.")
            )
        if self.kind.block:
            engine.found(self.kind.block)

    def parts(self) -> Iterator[SweepPart]:
        """Run it; the baseline is known with the first part. Whoever stops asking for parts has cancelled it."""
        if self.kind.order == "greedy":
            return self._greedy()
        return self._listed(self._plans())

    def run(
        self,
        report: Callable[[int, int], None] = lambda _done, _total: None,
        through: Callable[[Callable[[], SweepPart | None]], SweepPart | None] = lambda step: step(),
    ) -> Sweep:
        """All of it.

        Args:
            report: called with (rows done, rows in all) after each part; what it raises ends the sweep.
            through: works out one part by calling what it is given, such as in a worker's line.
        """
        started = time.perf_counter()
        rows: dict[int, SweepRow] = {}
        forwards = 0.0
        parts = self.parts()
        last: SweepPart | None = None
        while (part := through(lambda: next(parts, None))) is not None:
            last = part
            rows.update(part.rows)
            forwards += part.forward_equivalents
            report(part.done, part.total)
        assert last is not None  # the baseline is always there
        network = self.engine.network
        return Sweep(
            model=network.id,
            weights=network.weights,
            device=str(self.engine.device),
            kind=str(self.kind),
            mode=str(self.mode),
            plan=self.plan,
            baseline=last.baseline,
            rows=tuple(rows[place] for place in sorted(rows)),
            seconds=time.perf_counter() - started,
            forward_equivalents=forwards,
            shared=last.shared,
        )

    def _plans(self) -> Sequence[EditPlan]:
        if self.kind.name != "channels":
            return sweep_plans(self.kind, self.engine.blocks, self.mode, self.plan)
        block = self.kind.block
        count = self.engine.channels[block]
        means = self.engine.network.gate_means.get(block)
        gates = channel_gates(self.mode, count, means)
        channels: Sequence[int] = range(count)
        if self.kind.top is not None and self.kind.top < count:
            trace = self.engine.trace(self.picture, self.plan, donors=self._donors)
            channels = strongest(trace, block, gates, self.kind.top)
        return [self.plan.with_channel(block, channel, float(gates[channel])) for channel in channels]

    def _listed(self, plans: Sequence[EditPlan]) -> Iterator[SweepPart]:
        """Plans that are known beforehand, with the baseline as the first; it comes in the first batch."""
        rows: dict[EditPlan, SweepRow] = {}
        baseline: Baseline | None = None
        done = 0
        for batch in self.engine.rows(self.picture, [self.plan, *plans], donors=self._donors, bound=self._bound):
            if baseline is None:
                baseline = self._baseline(batch.logits[batch.numbers.index(0)])
            found = {
                number - 1: row
                for number, row in zip(batch.numbers, effects_of(baseline, batch.logits), strict=True)
                if number
            }
            told = {place: replace(row, edits=plans[place]) for place, row in found.items()}
            rows.update({row.edits: row for row in told.values()})
            if self.kind.name == "pairs":
                told = {place: self._with_interaction(row, rows) for place, row in told.items()}
            done += len(told)
            yield SweepPart(baseline, told, done, len(plans), batch.forwards, batch.shared)

    def _with_interaction(self, row: SweepRow, rows: Mapping[EditPlan, SweepRow]) -> SweepRow:
        """A pair's effect less the sum of its blocks' own. These are known: plans that edit less come earlier."""
        names = [edit.block for edit in row.edits.edits if self.plan.of_block(edit.block) != edit]
        if len(names) != 2:
            return row
        alone = sum(rows[self.plan.with_mode(name, self.mode)].target_logit_delta for name in names)
        return replace(row, interaction=row.target_logit_delta - alone)

    def _greedy(self) -> Iterator[SweepPart]:
        """Round by round: of the blocks left, the one whose removal leaves the answer nearest to the baseline."""
        memory = ResumeCache(GREEDY_MEMORY) if self.engine.memory is None else self.engine.memory
        plan, left = self.plan, list(self.engine.channels)
        baseline: Baseline | None = None
        total = len(left)
        for done in range(total):
            plans = [plan.with_mode(name, self.mode) for name in left]
            asked = plans if baseline is not None else [*plans, plan]
            batches = list(self.engine.rows(self.picture, asked, donors=self._donors, memory=memory))
            logits = np.empty((len(asked), batches[0].logits.shape[1]), np.float32)
            for batch in batches:
                logits[list(batch.numbers)] = batch.logits
            if baseline is None:
                baseline = self._baseline(logits[-1])
            rows = effects_of(baseline, logits[: len(plans)])
            best = int(np.argmin([row.kl for row in rows]))
            plan = plans[best]
            left.pop(best)
            forwards = sum(batch.forwards for batch in batches)
            yield SweepPart(
                baseline, {done: replace(rows[best], edits=plan)}, done + 1, total, forwards, batches[0].shared
            )

    def _baseline(self, logits: np.ndarray) -> Baseline:
        return Baseline.of(logits, self.engine.network.labels, self.target)
