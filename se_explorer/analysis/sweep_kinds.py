"""Which plans a sweep runs: every kind of sweep is a list of edit plans.

    leave-one-out           each block edited alone
    keep-one                every block edited but one
    stages                  all blocks of one stage
    pairs                   each block alone, then each two blocks
    channels:SE_5_3         every channel of one block alone
    channels:SE_5_3:32      its 32 channels whose maps the edit would change most
    cumulative:front        the first block, the first two, ... (back: the last, the last two, ...)
    cumulative:greedy       always the block more whose loss changes the answer least

"Edited" is bypassed (``off``) unless another mode is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np

from se_explorer.engine import Block, EditPlan, Mode, Trace
from se_explorer.engine.edits import MAX_GATE
from se_explorer.errors import EditPlanError
from se_explorer.language import later

__all__ = ["SweepKind", "channel_gates", "strongest", "sweep_plans"]

KindName = Literal["leave-one-out", "keep-one", "stages", "pairs", "channels", "cumulative"]
Order = Literal["front", "back", "greedy"]
REMEDY = later(
    "Write leave-one-out, keep-one, stages, pairs, channels:SE_5_3, channels:SE_5_3:32 or cumulative:greedy."
)


@dataclass(frozen=True)
class SweepKind:
    """A kind of sweep.

    Attributes:
        block: whose channels, for channels.
        top: how many channels; None takes all.
        order: of cumulative removal.
    """

    name: KindName
    block: str = ""
    top: int | None = None
    order: Order = "front"

    @staticmethod
    def parse(text: str) -> SweepKind:
        """Read the text form.

        Raises:
            EditPlanError: it is no kind of sweep.
        """
        name, *details = text.split(":")
        if name == "channels" and 1 <= len(details) <= 2 and details[0]:
            if len(details) == 1:
                return SweepKind("channels", details[0])
            if re.fullmatch(r"[1-9][0-9]{0,5}", details[1], re.ASCII):
                return SweepKind("channels", details[0], int(details[1]))
        for order in get_args(Order):
            if name == "cumulative" and details in ([order], [] if order == "front" else [order]):
                return SweepKind("cumulative", order=order)
        for known in ("leave-one-out", "keep-one", "stages", "pairs"):
            if text == known:
                return SweepKind(known)
        raise EditPlanError(later("a kind of sweep"), repr(text[:80]), REMEDY)

    def __str__(self) -> str:
        if self.name == "channels":
            return f"channels:{self.block}" + ("" if self.top is None else f":{self.top}")
        return f"cumulative:{self.order}" if self.name == "cumulative" else self.name


def sweep_plans(kind: SweepKind, blocks: Sequence[Block], mode: Mode, plan: EditPlan) -> tuple[EditPlan, ...]:
    """The plans of a sweep over blocks.

    Args:
        blocks: the network's, in running order.
        mode: what is done to a block.
        plan: what is edited besides, in every row.

    Raises:
        EditPlanError: for channels and greedy removal, whose plans depend on the picture.
    """
    names = [block.name for block in blocks]
    match kind.name:
        case "leave-one-out":
            sets: list[tuple[str, ...]] = [(name,) for name in names]
        case "keep-one":
            sets = [tuple(other for other in names if other != name) for name in names]
        case "stages":
            stages = sorted({block.stage for block in blocks})
            sets = [tuple(block.name for block in blocks if block.stage == stage) for stage in stages]
        case "pairs":
            sets = [(name,) for name in names] + list(combinations(names, 2))
        case "cumulative" if kind.order == "front":
            sets = [tuple(names[: count + 1]) for count in range(len(names))]
        case "cumulative" if kind.order == "back":
            sets = [tuple(names[-count - 1 :]) for count in range(len(names))]
        case _:
            raise EditPlanError(later("a kind of sweep whose plans do not depend on the picture"), str(kind), REMEDY)
    return tuple(_edited(plan, names, mode) for names in sets)


def _edited(plan: EditPlan, names: Sequence[str], mode: Mode) -> EditPlan:
    for name in names:
        plan = plan.with_mode(name, mode)
    return plan


def channel_gates(mode: Mode, count: int, means: np.ndarray | None) -> np.ndarray:
    """The gate that a mode sets for each channel of a block, (count,).

    Args:
        means: the gates' means over a data set; None where nobody has measured them.

    Raises:
        EditPlanError: the mode says nothing of single channels, or there are no means.
    """
    match mode.kind:
        case "off":
            return np.ones(count)
        case "zero":
            return np.zeros(count)
        case "constant":
            return np.full(count, mode.value)
        case "mean" if means is not None:
            if not 0 <= means.min() <= means.max() <= MAX_GATE:
                raise EditPlanError(
                    later("mean gates between 0 and {most} for single channels", most=f"{MAX_GATE:g}"),
                    later("{low} to {high}", low=f"{means.min():g}", high=f"{means.max():g}"),
                    later("Use the mode mean for whole blocks, or another one."),
                )
            return means.astype(np.float64)
        case "mean":
            raise EditPlanError(
                later("mean gates of this network"),
                later("a network for which none were measured"),
                later("Use another mode."),
            )
    raise EditPlanError(later("off, mean, zero or constant:V for channels"), str(mode), later("Use another mode."))


def strongest(trace: Trace, block: str, gates: np.ndarray, top: int) -> list[int]:
    """The channels whose maps x~ a change of gates would change most: |new gate - gate| times the root mean square
    of u. In order of channels."""
    measured = trace.block(block)
    change = np.abs(gates - measured.applied) * np.sqrt(measured.energy)
    return sorted(int(channel) for channel in np.argsort(-change, kind="stable")[:top])
