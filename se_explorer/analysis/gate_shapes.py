"""How the gates of one block lie for one picture: spread, saturation, entropy, and how far from the usual.

All of it is of the gates as applied, (C,). Entropy and histogram need a range that is cut into bins: 0 to 1, the range
of a sigmoid, made wider where a network's gates leave it (tanh, ReLU, gates set by hand), and then the same for all of
the network's blocks, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.saturation import OPEN, SHUT, STILL

__all__ = ["BINS", "Deviation", "GateShape", "gate_deviation", "gate_range", "gate_shape"]

#: Bins of the histogram, equally wide. The entropy is at most log2 of it, 4 bits.
BINS = 16


@dataclass(frozen=True)
class Deviation:
    """How far a block's gates lie from their means over a data set.

    Attributes:
        distance: root mean square over channels of gate less mean, in units of the gate.
        standardised: root mean square of the same in each channel's own standard deviations, over the channels whose
            deviation is at least 0.01: about 1 for a picture like those of the data set. None where nobody has
            measured deviations, or where no channel has one as large.
        still: channels left out of it, since a division by their deviation would say more of rounding than of gates.
            None where deviations are unknown.
    """

    distance: float
    standardised: float | None
    still: int | None


@dataclass(frozen=True, eq=False)
class GateShape:
    """The distribution of one block's gates.

    Attributes:
        channels: C.
        mean, low, median, high: of the gates.
        shut: share of gates within 0.01 of 0: such a channel is all but taken away.
        open: share of gates of at least 0.99: such a channel passes on as it is, or larger.
        negative: share of gates under -0.01, which turn the sign of their maps; 0 for a sigmoid.
        entropy: of the histogram, in bits: -sum p log2 p over the shares of ``BINS`` bins of equal width. 0 where all
            gates lie in one bin, 4 where all bins hold the same. It is worked out from the shares as they are (no
            correction), so that C channels give at most log2 C, and few channels give too little.
        histogram: the shares, (BINS,); the last bin holds its upper end too.
    """

    channels: int
    mean: float
    low: float
    median: float
    high: float
    shut: float
    open: float
    negative: float
    entropy: float
    histogram: np.ndarray


def gate_range(blocks: Iterable[np.ndarray]) -> tuple[float, float]:
    """The range to cut into bins for all of a network's blocks: 0 to 1, wider if any gate lies outside."""
    gates = [np.asarray(block, dtype=np.float64) for block in blocks]
    low = min((float(block.min()) for block in gates), default=0.0)
    high = max((float(block.max()) for block in gates), default=1.0)
    return min(0.0, low), max(1.0, high)


def gate_shape(gates: np.ndarray, limits: tuple[float, float] = (0.0, 1.0)) -> GateShape:
    """The distribution of one block's gates.

    Args:
        gates: (C,), as applied; C at least 1.
        limits: see ``gate_range``.
    """
    values = np.asarray(gates, dtype=np.float64)
    counts, _ = np.histogram(values, bins=BINS, range=limits)
    shares = counts / len(values)
    some = shares[shares > 0]
    return GateShape(
        channels=len(values),
        mean=float(values.mean()),
        low=float(values.min()),
        median=float(np.median(values)),
        high=float(values.max()),
        shut=float((np.abs(gates) <= SHUT).mean()),
        open=float((gates >= OPEN).mean()),
        negative=float((gates < -SHUT).mean()),
        entropy=max(0.0, -float((some * np.log2(some)).sum())),
        histogram=shares,
    )


def gate_deviation(gates: np.ndarray, means: np.ndarray, deviations: np.ndarray | None) -> Deviation:
    """How far gates lie from their means over a data set.

    Args:
        gates, means: (C,).
        deviations: standard deviations over the data set, (C,); None where unknown.
    """
    gap = np.asarray(gates, dtype=np.float64) - means
    distance = float(np.sqrt((gap**2).mean()))
    if deviations is None:
        return Deviation(distance, None, None)
    moving = deviations >= STILL
    still = int((~moving).sum())
    if not moving.any():
        return Deviation(distance, None, still)
    ratio = gap[moving] / deviations[moving]
    return Deviation(distance, float(np.sqrt((ratio**2).mean())), still)
