"""What a worker of a Ray cluster does: it decodes portions of a data set, and works on them with its network."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from se_explorer.analysis.pool import Portion, Seen, Work, seen_batches
from se_explorer.engine import Engine
from se_explorer.errors import DataError, SEExplorerError
from se_explorer.images import LabelledFolder, PictureSet, Preprocessing
from se_explorer.language import later
from se_explorer.models import Network

__all__ = ["COLUMN", "Answer", "Listed", "Tracing", "decode_rows"]

#: Every row of the Ray data set is one portion, pickled: Ray may cut a block between rows, but no row.
COLUMN = "portion"
Rows = dict[str, list[bytes]]


@dataclass(frozen=True)
class Listed:
    """A portion that waits.

    Attributes:
        start: index of its first picture.
        data: the pictures.
        seen: decoded already, if that was done apart.
    """

    start: int
    data: PictureSet
    seen: tuple[Seen, ...] | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of a portion, or an error of ours, which ends the whole; and on which device."""

    start: int
    stop: int
    device: str
    part: Any = None
    error: SEExplorerError | None = None


def _here(data: PictureSet) -> None:
    """Refuse a machine that does not have the folder: else it would call all of its pictures unreadable."""
    if isinstance(data, LabelledFolder) and not data.root.is_dir():
        raise DataError(
            later("the folder {path} on every machine of the cluster", path=data.root),
            later("the machine {name} without it", name=socket.gethostname()),
            later("Share the folder, so that it has the same path everywhere."),
        )


def _decoded(portion: Listed, preprocessing: Preprocessing, batch: int) -> Iterator[Seen]:
    _here(portion.data)
    yield from seen_batches(portion.data, preprocessing, batch)


def decode_rows(rows: Rows, preprocessing: Preprocessing, batch: int) -> Rows:
    """Portions that wait -> the same, decoded on any machine's CPUs, for networks on GPUs."""

    def one(portion: Listed) -> Listed | Answer:
        try:
            seen = tuple(_decoded(portion, preprocessing, batch))
        except SEExplorerError as error:
            return Answer(portion.start, portion.start + len(portion.data), "", error=error)
        return Listed(portion.start, portion.data, seen)

    return {COLUMN: [pickle.dumps(one(pickle.loads(row)), protocol=5) for row in rows[COLUMN]]}


class Tracing:
    """A worker with a network of its own.

    Args:
        fetch: gives the network, on the CPU.
        device: "cuda" or "cpu".
        threads: that compute.
        work: what is worked out of each portion.
        batch: pictures that run together.
    """

    def __init__(self, fetch: Callable[[], Network], device: str, threads: int, work: Work[Any], batch: int) -> None:
        torch.set_num_threads(threads)
        self._engine = Engine(fetch(), device)
        self._batch, self._work = batch, work
        self._opened: Callable[[Portion], Any] | None = None

    def __call__(self, rows: Rows) -> Rows:
        """Portions -> answers."""
        return {COLUMN: [pickle.dumps(self._one(pickle.loads(row)), protocol=5) for row in rows[COLUMN]]}

    def _one(self, portion: Listed | Answer) -> Answer:
        if isinstance(portion, Answer):
            return portion
        device, stop = str(self._engine.device), portion.start + len(portion.data)
        seen = portion.seen
        batches = _decoded(portion, self._engine.network.preprocessing, self._batch) if seen is None else iter(seen)
        try:
            if self._opened is None:
                self._opened = self._work.opened(self._engine)
            part = self._opened(Portion(portion.start, portion.data, batches))
        except SEExplorerError as error:
            return Answer(portion.start, stop, device, error=error)
        return Answer(portion.start, stop, device, part)
