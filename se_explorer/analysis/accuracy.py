"""How often a network is right over a labelled folder, as it is or under an edit plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.intervals import wilson
from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder
from se_explorer.language import in_english, later

__all__ = ["Evaluation", "evaluate"]


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


def evaluate(
    engine: Engine,
    folder: LabelledFolder,
    plan: EditPlan | str = "",
    *,
    batch: int = 64,
    report: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Run the folder's pictures through the network.

    Raises:
        DataError: the folder's classes are not the network's, or no picture can be read.
        EditPlanError: the plan does not fit.
    """
    network = engine.network
    targets = np.array(folder.targets_for(network.class_ids, network.labels))
    fitted = engine.fit(plan)
    count = right = right5 = 0
    loss = 0.0
    unreadable: list[str] = []
    for pictures, indices, errors in folder.batches(batch):
        unreadable += [in_english(error) for error in errors]
        if pictures:
            logits, wanted = engine.logits(engine.prepare(pictures), fitted), targets[indices]
            first = np.argsort(-logits, axis=1, kind="stable")[:, :5]
            right += int((first[:, 0] == wanted).sum())
            right5 += int((first == wanted[:, None]).any(axis=1).sum())
            loss += float(_cross_entropy(logits, wanted).sum())
            count += len(pictures)
        if report:
            report(count + len(unreadable), len(folder))
    if not count:
        raise DataError(later("a folder with pictures that can be read"), str(folder.root), later("Check its files."))
    device = str(engine.device)
    return Evaluation(
        network.id, network.weights, device, fitted, count, right, right5, loss / count, tuple(unreadable)
    )
