"""What an edit plan changed in the answer: two traces of one picture side by side.

This is an intervention on a trained network, not the paper's ablation, which trains a network anew without the block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from se_explorer.engine import Prediction, Trace
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Effect", "compare"]


@dataclass(frozen=True)
class Effect:
    """The change from ``before`` to ``after`` of one class, and of the whole answer.

    Attributes:
        target: index of the class that is watched.
        before, after: that class's probability and logit.
        kl: Kullback-Leibler divergence of the answer after from the answer before, sum p log(p / q), in nats.
        flipped: whether the most probable class is another one now.
        answer_before, answer_after: the most probable class.
    """

    target: int
    before: Prediction
    after: Prediction
    kl: float
    flipped: bool
    answer_before: Prediction
    answer_after: Prediction

    @property
    def logit_delta(self) -> float:
        """Change of the watched class's logit."""
        return self.after.logit - self.before.logit

    @property
    def probability_delta(self) -> float:
        """Change of the watched class's probability."""
        return self.after.probability - self.before.probability


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits.astype(np.float64) - logits.max()
    result: np.ndarray = shifted - np.log(np.exp(shifted).sum())
    return result


def _divergence(log_p: np.ndarray, log_q: np.ndarray) -> float:
    """KL(p || q) in nats, not below 0 for rounding; no number where one side's logits are none."""
    value = float((np.exp(log_p) * (log_p - log_q)).sum())
    return value if math.isnan(value) else max(0.0, value)


def compare(before: Trace, after: Trace, target: int | None = None) -> Effect:
    """Compare two traces of one picture and one network.

    Args:
        target: index of the class to watch; None watches the class that ``before`` answered.

    Raises:
        TraceError: the traces are of networks with different classes, or there is no such class.
    """
    if before.labels != after.labels:
        raise TraceError(
            later("two traces of one network"),
            later("{one} and {other}", one=before.model, other=after.model),
            later("Compare like with like."),
        )
    watched = int(np.argmax(before.logits)) if target is None else target
    if not 0 <= watched < len(before.labels):
        raise TraceError(
            later("a class, 0 to {last}", last=len(before.labels) - 1), str(watched), later("Choose another class.")
        )
    log_p, log_q = _log_softmax(before.logits), _log_softmax(after.logits)
    first, second = before.top(1)[0], after.top(1)[0]
    return Effect(
        target=watched,
        before=before.prediction(watched),
        after=after.prediction(watched),
        kl=_divergence(log_p, log_q),
        flipped=first.index != second.index,
        answer_before=first,
        answer_after=second,
    )
