"""How often a network is right over a labelled folder, as it is or under an edit plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from se_explorer.analysis.intervals import wilson
from se_explorer.analysis.pool import Pool, Portion, targets_of
from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder
from se_explorer.language import in_english, later

__all__ = ["Evaluation", "ScoreWork", "Scores", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """Top-1 and top-5 over a folder.

    Attributes:
        count: pictures that were read.
        right, right5: how many had the right class first, or among the first five.
        loss: mean cross entropy, in nats.
        unreadable: what was left out, one message each.
    """

    model: str
    weights: str
    device: str
    plan: EditPlan
    count: int
    right: int
    right5: int
    loss: float
    unreadable: tuple[str, ...]

    @property
    def top1(self) -> float:
        """Share of right answers."""
        return self.right / self.count

    @property
    def top5(self) -> float:
        """Share with the right class among the first five."""
        return self.right5 / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of ``top1``."""
        return wilson(self.right, self.count)


def _cross_entropy(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(targets)), targets]
    losses: np.ndarray = np.log(np.exp(shifted).sum(axis=1)) - chosen
    return losses


@dataclass(frozen=True)
class Scores:
    """Counts and the sum of losses over some pictures, and what was left out of them."""

    count: int = 0
    right: int = 0
    right5: int = 0
    loss: float = 0.0
    unreadable: tuple[str, ...] = ()

    def __add__(self, other: Scores) -> Scores:
        return Scores(
            self.count + other.count,
            self.right + other.right,
            self.right5 + other.right5,
            self.loss + other.loss,
            self.unreadable + other.unreadable,
        )


def _scores(logits: np.ndarray, wanted: np.ndarray) -> Scores:
    first = np.argsort(-logits, axis=1, kind="stable")[:, :5]
    right, right5 = int((first[:, 0] == wanted).sum()), int((first == wanted[:, None]).any(axis=1).sum())
    return Scores(len(wanted), right, right5, float(_cross_entropy(logits, wanted).sum()))


def _scored_here(engine: Engine, folder: LabelledFolder, plan: EditPlan, batch: int) -> Iterator[Scores]:
    targets = np.array(folder.targets_for(engine.network.class_ids, engine.network.labels))
    for pictures, indices, errors in folder.batches(batch):
        found = Scores(unreadable=tuple(in_english(error) for error in errors))
        if pictures:
            found += _scores(engine.logits(engine.prepare(pictures), plan), targets[indices])
        yield found


def _scored_in(pool: Pool, folder: LabelledFolder, plan: EditPlan, batch: int) -> Iterator[Scores]:
    """The same in a pool, portion by portion."""
    for _, part in pool.parts(ScoreWork(plan), folder, batch):
        yield part


@dataclass(frozen=True)
class ScoreWork:
    """An evaluation's work on portions of a labelled folder; see ``pool``. The plan is fitted."""

    plan: EditPlan

    def opened(self, engine: Engine) -> Callable[[Portion], Scores]:
        """See ``Work``."""
        return partial(self._scored, engine)

    def _scored(self, engine: Engine, portion: Portion) -> Scores:
        network, found = engine.network, Scores()
        targets = np.array(targets_of(portion, network.class_ids, network.labels))
        for seen in portion.batches:
            found += Scores(unreadable=tuple(in_english(error) for _, error in seen.missing))
            if seen.pixels is not None:
                logits = engine.logits(network.preprocessing.normalise(seen.pixels), self.plan)
                found += _scores(logits, targets[list(seen.indices)])
        return found


def evaluate(
    engine: Engine,
    folder: LabelledFolder,
    plan: EditPlan | str = "",
    *,
    batch: int = 64,
    report: Callable[[int, int], None] | None = None,
    pool: Pool | None = None,
) -> Evaluation:
    """Run the folder's pictures through the network.

    Args:
        pool: where they run instead of in ``engine``; the figures are the same up to rounding.

    Raises:
        DataError: the folder's classes are not the network's, or no picture can be read.
        EditPlanError: the plan does not fit.
        ClusterError: the pool broke off.
    """
    network, found = engine.network, Scores()
    folder.targets_for(network.class_ids, network.labels)
    fitted = engine.fit(plan)
    for each in _scored_in(pool, folder, fitted, batch) if pool else _scored_here(engine, folder, fitted, batch):
        found += each
        if report:
            report(found.count + len(found.unreadable), len(folder))
    if not found.count:
        raise DataError(later("a folder with pictures that can be read"), str(folder.root), later("Check its files."))
    return Evaluation(
        network.id,
        network.weights,
        pool.device if pool else str(engine.device),
        fitted,
        found.count,
        found.right,
        found.right5,
        found.loss / found.count,
        found.unreadable,
    )
