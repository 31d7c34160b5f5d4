"""A server's memory as time goes by."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path
from types import TracebackType

__all__ = ["Watch", "resident", "slope"]

EVERY = 0.5  # seconds


def resident(process: int) -> float:
    """MiB of memory that a process holds (Linux).

    Raises:
        OSError: there is no such process, or the system has no /proc.
    """
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0  # it has ended


class Watch:
    """Looks at a process's memory twice a second while its ``with`` lasts.

    Attributes:
        seen: seconds since the beginning, and MiB then.
    """

    def __init__(self, process: int) -> None:
        self.seen: list[tuple[float, float]] = []
        self._process = process
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        begun = time.perf_counter()
        while not self._stop.is_set():
            self.seen.append((time.perf_counter() - begun, resident(self._process)))
            self._stop.wait(EVERY)

    @property
    def peak(self) -> float:
        """The most, MiB."""
        return max((mib for _, mib in self.seen), default=0.0)


def slope(seen: list[tuple[float, float]]) -> float:
    """MiB a minute by which memory rose over the second half of the time: caches fill in the first."""
    later = seen[len(seen) // 2 :]
    if len(later) < 2 or later[0][0] == later[-1][0]:
        return 0.0
    return 60 * statistics.linear_regression(*zip(*later, strict=True)).slope
