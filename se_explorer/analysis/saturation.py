"""Gates at an end of their range, and gates that never move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from se_explorer.engine import BlockTrace

__all__ = ["GateStates", "gate_states"]

OPEN = 0.99
SHUT = 0.01
STILL = 0.01


@dataclass(frozen=True)
class GateStates:
    """Channels of one block, sorted.

    Attributes:
        open: applied gate of at least 0.99 for this picture.
        shut: applied gate of a size of at most 0.01 for this picture; one of -0.5 lets through its map, turned over.
        dead: gate, before any edit, whose standard deviation over the data set is below 0.01: it is the same for
            every picture. None where nobody has measured it.
        silent: hidden units that are 0 for this picture, so that they add nothing to any gate.
    """

    open: tuple[int, ...]
    shut: tuple[int, ...]
    dead: tuple[int, ...] | None
    silent: tuple[int, ...]


def _where(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.flatnonzero(mask))


def gate_states(block: BlockTrace, deviations: np.ndarray | None) -> GateStates:
    """Sort a block's gates by their state. Those of an edited block are the gates that were applied.

    Args:
        deviations: of each gate over a data set, (C,); None where unknown.
    """
    return GateStates(
        open=_where(block.applied >= OPEN),
        shut=_where(np.abs(block.applied) <= SHUT),
        dead=None if deviations is None else _where(deviations < STILL),
        silent=_where(block.hidden == 0),
    )
