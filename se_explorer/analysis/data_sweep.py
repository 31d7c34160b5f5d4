"""Ablation over data: what blocks are worth over many labelled pictures, with intervals and tests.

An intervention on a trained network, not the paper's ablation, which trains a network anew without the block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from se_explorer.analysis.data_sweep_record import Baseline, Contrast, DataRow, DataSweep, Difference, Spread
from se_explorer.analysis.outcomes import BATCH, Outcomes, measure_outcomes
from se_explorer.analysis.paired import LEVEL, RESAMPLES, holm, mcnemar, paired_intervals
from se_explorer.analysis.pool import Pool
from se_explorer.analysis.provenance import code_version
from se_explorer.analysis.sweep_kinds import SweepKind, sweep_plans
from se_explorer.engine import EditPlan, Engine, Mode
from se_explorer.engine.rows import ROW_BYTES
from se_explorer.errors import EditPlanError
from se_explorer.images.folder import LabelledFolder
from se_explorer.language import later
from se_explorer.models.digest import weights_sha256

__all__ = ["DataSweeper", "compare_plans"]

SEED = 0  # of the bootstrap
MOST_MODES = 16


@dataclass(frozen=True)
class _Asked:
    """One comparison: a row of the outcomes less another. Those of one family are adjusted together."""

    row: int
    other: int
    family: str


def _differences(outcomes: Outcomes, asked: Sequence[_Asked], resamples: int) -> list[Difference]:
    """All comparisons, with the same resamples."""
    if not asked:
        return []
    right = outcomes.right
    pairs = [(right[each.row], right[each.other]) for each in asked]
    rights = np.stack([one.astype(np.int8) - other for one, other in pairs], axis=1)
    losses = np.stack([outcomes.losses[each.row] - outcomes.losses[each.other] for each in asked], axis=1)
    intervals = paired_intervals(np.concatenate([rights, losses], axis=1), resamples=resamples, seed=SEED)
    spreads = [Spread(value=each.value, low=each.low, high=each.high) for each in intervals]
    lost, gained = (rights < 0).sum(axis=0).tolist(), (rights > 0).sum(axis=0).tolist()
    p_values = [mcnemar(*each) for each in zip(lost, gained, strict=True)]
    adjusted = _adjusted(asked, p_values)
    return [
        Difference(
            accuracy=spreads[place],
            loss=spreads[len(asked) + place],
            lost=lost[place],
            gained=gained[place],
            p=p_values[place],
            p_holm=adjusted[place],
        )
        for place in range(len(asked))
    ]


def _adjusted(asked: Sequence[_Asked], p_values: Sequence[float]) -> list[float]:
    """Holm's adjustment, family by family."""
    adjusted = [1.0] * len(asked)
    for family in {each.family for each in asked}:
        places = [place for place, each in enumerate(asked) if each.family == family]
        for place, value in zip(places, holm([p_values[place] for place in places]), strict=True):
            adjusted[place] = value
    return adjusted


def _row(outcomes: Outcomes, number: int, mode: str, blocks: tuple[str, ...], difference: Difference) -> DataRow:
    return DataRow(
        edits=str(outcomes.plans[number]),
        blocks=blocks,
        mode=mode,
        right=int(outcomes.right[number].sum()),
        right5=outcomes.right5[number],
        loss=float(outcomes.losses[number].mean(dtype=np.float64)),
        agreeing=int((outcomes.predicted[number] == outcomes.predicted[0]).sum()),
        difference=difference,
    )


