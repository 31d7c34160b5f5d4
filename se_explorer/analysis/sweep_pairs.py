"""What a sweep over pairs of blocks says: each pair beside its two blocks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from se_explorer.analysis.sweep_effects import SweepRow
from se_explorer.analysis.sweeps import Sweep
from se_explorer.errors import EditPlanError
from se_explorer.language import later

__all__ = ["Pair", "interactions", "pairs_of"]


@dataclass(frozen=True)
class Pair:
    """Two blocks.

    Attributes:
        earlier, later: their names, in running order.
        first, second: what each changed alone.
        both: what they changed together; its ``interaction`` is its logit delta less the sum of the others'.
    """

    earlier: str
    later: str
    first: SweepRow
    second: SweepRow
    both: SweepRow

    @property
    def interaction(self) -> float:
        """Change of the watched class's logit beyond the sum of the two."""
        return self.both.target_logit_delta - self.first.target_logit_delta - self.second.target_logit_delta


def pairs_of(sweep: Sweep, blocks: Sequence[str]) -> tuple[Pair, ...]:
    """All pairs of a sweep of the kind pairs, in its order.

    Args:
        blocks: names of the network's blocks, in running order.

    Raises:
        EditPlanError: it is a sweep of another kind, or of another network.
    """
    count = len(blocks)
    if sweep.kind != "pairs" or len(sweep.rows) != count * (count + 1) // 2:
        raise EditPlanError(
            later("a sweep over the pairs of {count} blocks", count=count),
            later("{count} rows of {kind}", count=len(sweep.rows), kind=sweep.kind),
            later("Sweep pairs."),
        )
    alone = dict(zip(blocks, sweep.rows[:count], strict=True))
    couples = zip(combinations(blocks, 2), sweep.rows[count:], strict=True)
    return tuple(Pair(one, two, alone[one], alone[two], row) for (one, two), row in couples)


def interactions(pairs: Sequence[Pair], blocks: Sequence[str]) -> np.ndarray:
    """The pairs' interactions as a symmetric matrix (blocks, blocks), in logits; NaN on the diagonal."""
    places = {name: place for place, name in enumerate(blocks)}
    matrix = np.full((len(blocks), len(blocks)), np.nan)
    for pair in pairs:
        one, two = places[pair.earlier], places[pair.later]
        matrix[one, two] = matrix[two, one] = pair.interaction
    return matrix
