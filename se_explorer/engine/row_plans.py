"""Many edit plans as rows of one batch: which rows begin where, and which plans go together.

Two plans share a row up to the first block whose edits differ. The batch therefore has one row for each beginning of
a plan that is among the plans: to leave each block out in turn, one row more at each block; for a pair of blocks, one
more at the second of them, which stems from the row without the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from se_explorer.engine.edits import BlockEdit, EditPlan

__all__ = ["Fork", "RowPlan", "arrange", "sparse", "split"]

#: The edits of one plan, by running number of the block, in running order.
Sparse = tuple[tuple[int, BlockEdit], ...]


@dataclass(frozen=True)
class Fork:
    """What happens to the batch's rows at one block.

    Attributes:
        parents: for each row that is added at the end, the row that it stems from.
        edits: one a row, the added ones included.
    """

    parents: tuple[int, ...]
    edits: tuple[BlockEdit, ...]


@dataclass(frozen=True)
class RowPlan:
    """One batch's way.

    Attributes:
        forks: one an SE block.
        rows: for each plan, the row that ends as its answer.
        trunk: up to which block all plans are one row, that block's edits excluded.
    """

    forks: tuple[Fork, ...]
    rows: tuple[int, ...]
    trunk: int

    @property
    def lengths(self) -> tuple[int, ...]:
        """Rows in the batch before the first block, and after each."""
        return (1, *(len(fork.edits) for fork in self.forks))


def sparse(plan: EditPlan, places: dict[str, int]) -> Sparse:
    """A fitted plan's edits by running number of the block."""
    return tuple(sorted(((places[edit.block], edit) for edit in plan.edits), key=lambda pair: pair[0]))


def _parting(one: Sparse, two: Sparse) -> int | None:
    """The first block at which two plans differ."""
    for left, right in zip(one, two, strict=False):
        if left != right:
            return min(left[0], right[0])
    longer = max(one, two, key=len)
    return None if len(one) == len(two) else longer[min(len(one), len(two))][0]


def split(plans: Sequence[Sparse], peaks: Sequence[int], bound: int) -> list[list[int]]:
    """Put plans together that share much, in batches that stay within a number of bytes.

    Plans that leave more blocks alone come first: what the unedited row passes alone is then kept for later batches.

    Args:
        peaks: bytes of one row, at most, before the first block and after each.

    Returns:
        The plans' numbers, by batch; a batch has at least one.
    """
    ranks: dict[tuple[int, BlockEdit], int] = {}
    keys = [tuple((-edit[0], ranks.setdefault(edit, len(ranks))) for edit in plan) for plan in plans]
    batches: list[list[int]] = []
    lengths: list[int] = []
    for number in sorted(range(len(plans)), key=keys.__getitem__):
        if batches:
            part = _parting(plans[batches[-1][-1]], plans[number])
            longer = [rows + (part is not None and place > part) for place, rows in enumerate(lengths)]
            if max(rows * peak for rows, peak in zip(longer, peaks, strict=True)) <= bound:
                batches[-1].append(number)
                lengths = longer
                continue
        batches.append([number])
        lengths = [1] * len(peaks)
    return batches


def arrange(plans: Sequence[Sparse], blocks: Sequence[str]) -> RowPlan:
    """Lay plans out as rows of one batch."""
    edits = [dict(plan) for plan in plans]
    groups = [list(range(len(plans)))]  # one a row: the plans that it stands for
    forks: list[Fork] = []
    for place, block in enumerate(blocks):
        plain, parents, added = BlockEdit(block), [], []
        row_edits = []
        for row, group in enumerate(groups):
            parts: dict[BlockEdit, list[int]] = {}
            for number in group:
                parts.setdefault(edits[number].get(place, plain), []).append(number)
            (first, groups[row]), *others = parts.items()
            row_edits.append(first)
            parents += [row] * len(others)
            added += others
        forks.append(Fork(tuple(parents), (*row_edits, *(edit for edit, _ in added))))
        groups += [group for _, group in added]
    rows = [0] * len(plans)
    for row, group in enumerate(groups):
        for number in group:
            rows[number] = row
    trunk = next((place for place, fork in enumerate(forks) if fork.parents), len(blocks) - 1)
    return RowPlan(tuple(forks), tuple(rows), trunk)
