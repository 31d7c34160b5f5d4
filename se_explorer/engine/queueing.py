"""Who is served next: a bounded queue in which everybody's turn comes, however much others have asked for."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from se_explorer.engine.requests import TraceRequest
from se_explorer.errors import BusyError
from se_explorer.language import later

__all__ = ["FairQueue", "Work"]


@dataclass(frozen=True, eq=False)
class Work:
    """Something that somebody waits for.

    Attributes:
        client: who; each client's work is served in its order.
        what: a trace, which may share a batch with other clients', or a call that runs by itself.
        future: what becomes of it. Who no longer waits cancels it.
    """

    client: Hashable
    what: TraceRequest | Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class FairQueue:
    """Clients take turns. Not thread-safe: whoever uses it holds a lock.

    Args:
        capacity: how much may wait in all.
        each: how much of one client may wait.
    """

    def __init__(self, capacity: int, each: int) -> None:
        self.capacity = capacity
        self.each = each
        self._waiting: OrderedDict[Hashable, deque[Work]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(line) for line in self._waiting.values())

    def put(self, work: Work) -> None:
        """Let it wait.

        Raises:
            BusyError: too much is waiting.
        """
        self._forget_cancelled()
        own = len(self._waiting.get(work.client, ()))
        if own >= self.each:
            raise BusyError(
                later("at most {count} requests of one client at a time", count=self.each),
                str(own + 1),
                later("Wait for an answer."),
            )
        if len(self) >= self.capacity:
            raise BusyError(
                later("at most {count} waiting requests", count=self.capacity),
                str(len(self) + 1),
                later("Try again in a moment."),
            )
        self._waiting.setdefault(work.client, deque()).append(work)

    def _forget_cancelled(self) -> None:
        lines = {
            client: deque(work for work in line if not work.future.cancelled())
            for client, line in self._waiting.items()
        }
        self._waiting = OrderedDict((client, line) for client, line in lines.items() if line)

    def place(self, future: Future[Any]) -> int:
        """How many others are served before it, at most; -1 if it is not waiting."""
        for turn, (client, line) in enumerate(self._waiting.items()):
            rounds = next((number for number, work in enumerate(line) if work.future is future), None)
            if rounds is not None:
                others = [len(other) for name, other in self._waiting.items() if name != client]
                return rounds + sum(min(count, rounds + (place < turn)) for place, count in enumerate(others))
        return -1

    def clear(self) -> list[Work]:
        """Let nothing wait any more; gives what did."""
        works = [work for line in self._waiting.values() for work in line]
        self._waiting.clear()
        return works

    def take(self, most: int) -> list[Work]:
        """The next to be served: traces that may share a batch, or one call."""
        taken: list[Work] = []
        while self._waiting and len(taken) < most:
            client, line = next(iter(self._waiting.items()))
            shares = isinstance(line[0].what, TraceRequest)
            if taken and not shares:
                break
            work = line.popleft()
            del self._waiting[client]
            if line:
                self._waiting[client] = line  # behind all others
            if not work.future.set_running_or_notify_cancel():
                continue
            taken.append(work)
            if not shares:
                break
        return taken
