"""How much a gate tells of the class: mutual information, in nats, from pictures whose classes are known.

A channel's values are sorted into bins of equal frequency. I = H(bin) - sum over classes of p(class) H(bin | class),
with each entropy corrected by Miller and Madow: (occupied bins - 1) / (2 pictures) is added. Source: Miller (1955),
"Note on the bias of information estimates"; Paninski (2003), "Estimation of entropy and mutual information", section 4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from se_explorer.analysis.quantiles import sorted_columns

__all__ = ["MOST_BINS", "bins_for", "equal_frequency_bins", "information", "shuffled_classes"]

MOST_BINS = 8
PER_CELL = 5  # pictures that one bin of one class should have, on average


def bins_for(pictures: int, classes: int) -> int:
    """So many that a bin of a class has five pictures on average; 2 to 8."""
    return max(2, min(MOST_BINS, pictures // (PER_CELL * classes)))


def equal_frequency_bins(values: np.ndarray, weights: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each value (N, C), by column, from 0, uint8; equal values share one.

    Args:
        weights: of the rows, (N,); all bins have the same weight where no values are equal.
    """
    found = np.zeros(values.shape, np.uint8)
    for edge in _edges(values, weights, bins):
        found += values > edge
    return found


def _edges(values: np.ndarray, weights: np.ndarray, bins: int) -> np.ndarray:
    """Between bins: the least value of each column up to which there is so much of the weight, (bins - 1, C)."""
    shares = np.arange(1, bins) / bins - 1e-9  # for rounding in the sum
    if np.ptp(weights) == 0:
        places = np.ceil(shares * len(values)).astype(np.int64) - 1
        edges: np.ndarray = sorted_columns(values)[:, np.maximum(places, 0)].T
        return edges
    order = np.argsort(values, axis=0, kind="stable")
    covered = weights[order].cumsum(axis=0)
    reached = [(covered >= covered[-1] * share).argmax(axis=0) for share in shares]
    return np.take_along_axis(values, np.take_along_axis(order, np.stack(reached), 0), 0)


def information(binned: np.ndarray, classes: np.ndarray, shares: np.ndarray, bins: int) -> np.ndarray:
    """Mutual information of each column with the class, in nats, float64 (C,).

    Args:
        binned: bins (N, C), from ``equal_frequency_bins``.
        classes: of each row, (N,); each class has at least one.
        shares: of the classes among all pictures, (K,), of which the rows may be a sample that is denser in some.
        bins: how many there are.
    """
    kinds, columns = len(shares), binned.shape[1]
    cells = (classes[:, None] * bins + binned) * columns + np.arange(columns)
    counts = np.bincount(cells.ravel(), minlength=kinds * bins * columns).reshape(kinds, bins, columns)
    sizes = np.bincount(classes, minlength=kinds).astype(np.float64)
    within = counts / sizes[:, None, None]
    overall = np.einsum("k,kbc->bc", shares, within)
    effective = 1 / (shares**2 / sizes).sum()  # Kish: as many equal rows would be as good
    total = _entropy(overall) + ((overall > 0).sum(axis=0) - 1) / (2 * effective)
    given = _entropy(within.transpose(1, 0, 2)) + ((counts > 0).sum(axis=1) - 1) / (2 * sizes[:, None])
    result: np.ndarray = total - shares @ given
    return result


def _entropy(shares: np.ndarray) -> np.ndarray:
    """In nats, over the first axis."""
    logarithms = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy: np.ndarray = -(shares * logarithms).sum(axis=0)
    return entropy


def shuffled_classes(classes: np.ndarray, permutations: int, seed: int) -> Sequence[np.ndarray]:
    """The classes dealt out anew, again and again: what information they give is chance."""
    random = np.random.default_rng(seed)
    return [random.permutation(classes) for _ in range(permutations)]
