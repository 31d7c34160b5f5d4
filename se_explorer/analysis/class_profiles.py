"""What a profile says of classes: how much each block knows of them, and which one a picture's gates are nearest to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.profile import BlockProfile, Profile, Quantity
from se_explorer.engine import Trace

__all__ = [
    "BlockSpecificity",
    "ClassDistances",
    "class_distances",
    "explained_by_class",
    "open_share",
    "specificity",
    "within_class_deviation",
]

#: A gate whose deviation within the classes is below this share of the whole range 0..1 never moves, and would weigh
#: endlessly much.
STILL = 1e-4
NEARLY_OPEN = 0.9


@dataclass(frozen=True, eq=False)
class BlockSpecificity:
    """How class-specific one block is over a data set.

    Attributes:
        name: of the block.
        explained: share of each gate's variance that lies between the class means, 0 to 1, (C,); 0 for a gate that
            never moves. (The squared correlation ratio.)
        explained_mean: over the channels.
        explained_by_chance: what classes dealt out at random would explain on average, (K - 1) / (N - 1).
        information_mean, information_by_chance: mutual information with the class in nats, over the channels.
        information_share: ``information_mean`` over the entropy of the classes; 0 where there is only one.
    """

    name: str
    explained: np.ndarray
    explained_mean: float
    explained_by_chance: float
    information_mean: float
    information_by_chance: float
    information_share: float


@dataclass(frozen=True, eq=False)
class ClassDistances:
    """How far a picture's gates are from those of each class.

    The distance at a block is the root mean square, over its channels, of (gate - class mean) / deviation within the
    classes: 1 is as far as the pictures of a class are from its mean, typically. Gates that never move are left out.

    Attributes:
        blocks: names, in running order.
        distances: (B, K).
        overall: root mean square of ``distances`` over the blocks, each of the same weight, (K,).
        nearest: index of the nearest class at each block, (B,).
    """

    blocks: tuple[str, ...]
    distances: np.ndarray
    overall: np.ndarray
    nearest: np.ndarray

    @property
    def nearest_overall(self) -> int:
        """Index of the class that is nearest over all blocks."""
        return int(self.overall.argmin())

    @property
    def order(self) -> np.ndarray:
        """Indices of the classes, the nearest over all blocks first, (K,)."""
        return np.argsort(self.overall, kind="stable")


def within_class_deviation(quantity: Quantity, counts: np.ndarray) -> np.ndarray:
    """Deviation of each channel from its class's mean, pooled over the classes, float64 (C,).

    Args:
        counts: pictures by class, (K,).
    """
    variances = quantity.class_deviation.astype(np.float64) ** 2
    pooled: np.ndarray = np.sqrt((counts / counts.sum()) @ variances)
    return pooled


def explained_by_class(quantity: Quantity, counts: np.ndarray) -> np.ndarray:
    """Share of each channel's variance that lies between the class means, float64 (C,); 0 where it has none."""
    means = quantity.class_mean.astype(np.float64)
    shares = counts / counts.sum()
    between = shares @ (means - shares @ means) ** 2
    total = between + within_class_deviation(quantity, counts) ** 2
    explained: np.ndarray = np.divide(between, total, out=np.zeros_like(between), where=total > 0)
    return explained


def specificity(profile: Profile) -> tuple[BlockSpecificity, ...]:
    """How class-specific the gates of each block are, in running order."""
    counts, entropy = profile.counts, profile.class_entropy
    by_chance = (len(counts) - 1) / max(1, profile.count - 1)
    found = []
    for block in profile.blocks:
        explained = explained_by_class(block.gates, counts)
        told = float(block.information.mean())
        found.append(
            BlockSpecificity(
                name=block.name,
                explained=explained,
                explained_mean=float(explained.mean()),
                explained_by_chance=by_chance,
                information_mean=told,
                information_by_chance=float(block.chance.mean()),
                information_share=told / entropy if entropy > 0 else 0.0,
            )
        )
    return tuple(found)


def open_share(block: BlockProfile, level: float = NEARLY_OPEN) -> float:
    """Share of a block's channels whose median gate is at least ``level``."""
    return float((block.gates.quantiles[2] >= level).mean())


def class_distances(profile: Profile, trace: Trace) -> ClassDistances:
    """How far a picture's gates are from the mean gates of each class.

    Raises:
        ProfileError: the profile is of another network.
    """
    profile.check_fits(trace.model, {block.block.name: block.block.facts.channels for block in trace.blocks})
    rows = []
    for block, traced in zip(profile.blocks, trace.blocks, strict=True):
        deviation = within_class_deviation(block.gates, profile.counts)
        moving = deviation > STILL
        gaps = (traced.gates.astype(np.float64) - block.gates.class_mean)[:, moving] / deviation[moving]
        rows.append(np.sqrt(np.square(gaps).mean(axis=1)) if moving.any() else np.zeros(len(profile.classes)))
    distances = np.stack(rows)
    overall = np.sqrt(np.square(distances).mean(axis=0))
    return ClassDistances(tuple(block.name for block in profile.blocks), distances, overall, distances.argmin(axis=1))
