"""What a network answers to every picture of a folder, under many edit plans, in one pass over the data.

Of each picture and plan only the answer and the loss are kept, 8 bytes; pixels, maps and logits go with their batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from se_explorer.analysis.pool import Pool, Portion, targets_of
from se_explorer.engine import DataRows, EditPlan, Engine
from se_explorer.engine.rows import ROW_BYTES
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder
from se_explorer.language import in_english, later
from se_explorer.models import Network

__all__ = ["BYTES_A_PICTURE", "Kept", "OutcomeWork", "Outcomes", "measure_outcomes"]

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
        device: on which they ran.
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
    device: str
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


class Kept:
    """Room for all pictures of a folder or a portion, filled batch by batch or portion by portion.

    Attributes:
        unreadable, forwards: see ``Outcomes``.
    """

    def __init__(self, plans: int, pictures: int) -> None:
        self.count = 0
        self.targets = np.empty(pictures, np.int32)
        self.predicted = np.empty((plans, pictures), np.int32)
        self.losses = np.empty((plans, pictures), np.float32)
        self.right5 = np.zeros(plans, np.int64)
        self.unreadable: list[str] = []
        self.forwards = 0.0

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

    def take(self, other: Kept) -> None:
        """Take in what another has of the pictures that come next."""
        there = slice(0, other.count)
        here = slice(self.count, self.count + other.count)
        self.targets[here] = other.targets[there]
        self.predicted[:, here], self.losses[:, here] = other.predicted[:, there], other.losses[:, there]
        self.right5 += other.right5
        self.unreadable += other.unreadable
        self.forwards += other.forwards
        self.count += other.count


@dataclass(frozen=True)
class OutcomeWork:
    """The work on portions of a labelled folder; see ``pool``. The plans are fitted; ``bound`` as of ``DataRows``."""

    plans: tuple[EditPlan, ...]
    bound: int

    def opened(self, engine: Engine) -> Callable[[Portion], Kept]:
        """See ``Work``."""
        return partial(self._answered, engine.network, DataRows(engine, self.plans, bound=self.bound))

    def _answered(self, network: Network, rows: DataRows, portion: Portion) -> Kept:
        kept = Kept(len(self.plans), len(portion.data))
        targets = np.array(targets_of(portion, network.class_ids, network.labels))
        for seen in portion.batches:
            kept.unreadable += [in_english(error) for _, error in seen.missing]
            if seen.pixels is not None:
                logits, cost = rows(network.preprocessing.normalise(seen.pixels))
                kept.add(logits, targets[list(seen.indices)])
                kept.forwards += cost
        return kept


def _answered_here(engine: Engine, folder: LabelledFolder, rows: DataRows, kept: Kept, batch: int) -> Iterator[None]:
    """Run all pictures and keep their answers, batch by batch."""
    targets = np.array(folder.targets_for(engine.network.class_ids, engine.network.labels))
    for pictures, indices, errors in folder.batches(batch):
        kept.unreadable += [in_english(error) for error in errors]
        if pictures:
            logits, cost = rows(engine.inputs(pictures))
            kept.add(logits, targets[indices])
            kept.forwards += cost
        yield


def _answered_in(pool: Pool, folder: LabelledFolder, work: OutcomeWork, kept: Kept, batch: int) -> Iterator[None]:
    """The same in a pool, portion by portion."""
    for _, part in pool.parts(work, folder, batch):
        kept.take(part)
        yield


def measure_outcomes(
    engine: Engine,
    folder: LabelledFolder,
    plans: Sequence[EditPlan | str],
    *,
    batch: int = BATCH,
    bound: int = ROW_BYTES,
    report: Callable[[int, int], None] | None = None,
    pool: Pool | None = None,
) -> Outcomes:
    """Run the folder's pictures through the network under every plan.

    Args:
        batch: pictures that are decoded together.
        bound: bytes that a pass of the network may need.
        report: called with (pictures done, pictures in all) after each batch; what it raises ends the pass.
        pool: where the pictures run instead of in ``engine``; the answers are the same up to rounding.

    Raises:
        DataError: the folder's classes are not the network's, or no picture can be read.
        EditPlanError: a plan does not fit.
    """
    folder.targets_for(engine.network.class_ids, engine.network.labels)
    rows = DataRows(engine, plans, bound=bound)
    kept = Kept(len(plans), len(folder))
    started = time.perf_counter()
    if pool:
        steps = _answered_in(pool, folder, OutcomeWork(rows.plans, bound), kept, batch)
    else:
        steps = _answered_here(engine, folder, rows, kept, batch)
    for _ in steps:
        if report:
            report(kept.count + len(kept.unreadable), len(folder))
    if not kept.count:
        raise DataError(later("a folder with pictures that can be read"), str(folder.root), later("Check its files."))
    return Outcomes(
        plans=rows.plans,
        targets=kept.targets[: kept.count],
        predicted=kept.predicted[:, : kept.count],
        losses=kept.losses[:, : kept.count],
        right5=tuple(kept.right5.tolist()),
        unreadable=tuple(kept.unreadable),
        device=pool.device if pool else str(engine.device),
        seconds=time.perf_counter() - started,
        forwards=kept.forwards,
        shared=rows.shared,
    )
