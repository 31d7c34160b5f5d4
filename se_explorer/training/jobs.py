"""The trainings of a server: one pair at a time, the others in line; whoever looks sees the same.

All state lies on disk (``pairs``); one thread of the process that holds the folder works the line off. Sessions only
ask. When the server ends, however it ends, so do the processes that train; what they were at is "interrupted" then, and
goes on from its checkpoint when somebody asks.
"""

from __future__ import annotations

import functools
import os
import threading
from contextlib import suppress
from pathlib import Path

from se_explorer.errors import BusyError, SEExplorerError, TrainingError
from se_explorer.language import later
from se_explorer.limits import PROFILE, check_local_paths, limits
from se_explorer.training.job_lock import FolderLock
from se_explorer.training.job_process import run_pair
from se_explorer.training.pair_progress import fault_of
from se_explorer.training.pair_request import PairRequest
from se_explorer.training.pairs import (
    RUNS,
    Pair,
    State,
    every_pair,
    new_pair,
    pairs_folder,
    read_pair,
    remove_pair,
    unwritable,
    write_pair,
)
from se_explorer.training.surroundings import job_device

__all__ = ["LINE", "PairJobs", "pair_jobs", "training_allowed"]

SWITCH = "SE_EXPLORER_TRAINING"
AGAIN = 5.0  # seconds after which a full disk is tried again
LINE = 8  # pairs that may wait
UNNAMED = 12  # ended pairs that nobody named and that are kept


def training_allowed() -> bool:
    """Whether people may train here; ``SE_EXPLORER_TRAINING=off`` forbids it, as the public profile does."""
    return limits().training


def _forbidding() -> str:
    given = os.environ.get(SWITCH, "").strip()
    return f"{SWITCH}={given}" if given else f"{PROFILE}={limits().profile}"


