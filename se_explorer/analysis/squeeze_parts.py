"""Where in its map a channel's squeeze comes from: what each position adds to z."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from se_explorer.engine import BlockTrace
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["SqueezeParts", "squeeze_parts"]

#: |z| below this share of what the positions add up to without their signs: a share of z would be a share of nothing.
CANCELLED = 0.01
ROUNDING = 1e-4  # of what the positions add up to without their signs


@dataclass(frozen=True, eq=False)
class SqueezeParts:
    """A sum over positions that adds up to z.

    Attributes:
        parts: what each position adds, float64 (H, W); u / (H W) where the squeeze is an average (equation 2).
        z: the squeeze of the channel.
    """

    parts: np.ndarray
    z: float

    @property
    def cancels(self) -> bool:
        """Whether positive and negative parts nearly make up for each other, so that shares of z mean nothing."""
        return abs(self.z) <= CANCELLED * float(np.abs(self.parts).sum())

    @property
    def positions(self) -> int:
        """H W."""
        return self.parts.size

    @property
    def tenth(self) -> int:
        """A tenth of the positions, rounded up."""
        return math.ceil(self.positions / 10)

    @property
    def brightest(self) -> float:
        """What the tenth of the positions with the largest u adds to z."""
        ordered = np.sort(self.parts, axis=None)
        return float(ordered[-self.tenth :].sum())

    @property
    def darkest(self) -> float:
        """What the tenth of the positions with the least u adds to z."""
        return float(np.sort(self.parts, axis=None)[: self.tenth].sum())


def _at_maximum(u: np.ndarray) -> np.ndarray:
    """The maximum, dealt out evenly to the positions that have it."""
    highest = u == u.max()
    dealt: np.ndarray = np.where(highest, u / highest.sum(), 0.0)
    return dealt


def squeeze_parts(block: BlockTrace, channel: int) -> SqueezeParts:
    """What each position of a channel's map adds to its squeeze.

    An average gives each position u / (H W); a maximum all to the position that has it; their mean half of each.

    Raises:
        TraceError: the run did not keep the block's maps, or the block squeezes in another way.
    """
    u = block.kept_maps[channel].astype(np.float64)
    z, squeeze = float(block.squeeze[channel]), block.block.facts.squeeze
    even = u / u.size
    known = {"average": even, "max": _at_maximum(u), "average + max": (even + _at_maximum(u)) / 2}
    parts = known.get(squeeze)
    if parts is None or abs(float(parts.sum()) - z) > ROUNDING * float(np.abs(parts).sum()) + np.finfo(np.float32).tiny:
        raise TraceError(
            later("a squeeze that is the average of a map, its maximum, or the mean of both"),
            later("that of {name}, told to be {squeeze}, which is another", name=block.block.name, squeeze=squeeze),
            later("Look at the map itself below."),
        )
    return SqueezeParts(parts, z)
