"""What each row of a sweep changed in the answer, all rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.engine import EditPlan, Prediction

__all__ = ["Baseline", "SweepRow", "effects_of"]


@dataclass(frozen=True, eq=False)
class Baseline:
    """The answer that a sweep's rows are compared with.

    Attributes:
        target: the class that is watched, with its probability and logit.
        answer: the most probable class.
        logits: (classes,).
    """

    target: Prediction
    answer: Prediction
    logits: np.ndarray

    @staticmethod
    def of(logits: np.ndarray, labels: Sequence[str], target: int | None = None) -> Baseline:
        """From logits (classes,); ``target`` None watches the most probable class."""
        best = int(np.argmax(logits))
        odds = np.exp(_log_odds(logits))

        def prediction(index: int) -> Prediction:
            return Prediction(labels[index], index, float(odds[index]), float(logits[index]))

        return Baseline(prediction(best if target is None else target), prediction(best), logits)


@dataclass(frozen=True)
class SweepRow:
    """One row: its edits and what they changed.

    Attributes:
        edits: the whole plan of the row.
        target_logit_delta, target_probability_delta: of the watched class.
        kl: Kullback-Leibler divergence of the row's answer from the baseline's, sum p log(p / q), in nats.
        flipped: whether the most probable class is another one.
        interaction: of a pair, its logit delta less the sum of those of its two blocks alone.
    """

    edits: EditPlan
    target_logit_delta: float
    target_probability_delta: float
    kl: float
    flipped: bool
    interaction: float | None = None


def _log_odds(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities, over the last axis."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def effects_of(baseline: Baseline, logits: np.ndarray) -> list[SweepRow]:
    """The effects of rows (rows, classes), their plans left empty."""
    target = baseline.target.index
    before, after = _log_odds(baseline.logits), _log_odds(logits)
    odds = np.exp(before)
    logit_deltas = logits[:, target].astype(np.float64) - float(baseline.logits[target])
    odds_deltas = np.exp(after[:, target]) - odds[target]
    divergences = np.maximum(0, (odds * (before - after)).sum(axis=1))
    flipped = logits.argmax(axis=1) != baseline.answer.index
    columns = (logit_deltas.tolist(), odds_deltas.tolist(), divergences.tolist(), flipped.tolist())
    return [SweepRow(EditPlan(), *values) for values in zip(*columns, strict=True)]