def _record(
    engine: Engine,
    folder: LabelledFolder,
    outcomes: Outcomes,
    rows: Sequence[DataRow],
    contrasts: Sequence[Contrast],
    kind: str,
    modes: Sequence[str],
    resamples: int,
) -> DataSweep:
    network, root = engine.network, f"{folder.root}/"
    return DataSweep(
        model=network.id,
        weights=network.weights,
        weights_sha256=weights_sha256(network),
        device=outcomes.device,
        code=code_version(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        data=folder.name,
        split=folder.split,
        classes=len(folder.classes),
        count=outcomes.count,
        unreadable=tuple(message.replace(root, "")[:2000] for message in outcomes.unreadable),
        kind=kind,
        modes=tuple(modes),
        baseline=Baseline(
            right=int(outcomes.right[0].sum()),
            right5=outcomes.right5[0],
            loss=float(outcomes.losses[0].mean(dtype=np.float64)),
        ),
        rows=tuple(rows),
        contrasts=tuple(contrasts),
        seconds=outcomes.seconds,
        forward_equivalents=outcomes.forwards,
        one_pass=outcomes.shared,
        resamples=resamples,
        seed=SEED,
        level=LEVEL,
    )


def compare_plans(
    engine: Engine,
    folder: LabelledFolder,
    plans: Sequence[EditPlan | str],
    *,
    batch: int = BATCH,
    bound: int = ROW_BYTES,
    resamples: int = RESAMPLES,
    report: Callable[[int, int], None] | None = None,
    pool: Pool | None = None,
) -> DataSweep:
    """Any plans over a folder, each compared with the unedited network; all plans' p-values are adjusted together.

    Args:
        plans: each is measured once; the empty one is the baseline and no row.
        batch, bound, report, pool: see ``measure_outcomes``.
        resamples: of the bootstrap.

    Raises:
        DataError: the folder's classes are not the network's, or no picture can be read.
        EditPlanError: a plan does not fit.
    """
    fitted = tuple(plan for plan in dict.fromkeys(engine.fit(plan) for plan in plans) if plan)
    outcomes = measure_outcomes(
        engine, folder, [EditPlan(), *fitted], batch=batch, bound=bound, report=report, pool=pool
    )
    asked = [_Asked(number, 0, "") for number in range(1, len(fitted) + 1)]
    rows = [
        _row(outcomes, each.row, "", tuple(edit.block for edit in outcomes.plans[each.row].edits), difference)
        for each, difference in zip(asked, _differences(outcomes, asked, resamples), strict=True)
    ]
    return _record(engine, folder, outcomes, rows, (), "", (), resamples)


class DataSweeper:
    """A sweep over data ready to run.

    Args:
        kind: see ``sweep_kinds.py``, of those whose plans do not depend on the picture; also in text form.
        modes: what is done to a block, each a side of the comparison; each mode after the first is also compared with
            the first.
        batch, bound: see ``measure_outcomes``.
        resamples: of the bootstrap.

    Raises:
        EditPlanError: kind or modes cannot be read or do not fit.
    """

    def __init__(
        self,
        engine: Engine,
        folder: LabelledFolder,
        kind: SweepKind | str = "leave-one-out",
        modes: Sequence[Mode | str] = ("off", "mean"),
        *,
        batch: int = BATCH,
        bound: int = ROW_BYTES,
        resamples: int = RESAMPLES,
    ) -> None:
        self.engine, self.folder = engine, folder
        self.kind = SweepKind.parse(kind) if isinstance(kind, str) else kind
        self.modes = tuple(dict.fromkeys(Mode.parse(mode) if isinstance(mode, str) else mode for mode in modes))
        if not 1 <= len(self.modes) <= MOST_MODES:
            raise EditPlanError(
                later("1 to {most} modes", most=MOST_MODES),
                str(len(self.modes)),
                later("Name some, such as off,mean."),
            )
        self._batch, self._bound, self._resamples = batch, bound, resamples
        self.plans = {mode: sweep_plans(self.kind, engine.blocks, mode, EditPlan()) for mode in self.modes}
        sources = engine.sources()
        for plans in self.plans.values():
            for plan in plans:
                sources.check(plan)

    def run(self, report: Callable[[int, int], None] | None = None, pool: Pool | None = None) -> DataSweep:
        """All of it, in one pass over the data; see ``measure_outcomes`` for the arguments and the errors."""
        asked = [EditPlan(), *(plan for plans in self.plans.values() for plan in plans)]
        outcomes = measure_outcomes(
            self.engine, self.folder, asked, batch=self._batch, bound=self._bound, report=report, pool=pool
        )
        count = len(self.plans[self.modes[0]])
        begins = {mode: 1 + place * count for place, mode in enumerate(self.modes)}
        against, *others = self.modes
        pairs = [
            *(_Asked(begins[mode] + place, 0, str(mode)) for mode in self.modes for place in range(count)),
            *(
                _Asked(begins[mode] + place, begins[against] + place, f"{mode} against {against}")
                for mode in others
                for place in range(count)
            ),
        ]
        found = _differences(outcomes, pairs, self._resamples)
        blocks = [self._blocks(plan) for plan in self.plans[against]]
        modes = [str(mode) for mode in self.modes]
        rows = [
            _row(outcomes, 1 + place, modes[place // count], blocks[place % count], found[place])
            for place in range(len(modes) * count)
        ]
        contrasts = [
            Contrast(blocks=blocks[place % count], mode=modes[1 + place // count], against=modes[0], difference=each)
            for place, each in enumerate(found[len(rows) :])
        ]
        return _record(self.engine, self.folder, outcomes, rows, contrasts, str(self.kind), modes, self._resamples)

    def _blocks(self, plan: EditPlan) -> tuple[str, ...]:
        edited = {edit.block for edit in plan.edits}
        return tuple(block.name for block in self.engine.blocks if block.name in edited)
