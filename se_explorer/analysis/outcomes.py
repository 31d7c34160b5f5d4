"""What a network answers to every picture of a folder, under many edit plans, in one pass over the data.

Of each picture and plan only the answer and the loss are kept, 8 bytes; pixels, maps and logits go with their batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.engine import DataRows, EditPlan, Engine
from se_explorer.engine.rows import ROW_BYTES
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder
from se_explorer.language import in_english, later

__all__ = ["BYTES_A_PICTURE", "Outcomes", "measure_outcomes"]

BYTES_A_PICTURE = 8  # and plan
BATCH = 64  # pictures that are decoded together


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Answers and losses, picture by picture.

    Attributes:
        plans: fitted to the network, in the order asked.
        targets: the right classes, (pictures,).
        predicted: the most probable classes, (plans, pictures), int32.
        losses: cross entropy in nats, (plans, pictures), float32.
        right5: by plan, how many had the right class among the first five.
        unreadable: what was left out, one message each.
        seconds: that the pass took, decoding included.
        forwards: what it cost, in forward passes of one picture by multiply-adds.
        shared: whether plans shared passes.
    """

    plans: tuple[EditPlan, ...]
    targets: np.ndarray
    predicted: np.ndarray
    losses: np.ndarray
    right5: tuple[int, ...]
    unreadable: tuple[str, ...]
    seconds: float
    forwards: float
    shared: bool

    @property
    def count(self) -> int:
        """Pictures that were read."""
        return len(self.targets)

    @property
    def right(self) -> np.ndarray:
        """Whether the most probable class is the right one, (plans, pictures)."""
        result: np.ndarray = self.predicted == self.targets
        return result


class _Kept:
    """Room for all pictures of a folder, filled batch by batch."""

    def __init__(self, plans: int, pictures: int) -> None:
        self.count = 0
        self.targets = np.empty(pictures, np.int32)
        self.predicted = np.empty((plans, pictures), np.int32)
        self.losses = np.empty((plans, pictures), np.float32)
        self.right5 = np.zeros(plans, np.int64)

    def add(self, logits: np.ndarray, targets: np.ndarray) -> None:
        """Take the answers (plans, pictures, classes) of a batch down."""
        here = slice(self.count, self.count + len(targets))
        own = np.take_along_axis(logits, targets[None, :, None], axis=2)
        before = np.arange(logits.shape[2]) < targets[:, None]
        ahead = (logits > own) | ((logits == own) & before)  # of equal logits the first class comes first
        self.right5 += (ahead.sum(axis=2) < 5).sum(axis=1)
        self.targets[here] = targets
        self.predicted[:, here] = logits.argmax(axis=2)
        largest = logits.max(axis=2, keepdims=True)
        sums = np.exp((logits - largest).astype(np.float64)).sum(axis=2)
        self.losses[:, here] = np.log(sums) - (own - largest)[..., 0].astype(np.float64)
        self.count += len(targets)


def measure_outcomes(
    engine: Engine,
    folder: LabelledFolder,
    plans: Sequence[EditPlan | str],
    *,
    batch: int = BATCH,
    bound: int = ROW_BYTES,
    report: Callable[[int, int], None] | None = None,
) -> Outcomes:
    """Run the folder's pictures through the network under every plan.

    Args:
        batch: pictures that are decoded together.
        bound: bytes that a pass of the network may need.
        report: called with (pictures done, pictures in all) after each batch; what it raises ends the pass.

    Raises:
        DataError: the folder's classes are not the network's, or no picture can be read.
        EditPlanError: a plan does not fit.
    """
    targets = np.array(folder.targets_for(engine.network.class_ids, engine.network.labels))
    rows = DataRows(engine, plans, bound=bound)
    kept, unreadable, forwards = _Kept(len(plans), len(folder)), list[str](), 0.0
    started = time.perf_counter()
    for pictures, indices, errors in folder.batches(batch):
        unreadable += [in_english(error) for error in errors]
        if pictures:
            logits, cost = rows(engine.inputs(pictures))
            kept.add(logits, targets[indices])
            forwards += cost
        if report:
            report(kept.count + len(unreadable), len(folder))
    if not kept.count:
        raise DataError(later("a folder with pictures that can be read"), str(folder.root), later("Check its files."))
    return Outcomes(
        plans=rows.plans,
        targets=kept.targets[: kept.count],
        predicted=kept.predicted[:, : kept.count],
        losses=kept.losses[:, : kept.count],
        right5=tuple(kept.right5.tolist()),
        unreadable=tuple(unreadable),
        seconds=time.perf_counter() - started,
        forwards=forwards,
        shared=rows.shared,
    )
