"""From an ablation over data to what the claim on the last stage needs."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.analysis.claims import Removal
from se_explorer.analysis.data_sweep_record import DataSweep

__all__ = ["removal_in"]


def removal_in(sweep: DataSweep, blocks: Sequence[str]) -> Removal | None:
    """Top-1 accuracy with and without some blocks, bypassed together; None where that was not measured.

    Args:
        blocks: in running order.
    """
    for row in sweep.of_mode("off"):
        if row.blocks == tuple(blocks):
            change = row.difference.accuracy
            return Removal("top-1", sweep.accuracy, row.right / sweep.count, -change.high, -change.low)
    return None