class PairJobs:
    """The pairs of one folder. All methods may be called from any thread, and none waits for a training.

    Args:
        root: the folder; of several processes the first has it until it ends, and the others only read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._changes = threading.RLock()
        self._stop = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock: FolderLock | None = None
        self._current: str | None = None
        self._unwritable: OSError | None = None
        self._take_over()

    def _take_over(self) -> bool:
        """Whether the folder is this process's; what a former one was at when it ended is marked."""
        if self._lock is not None or self._closed.is_set():
            return self._lock is not None
        try:
            lock = FolderLock(self.root)
        except OSError as error:
            self._unwritable = error
            return False
        if not lock.take():
            lock.release()
            return False
        self._lock = lock
        for pair in every_pair(self.root):
            if not pair.is_over:
                self._put(pair, "interrupted")
        return True

    def _put(self, pair: Pair, state: State, error: SEExplorerError | None = None) -> Pair:
        changed = pair.model_copy(update={"state": state, "fault": None if error is None else fault_of(error)})
        write_pair(self.root, changed)
        return changed

    def pairs(self) -> tuple[Pair, ...]:
        """All pairs, the latest first."""
        with self._changes:
            self._take_over()
        return every_pair(self.root)[::-1]

    def pair(self, pair_id: str) -> Pair | None:
        """One pair as it stands, if it is there."""
        return read_pair(self.root, pair_id)

    def running(self) -> Pair | None:
        """The pair that trains now."""
        return next((pair for pair in every_pair(self.root) if pair.state == "running"), None)

    def place(self, pair: Pair) -> int:
        """Its place in line from 1; 0 where it does not wait."""
        line = [other.id for other in self._line()]
        return line.index(pair.id) + 1 if pair.id in line else 0

    def _line(self) -> list[Pair]:
        return sorted((pair for pair in every_pair(self.root) if pair.state == "queued"), key=lambda pair: pair.created)

    def start(self, request: PairRequest, owner: str) -> Pair:
        """Ask for a pair; it trains at once or waits in line.

        Raises:
            BusyError: the line is full.
            DataError: it names a folder, and this is a server where strangers come.
            TrainingError: training is forbidden here, another process has the folder, or it cannot be written.
        """
        with self._changes:
            self._check_may_begin()
            if request.folder is not None:
                check_local_paths()
            self._tidy()
            pair = new_pair(request, owner)
            write_pair(self.root, pair)
            self._work()
        return pair

    def resume(self, pair: Pair) -> Pair:
        """Go on with a pair that was stopped, failed or interrupted, from its checkpoints; it waits in line again.

        Raises:
            BusyError, TrainingError: as for ``start``; there is nothing to go on with.
        """
        with self._changes:
            self._check_may_begin()
            present = self._present(pair)
            if present.state not in ("stopped", "failed", "interrupted"):
                unended = later("a training that has not come to its end")
                raise TrainingError(unended, pair.id, later("Start a new one."))
            queued = self._put(present.model_copy(update={"created": new_pair(pair.request, "").created}), "queued")
            self._work()
        return queued

    def stop(self, pair: Pair) -> None:
        """Stop a pair that trains or waits; its checkpoints stay.

        Raises:
            TrainingError: another process trains here, or it cannot be written.
        """
        with self._changes:
            self._check_is_ours()
            present = self.pair(pair.id)
            if present is not None and present.state == "queued":
                self._put(present, "stopped")
            elif self._current == pair.id:
                self._stop.set()

    def keep(self, pair: Pair, name: str) -> None:
        """Name a pair, so that it stays; an empty name takes that back.

        Raises:
            TrainingError: it is gone, another process trains here, or it cannot be written.
        """
        with self._changes:
            self._check_is_ours()
            present = self._present(pair)
            write_pair(self.root, present.model_copy(update={"name": " ".join(name.split())[:60]}))

    def delete(self, pair: Pair) -> None:
        """Delete a pair that has ended, with its results.

        Raises:
            TrainingError: it has not ended, another process trains here, or the system refuses.
        """
        with self._changes:
            self._check_is_ours()
            present = self._present(pair)
            if not present.is_over or self._current == pair.id:
                raise TrainingError(later("a training that has ended"), pair.id, later("Stop it first."))
            remove_pair(self.root, present)

    def close(self) -> None:
        """Stop everything and let go of the folder."""
        self._closed.set()
        with self._changes:
            if self._lock is not None:
                for pair in self._line():
                    self._put(pair, "stopped")
            self._stop.set()
            thread = self._thread
        if thread is not None:
            thread.join()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _present(self, pair: Pair) -> Pair:
        present = self.pair(pair.id)
        if present is None:
            raise TrainingError(later("a training that is there"), pair.id, later("Choose another one."))
        return present

    def _check_may_begin(self) -> None:
        if not training_allowed():
            raise TrainingError(
                later("a server that trains"),
                later("{variable}, which forbids it", variable=_forbidding()),
                later("Run SE Explorer on a machine of your own to train."),
            )
        self._check_is_ours()
        if len(self._line()) >= LINE:
            raise BusyError(
                later("at most {count} trainings that wait", count=LINE),
                later("one more"),
                later("Come back when one of them has ended; what is waiting is shown below."),
            )

    def _check_is_ours(self) -> None:
        if not self._take_over():
            if self._unwritable is not None:
                raise unwritable(self.root, self._unwritable)
            raise TrainingError(
                later("a folder that no other SE Explorer trains in"),
                str(self.root),
                later("Start it there, end that one, or name another folder in {variable}.", variable=RUNS),
            )

    def _tidy(self) -> None:
        """Let the oldest ended pairs go that nobody named."""
        ended = [pair for pair in every_pair(self.root) if pair.is_over and not pair.name]
        for pair in ended[: max(0, len(ended) - UNNAMED + 1)]:
            remove_pair(self.root, pair)

    def _work(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work_off, daemon=True, name="pair-jobs")
            self._thread.start()

    def _next(self) -> Pair | None:
        with self._changes:
            line = self._line()
            self._stop.clear()
            if (left := self.running()) is not None:  # its end could not be written, the disk was full
                self._put(left, "interrupted")
            if not line:
                self._thread = None
                return None
            begun = self._put(line[0], "running")
            self._current = begun.id
            return begun

    def _work_off(self) -> None:
        while True:
            try:
                pair = self._next()
            except TrainingError:  # the disk is full: the line waits until there is room
                if self._closed.wait(AGAIN):
                    return
                continue
            if pair is None:
                return
            self._train(pair)

    def _train(self, pair: Pair) -> None:
        state: State = "failed"
        error: SEExplorerError | None = None
        try:
            came_to_its_end = run_pair(self.root, pair, job_device(), self._stop.is_set)
            state = "done" if came_to_its_end else "stopped"
        except SEExplorerError as fault:
            error = fault
        except OSError as fault:  # no more processes, or no room for their files
            error = TrainingError(
                later("a process that can be started"), str(fault)[:200], later("Make room and go on.")
            )
        with self._changes:
            self._current = None
            present = self.pair(pair.id)
            if present is not None:
                with suppress(TrainingError):  # no room for that: it is marked as interrupted when there is
                    self._put(present, state, error)


@functools.cache
def _jobs_of(root: Path) -> PairJobs:
    return PairJobs(root)


def pair_jobs() -> PairJobs:
    """This server's trainings."""
    return _jobs_of(pairs_folder())
