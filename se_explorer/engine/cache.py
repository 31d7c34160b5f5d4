"""Keep what was worked out, within a number of bytes, for all threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

__all__ = ["ByteCache", "Sized"]

Key = TypeVar("Key", bound=Hashable)


class Sized(Protocol):
    """Something that knows how many bytes it holds."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...


Value = TypeVar("Value", bound=Sized)


class ByteCache(Generic[Key, Value]):
    """Least recently used values go first.

    Args:
        capacity: bytes; a value larger than that is handed out but not kept.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, made if it is not there.

        Two threads that want one missing value at once both make it, and get equal ones: nobody waits for a stranger.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._keep(key, value)
        return value

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Forget the values of all keys that are unwanted."""
        with self._lock:
            for key in [key for key in self._values if unwanted(key)]:
                self.used -= self._values.pop(key).size

    def _keep(self, key: Key, value: Value) -> None:
        if key in self._values or value.size > self.capacity:
            return
        self._values[key] = value
        self.used += value.size
        while self.used > self.capacity:
            _, oldest = self._values.popitem(last=False)
            self.used -= oldest.size
