"""How well an attribution foretells what ablation does: rank correlation, its doubt, and whether the signs agree.

Both sides are contributions: positive where the class's logit has something from a block or gate. An ablation's is the
logit before less the logit after.

Ranks with ties get their mean (Spearman) or are left out of the pairs (Kendall's tau-b). The interval resamples blocks
or channels (percentile bootstrap): it says how far the figure hangs on single ones, not what another picture gives.
p is that of tau-b under the hypothesis of no association, exact for few values without ties (SciPy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first asked for; stats takes a second

from se_explorer.analysis.sweeps import Sweep
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Agreement", "agreement", "contributions"]

RESAMPLES = 1000
CHUNK = 2**20  # values ranked at once
LEVEL = 0.95


@dataclass(frozen=True)
class Agreement:
    """An attribution beside an ablation.

    Attributes:
        count: blocks or channels.
        spearman: rho; NaN where one side is the same for all.
        spearman_low, spearman_high: its interval at 95 %; NaN below four values.
        kendall: tau-b.
        kendall_p: of no association.
        same_sign, signs: how many of those with a sign on both sides have the same, and how many these are.
    """

    count: int
    spearman: float
    spearman_low: float
    spearman_high: float
    kendall: float
    kendall_p: float
    same_sign: int
    signs: int

    @property
    def sign_share(self) -> float:
        """Share of equal signs; NaN where no value has a sign on both sides."""
        return self.same_sign / self.signs if self.signs else float("nan")


def contributions(sweep: Sweep) -> np.ndarray:
    """What each row of a sweep took from the watched logit: the logit before less the logit after, (rows,)."""
    return np.array([-row.target_logit_delta for row in sweep.rows])


def _row_correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson's correlation of the ranks of each row; NaN for a row without spread."""
    x, y = (scipy.stats.rankdata(values, axis=1) for values in (x, y))
    x, y = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    size = np.sqrt((x**2).sum(1) * (y**2).sum(1))
    found: np.ndarray = np.divide((x * y).sum(1), size, out=np.full(len(x), np.nan), where=size > 0)
    return found


def _interval(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[float, float]:
    generator = np.random.default_rng(seed)
    rows = max(1, CHUNK // len(x))
    found = []
    for start in range(0, RESAMPLES, rows):
        places = generator.integers(0, len(x), (min(rows, RESAMPLES - start), len(x)))
        found.append(_row_correlation(x[places], y[places]))
    values = np.concatenate(found)
    values = values[np.isfinite(values)]
    if len(x) < 4 or not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def agreement(attributed: np.ndarray, real: np.ndarray, noise: float = 0.0, seed: int = 0) -> Agreement:
    """Hold contributions that were attributed against those that an ablation measured.

    Args:
        attributed, real: (N,), N at least 2.
        noise: values no larger than this have no sign, and tie.
        seed: of the bootstrap.

    Raises:
        TraceError: they are not of one length, or fewer than two.
    """
    x, y = (np.where(np.abs(values) <= noise, 0.0, np.asarray(values, np.float64)) for values in (attributed, real))
    if x.shape != y.shape or x.ndim != 1 or len(x) < 2:
        raise TraceError(
            later("two lists of at least two values each"),
            later("{one} and {other}", one=x.shape, other=y.shape),
            later("Compare like with like."),
        )
    rho = float(_row_correlation(x[None], y[None])[0])
    low, high = _interval(x, y, seed) if np.isfinite(rho) else (float("nan"),) * 2
    tau, p = (float("nan"),) * 2
    if np.isfinite(rho):
        found = scipy.stats.kendalltau(x, y)
        tau, p = float(found.statistic), float(found.pvalue)
    both = (x != 0) & (y != 0)
    same = int((np.sign(x) == np.sign(y))[both].sum())
    return Agreement(len(x), rho, low, high, tau, p, same, int(both.sum()))
