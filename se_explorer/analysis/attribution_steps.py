"""Work that takes a while, in short steps: between two of them others get their turn, and whoever stops has cancelled.

A step-wise attribution is a generator. It yields after each step how far it is, and returns its result.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Progress", "Steps", "carried_out"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """How far the work is: ``done`` of at most ``total``, which it may end before."""

    done: int
    total: int


Steps = Generator[Progress, None, Result]


@dataclass(frozen=True)
class _Finished:
    value: object


def _step(steps: Steps[Result]) -> Progress | _Finished:
    try:
        return next(steps)
    except StopIteration as end:
        return _Finished(end.value)


def _directly(step: Callable[[], Progress | _Finished]) -> Progress | _Finished:
    return step()


def carried_out(
    steps: Steps[Result],
    report: Callable[[Progress], None] = lambda _progress: None,
    through: Callable[[Callable[[], Progress | _Finished]], Progress | _Finished] = _directly,
) -> Result:
    """All of the work.

    Args:
        report: called after each step; what it raises ends the work.
        through: carries one step out by calling what it is given, such as in a worker's line.
    """
    try:
        while isinstance(outcome := through(lambda: _step(steps)), Progress):
            report(outcome)
    finally:
        steps.close()
    result: Result = outcome.value  # type: ignore[assignment]
    return result
