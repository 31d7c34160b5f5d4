"""Places for so many at once, and a line of those who wait for one: first come, first served."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Seats"]


def _always(_who: str) -> bool:
    return True


class Seats:
    """Who has a place. All methods may be called from any thread.

    Nobody has to give a place back: who is gone is asked for when places are short. So nothing is lost with a session
    that ends in any way.

    Args:
        places: how many there are.
        waiting: how many may wait for one.
        is_there: whether somebody is still there.
    """

    def __init__(self, places: int, waiting: int, is_there: Callable[[str], bool] = _always) -> None:
        self.places = places
        self.waiting = waiting
        self._is_there = is_there
        self._lock = threading.Lock()
        self._seated: set[str] = set()
        self._line: dict[str, None] = {}

    def take(self, who: str) -> int | None:
        """Take a place, or a place in line.

        Returns:
            0: has a place. From 1: the place in line. None: the line is full too.
        """
        with self._lock:
            if who in self._seated:
                return 0
            if len(self._seated) + len(self._line) >= self.places:
                self._forget_gone(who)
            if who not in self._line and len(self._line) >= self.waiting + self.places - len(self._seated):
                return None
            self._line.setdefault(who)
            place = list(self._line).index(who)
            if place >= self.places - len(self._seated):
                return place + 1 - (self.places - len(self._seated))
            del self._line[who]
            self._seated.add(who)
            return 0

    def give_back(self, who: str) -> None:
        """Leave the place, or the line."""
        with self._lock:
            self._seated.discard(who)
            self._line.pop(who, None)

    @property
    def taken(self) -> int:
        """Places that are taken."""
        with self._lock:
            return len(self._seated)

    def _forget_gone(self, who: str) -> None:
        self._seated = {each for each in self._seated if self._is_there(each)}
        self._line = {each: None for each in self._line if each == who or self._is_there(each)}
