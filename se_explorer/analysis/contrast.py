"""Two traces side by side: gates against gates, block by block, and logits against logits.

The traces may be of two pictures, two edit plans or two networks. Gates are compared channel by channel as they were
applied. That channel 17 of one network has anything to do with channel 17 of another holds only if one was trained on
from the other; so for blocks of any two sizes there is also ``quantile_distance``, which knows nothing of channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.correlation import pearson, spearman
from se_explorer.analysis.effects import compare
from se_explorer.engine import BlockTrace, Trace

__all__ = [
    "BlockContrast",
    "Contrast",
    "LogitContrast",
    "contrast",
    "contrast_block",
    "contrast_logits",
    "quantile_distance",
    "top_differences",
]


@dataclass(frozen=True)
class BlockContrast:
    """One block of both traces. What needs channels that match is None where their numbers differ.

    Attributes:
        name: of the block.
        channels: of the left and of the right.
        pearson, spearman: correlation over channels; None also where one side's gates are all the same.
        distance: root mean square over channels of right less left.
        quantile_distance: see the function.
        channel: the one that differs most.
        difference: there, right less left.
    """

    name: str
    channels: tuple[int, int]
    pearson: float | None
    spearman: float | None
    distance: float | None
    quantile_distance: float
    channel: int | None
    difference: float | None

    @property
    def matched(self) -> bool:
        """Whether both have the same number of channels."""
        return self.channels[0] == self.channels[1]


@dataclass(frozen=True)
class Contrast:
    """Two traces. ``blocks``: those that both have, by name, in the left's order; the others by name."""

    blocks: tuple[BlockContrast, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]


@dataclass(frozen=True)
class LogitContrast:
    """The logits of the classes that both networks know, by label.

    Attributes:
        classes: index in the left's and in the right's answer, one pair a class.
        pearson, spearman: correlation over these classes; None where there are fewer than three, or no spread.
        distance: root mean square of right less left; None without a class.
        kl: Kullback-Leibler divergence of the right's answer from the left's, sum p log(p / q) with p the left's, in
            nats; None unless both have just the same classes in the same order.
    """

    classes: tuple[tuple[int, int], ...]
    pearson: float | None
    spearman: float | None
    distance: float | None
    kl: float | None


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt((np.asarray(values, dtype=np.float64) ** 2).mean()))


def quantile_distance(left: np.ndarray, right: np.ndarray) -> float:
    """Root mean square distance of two distributions' quantiles, which is Wasserstein's distance of order 2.

    It is exact for (N,) and (M,) of any two sizes: both quantile functions are steps, and all steps are looked at.
    """
    one, other = (np.sort(np.asarray(values, dtype=np.float64)) for values in (left, right))
    count = len(one) * len(other)
    ends = np.union1d(np.arange(1, len(one) + 1) * len(other), np.arange(1, len(other) + 1) * len(one))
    widths = np.diff(ends, prepend=0)
    gap = one[(ends - 1) // len(other)] - other[(ends - 1) // len(one)]
    return float(np.sqrt((gap**2 * widths).sum() / count))


def top_differences(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """The channels whose gates differ most, the largest difference first, of equals the lower number; (count,)."""
    gap = np.abs(np.asarray(right, dtype=np.float64) - left)
    order: np.ndarray = np.argsort(-gap, kind="stable")[:count]
    return order


def contrast_block(left: BlockTrace, right: BlockTrace) -> BlockContrast:
    """One block of both traces, by the gates applied."""
    one, other = left.applied, right.applied
    sizes = (len(one), len(other))
    apart = quantile_distance(one, other)
    name = left.block.name
    if len(one) != len(other):
        return BlockContrast(name, sizes, None, None, None, apart, None, None)
    channel = int(top_differences(one, other, 1)[0])
    difference = float(other[channel]) - float(one[channel])
    distance = _rms(np.asarray(other, dtype=np.float64) - one)
    return BlockContrast(name, sizes, pearson(one, other), spearman(one, other), distance, apart, channel, difference)


def contrast(left: Trace, right: Trace) -> Contrast:
    """All blocks of two traces, matched by name."""
    others = {block.block.name: block for block in right.blocks}
    ours = {block.block.name for block in left.blocks}
    return Contrast(
        tuple(contrast_block(block, others[block.block.name]) for block in left.blocks if block.block.name in others),
        tuple(block.block.name for block in left.blocks if block.block.name not in others),
        tuple(name for name in others if name not in ours),
    )


def _shared(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Places of equal labels. Of several classes of one name (ImageNet has two cranes) the first meets the first."""
    if tuple(left) == tuple(right):
        return tuple((place, place) for place in range(len(left)))
    first = {label: place for place, label in reversed(list(enumerate(right)))}
    seen: set[str] = set()
    pairs = []
    for place, label in enumerate(left):
        if label in first and label not in seen:
            pairs.append((place, first[label]))
            seen.add(label)
    return tuple(pairs)


def contrast_logits(left: Trace, right: Trace) -> LogitContrast:
    """The logits of the classes that both know."""
    classes = _shared(left.labels, right.labels)
    if not classes:
        return LogitContrast((), None, None, None, None)
    one = left.logits[[place for place, _ in classes]]
    other = right.logits[[place for _, place in classes]]
    kl = compare(left, right).kl if left.labels == right.labels else None
    distance = _rms(other.astype(np.float64) - one)
    return LogitContrast(classes, pearson(one, other), spearman(one, other), distance, kl)
