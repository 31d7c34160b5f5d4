"""One worker for a network and device: what many sessions ask of it within a moment runs as rows of one batch.

A request that comes while nothing runs begins at once, so that a person alone never waits for others. What comes while
something runs waits for its end, and then goes together. After a batch of several the worker lets a few
milliseconds pass before the next one, since where two asked at once more are likely to.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from se_explorer.engine.device import memory_told
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.queueing import FairQueue, Work
from se_explorer.engine.requests import TraceRequest
from se_explorer.engine.results import Trace
from se_explorer.errors import BusyError
from se_explorer.images import Picture
from se_explorer.language import later
from se_explorer.limits import limits

if TYPE_CHECKING:
    from se_explorer.engine.engine import Engine

__all__ = ["Worker"]

Result = TypeVar("Result")


class Worker:
    """Serves many threads' requests to one engine. Its thread lives while there is work, and a moment longer.

    Args:
        engine: whose requests.
        rows: how many may share a batch.
        gather: seconds to wait for company after a batch of several.
        capacity, each: how many requests may wait, in all and of one client; None: as many as this process allows.
        idle: seconds without work after which the thread ends; the next request starts another.

    Attributes:
        batches: how many batches ran, by number of rows.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        rows: int = 8,
        gather: float = 0.004,
        capacity: int | None = None,
        each: int | None = None,
        idle: float = 2.0,
    ) -> None:
        self.engine = engine
        self.batches: dict[int, int] = {}
        self._rows, self._gather, self._idle = rows, gather, idle
        allowed = limits()
        self._queue = FairQueue(
            allowed.requests if capacity is None else capacity, allowed.session_requests if each is None else each
        )
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def trace(
        self,
        picture: Picture,
        plan: EditPlan | str = "",
        *,
        keep: Collection[str] = (),
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
        client: Hashable = None,
    ) -> Future[Trace]:
        """Ask for a trace; arguments and errors as of ``Engine.trace``, what is wrong with them is told at once.

        Args:
            client: whose turn it takes; None stands for this thread.

        Returns:
            Its future. ``cancel`` takes it out of the line; what runs already runs to its end.

        Raises:
            BusyError: too many are waiting, or the worker was closed.
        """
        return self._submit(self.engine.request(picture, plan, keep=keep, donors=donors), client)

    def call(self, function: Callable[[], Result], client: Hashable = None) -> Future[Result]:
        """Ask for something that needs the network for itself, such as a part of a sweep.

        Raises:
            BusyError: too many are waiting, or the worker was closed.
        """
        return self._submit(function, client)

    def place(self, future: Future[Any]) -> int:
        """How many requests are served before this one, at most; -1 if it is not waiting any more."""
        with self._change:
            return self._queue.place(future)

    def rest(self) -> None:
        """Let the thread end as soon as nothing waits: its network is being given up."""
        with self._change:
            self._idle = 0.0
            self._change.notify_all()

    def close(self) -> None:
        """Take no more requests, cancel what waits, and let what runs end."""
        with self._change:
            self._closed = True
            for work in self._queue.clear():
                work.future.cancel()
            self._change.notify_all()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(self, what: TraceRequest | Callable[[], Any], client: Hashable) -> Future[Any]:
        work = Work(threading.get_ident() if client is None else client, what)
        with self._change:
            if self._closed:
                raise BusyError(
                    later("a worker that takes requests"),
                    later("one that was closed"),
                    later("Open the network again."),
                )
            self._queue.put(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="se-explorer-worker", daemon=True)
                self._thread.start()
            self._change.notify_all()
        return work.future

    def _serve(self) -> None:
        several = False
        while True:
            if several:
                self._wait_for_company()
            with self._change:
                self._change.wait_for(lambda: self._closed or not self._idle or len(self._queue) > 0, self._idle)
                taken = self._queue.take(self._rows)
                if not taken and (self._closed or not len(self._queue)):
                    self._thread = None
                    return
            several = len(taken) > 1
            self._run(taken)
            del taken  # an idle worker holds on to nobody's picture

    def _wait_for_company(self) -> None:
        with self._change:
            self._change.wait_for(lambda: self._closed or len(self._queue) >= self._rows, self._gather)

    def _run(self, taken: Iterable[Work]) -> None:
        alike: dict[Hashable, list[Work]] = {}
        for work in taken:
            key = work.what.key if isinstance(work.what, TraceRequest) else work
            alike.setdefault(key, []).append(work)
        groups = list(alike.values())
        if groups:
            self.batches[len(groups)] = self.batches.get(len(groups), 0) + 1
        requests = [group[0].what for group in groups if isinstance(group[0].what, TraceRequest)]
        if len(requests) > 1:
            self._run_together(groups, requests)
        else:
            for group in groups:
                _settle(group, lambda group=group: self._alone(group[0]))  # type: ignore[misc]

    def _run_together(self, groups: Sequence[Sequence[Work]], requests: Sequence[TraceRequest]) -> None:
        try:
            traces = self.engine.traces(requests)
        except Exception:  # noqa: BLE001  (one of them is at fault: each runs again, alone, and gets what is its own)
            for work in itertools.chain(*groups):
                _settle([work], lambda work=work: self._alone(work))  # type: ignore[misc]
            return
        for group, trace in zip(groups, traces, strict=True):
            for work in group:
                work.future.set_result(trace)

    def _alone(self, work: Work) -> Any:
        return self.engine.traces([work.what])[0] if isinstance(work.what, TraceRequest) else work.what()


def _settle(works: Iterable[Work], make: Callable[[], Any]) -> None:
    """Give everybody who waits what was made, or why it could not be."""
    try:
        with memory_told():
            result = make()
    except BaseException as error:  # noqa: BLE001  (it is raised where somebody waits for it)
        for work in works:
            work.future.set_exception(error)
    else:
        for work in works:
            work.future.set_result(result)
