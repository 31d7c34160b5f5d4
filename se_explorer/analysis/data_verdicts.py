"""What an ablation over data says of one block: does it matter, and does it matter that it answers to the picture?

Bypassing a block (``off``) takes its channel weights and their dependence on the picture away. Fixing the gates at
their means over a data set (``mean``) takes only the dependence away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from se_explorer.analysis.correlation import spearman
from se_explorer.analysis.data_sweep_record import Contrast, DataRow, DataSweep

__all__ = ["Dependence", "Verdict", "agreement_of_rankings", "dependence_of"]

#: ``dependence``: with fixed gates the accuracy is another. ``weights``: it is not, but bypassed it is. ``neither``:
#: in neither mode is it. All at the 5 % level, after Holm.
Verdict = Literal["dependence", "weights", "neither"]


@dataclass(frozen=True)
class Dependence:
    """A block bypassed and with fixed gates.

    Attributes:
        off, mean: its rows.
        contrast: ``mean`` less ``off``.
    """

    off: DataRow
    mean: DataRow
    contrast: Contrast

    @property
    def verdict(self) -> Verdict:
        """See ``Verdict``. What is not significant was not seen, which does not show that it is not there."""
        if self.mean.difference.significant:
            return "dependence"
        return "weights" if self.off.difference.significant else "neither"


def dependence_of(sweep: DataSweep, block: str) -> Dependence | None:
    """A block alone in both modes; None where the sweep has not got them side by side."""
    alone = {row.mode: row for row in sweep.rows if row.blocks == (block,)}
    for contrast in sweep.contrasts:
        if contrast.blocks == (block,) and (contrast.mode, contrast.against) == ("mean", "off"):
            return Dependence(alone["off"], alone["mean"], contrast) if {"off", "mean"} <= alone.keys() else None
    return None


def agreement_of_rankings(
    sweep: DataSweep, mode: str, changes: Sequence[float], measure: Literal["accuracy", "loss"]
) -> float | None:
    """Spearman's rank correlation of what blocks cost over the data with what they cost for one picture.

    Args:
        mode: whose rows are compared; they must be as many as the changes, block by block.
        changes: of the watched class's logit for the one picture, a fall negative.
        measure: over the data; a fall of accuracy or a rise of the loss is a cost.
    """
    rows = sweep.of_mode(mode)
    if len(rows) != len(changes):
        return None
    sign = 1 if measure == "accuracy" else -1
    return spearman([sign * getattr(row.difference, measure).value for row in rows], list(changes))
