"""Traces from an engine server while it answers, else from the engine of this process."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np

from se_explorer.cluster import ADDRESS_VARIABLE
from se_explorer.cluster.client import RemoteEngine, UnknownNetworkError
from se_explorer.engine import EditPlan, Engine, Trace
from se_explorer.engine.requests import TraceRequest
from se_explorer.errors import BusyError, ClusterError
from se_explorer.images import Picture
from se_explorer.language import current_language

__all__ = ["Fallback", "Route", "remote_from"]

RETRY_SECONDS = 30.0
UNKNOWN_SECONDS = 300.0  # until a server is asked again for a network that it did not have
THREADS = 32  # requests that are under way at once
_log = logging.getLogger(__name__)


def remote_from(environment: Mapping[str, str]) -> Fallback | None:
    """What the environment names; None where it names nothing, or no address, which is logged once."""
    address = environment.get(ADDRESS_VARIABLE, "").strip()
    if not address:
        return None
    try:
        return Fallback(RemoteEngine(address))
    except ClusterError as error:
        _log.warning("%s", error)
        return None


class Fallback:
    """Asks a server, and remembers for a while that it did not answer.

    Args:
        remote: the server.
        clock: seconds that only grow.

    Attributes:
        down: whether the server did not answer lately, so that all runs here.
    """

    def __init__(self, remote: RemoteEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self._remote, self._clock = remote, clock
        self._lock = threading.Lock()
        self._again = 0.0  # when the server is asked again, while it is down
        self._unknown: dict[int, float] = {}
        self._faults = 0
        self._salt = os.urandom(16)
        self._threads = ThreadPoolExecutor(THREADS, "se-explorer-remote")
        self.down = False

    def route(self, engine: Engine) -> Route:
        """The way of one network's requests."""
        return Route(self, engine)

    def ticket(self, engine: Engine) -> int | None:
        """Leave to ask the server, or None; of many that would ask one that was down, one gets it at a time."""
        now = self._clock()
        with self._lock:
            if now < self._unknown.get(engine.serial, 0.0) or (self.down and now < self._again):
                return None
            if self.down:
                self._again = now + RETRY_SECONDS
            return self._faults

    def ask(self, ticket: int, engine: Engine, request: TraceRequest, client: Hashable, tag: str) -> Trace | None:
        """The server's trace; None if it has none to give, and the request must run here.

        Args:
            ticket: no good any more if the server failed since it was given: who waited in line asks no more.
            client, tag: see ``RemoteEngine.trace``.

        Raises:
            SEExplorerError: what went wrong with the request itself.
        """
        if ticket != self._faults:
            return None
        try:
            trace = self._remote.trace(engine, request, self._anonymous(client), tag)
        except UnknownNetworkError:
            with self._lock:
                self._unknown[engine.serial] = self._clock() + UNKNOWN_SECONDS
            self._mark(None)
        except BusyError:
            self._mark(None)
        except ClusterError as error:
            self._mark(error)
        else:
            self._mark(None)
            return trace
        return None

    def submit(self, function: Callable[[], None]) -> None:
        """Run in a thread of those that wait for the server."""
        self._threads.submit(function)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._remote.close()

    def _anonymous(self, client: Hashable) -> str:
        """A session as the server knows it: the same throughout, and nobody's name."""
        return "" if client is None else hashlib.sha256(self._salt + str(client).encode()).hexdigest()

    def _mark(self, fault: ClusterError | None) -> None:
        with self._lock:
            if fault is not None:
                self._faults += 1
                if not self.down:
                    _log.warning("engine server: %s", fault)
                self._again = self._clock() + RETRY_SECONDS
            elif self.down:
                _log.warning("engine server: it answers again")
            self.down = fault is not None


class Route:
    """Takes traces as ``Worker`` does: from the server if it can be had, else from the engine's own worker."""

    def __init__(self, fallback: Fallback, engine: Engine) -> None:
        self._fallback, self._engine = fallback, engine
        self._here: dict[Future[Any], Future[Trace]] = {}

    def trace(
        self,
        picture: Picture,
        plan: EditPlan | str = "",
        *,
        keep: Collection[str] = (),
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
        client: Hashable = None,
    ) -> Future[Trace]:
        """See ``Worker.trace``."""
        request = self._engine.request(picture, plan, keep=keep, donors=donors)

        def here() -> Future[Trace]:
            return self._engine.worker.trace(picture, request.plan, keep=keep, donors=donors, client=client)

        ticket = self._fallback.ticket(self._engine)
        if ticket is None:
            return here()
        tag = current_language()

        future: Future[Trace] = Future()

        def asked() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                trace = self._fallback.ask(ticket, self._engine, request, client, tag)
                if trace is None:
                    self._here[future] = here()
                    trace = self._here[future].result()
            except BaseException as error:  # noqa: BLE001  (it is raised where somebody waits for it)
                future.set_exception(error)
            else:
                future.set_result(trace)

        future.add_done_callback(self._forget)
        self._fallback.submit(asked)
        return future

    def place(self, future: Future[Any]) -> int:
        """See ``Worker.place``; -1 while the server has it."""
        return self._engine.worker.place(self._here.get(future, future))

    def _forget(self, future: Future[Any]) -> None:
        with suppress(KeyError):
            del self._here[future]
