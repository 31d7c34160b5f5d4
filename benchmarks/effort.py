"""How often things are done: enough for the spread to mean something, or as often as a minute allows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Effort"]


@dataclass(frozen=True)
class Effort:
    """Turns that are counted.

    Attributes:
        forwards: of what takes about as long as a forward pass.
        sweeps: of what takes many.
        slow: of what takes hundreds.
        depths: SE blocks of the networks whose sweeps are compared.
        pictures: sizes of the data sets whose tracing is compared.
        starts: of processes.
        start_warm_ups: turns of processes that are not counted.
        pages: of each page, by new sessions.
    """

    forwards: int
    sweeps: int
    slow: int
    depths: tuple[int, ...]
    pictures: tuple[int, ...]
    starts: int
    start_warm_ups: int
    pages: int


FULL = Effort(20, 7, 5, (4, 8, 16, 32), (8, 16, 32, 64), 5, 1, 9)
QUICK = Effort(5, 2, 1, (4, 8, 16), (8, 16, 32), 1, 0, 1)
