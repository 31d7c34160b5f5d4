"""What is alive at a network's SE blocks, found out by running one picture, then two, and comparing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from se_explorer.engine.graph import Arrive
from se_explorer.engine.growth import Kind, kind_of
from se_explorer.engine.resume import bytes_held
from se_explorer.engine.steps import Values
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Growable", "observe"]

#: Runs a batch, and shows the values that are there: before each block, and after each step.
ShownRun = Callable[[Tensor, Arrive, Callable[[Values], None]], Any]


@dataclass(frozen=True, eq=False)
class Growable:
    """A network whose values have one row a picture, seen segment by segment: before the first block, after each.

    Attributes:
        kinds: by block, of all values that are alive there.
        held: by block, the bytes that are alive there for one row.
        peaks: bytes that one row needs at most, by segment.
        output: for the example's first picture alone.
    """

    kinds: tuple[Mapping[str, Kind], ...]
    held: tuple[int, ...]
    peaks: tuple[int, ...]
    output: Tensor


@dataclass(frozen=True, eq=False)
class _Seen:
    alive: list[dict[str, object]]
    peaks: list[int]
    output: Any


def _see(run: ShownRun, batch: Tensor) -> _Seen:
    alive: list[dict[str, object]] = []
    peaks = [0]

    def arrive(_place: int, values: Mapping[str, object]) -> None:
        alive.append(dict(values))
        peaks.append(0)

    def after(values: Values) -> None:
        peaks[-1] = max(peaks[-1], bytes_held(values))

    with torch.inference_mode():
        output = run(batch, arrive, after)
    return _Seen(alive, peaks, output)


def observe(run: ShownRun, example: Tensor) -> Growable:
    """Run an example (2, 3, H, W) of two different pictures.

    Raises:
        TraceError: the network's values do not have one row a picture.
    """
    one, two = _see(run, example[:1]), _see(run, example)
    if kind_of(one.output, two.output) != "rows":
        raise TraceError(
            later("one answer a picture"),
            later("an output of another shape"),
            later("Its plans will be run one by one."),
        )
    kinds = tuple(
        {name: kind_of(value, more[name]) for name, value in alive.items()}
        for alive, more in zip(one.alive, two.alive, strict=True)
    )
    held = tuple(max(0, bytes_held(more) - bytes_held(alive)) for alive, more in zip(one.alive, two.alive, strict=True))
    peaks = tuple(max(0, more - less) for less, more in zip(one.peaks, two.peaks, strict=True))
    return Growable(kinds, held, peaks, one.output)
