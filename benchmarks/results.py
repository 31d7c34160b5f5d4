"""What the benchmarks find: frozen dataclasses, one for each kind of figure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.timing import quartiles

__all__ = ["Absent", "Findings", "Growth", "PageRun", "Ratio", "Start", "growth", "ratio", "start"]


@dataclass(frozen=True)
class Ratio:
    """The median time of one thing over that of another, from interleaved runs.

    Attributes:
        network: id in the catalog.
        numerator, denominator: what is divided by what.
        value: the ratio of their medians.
        low, high: quartiles of the ratios within a turn.
        numerator_ms, denominator_ms: the medians.
        runs: turns.
    """

    network: str
    numerator: str
    denominator: str
    value: float
    low: float
    high: float
    numerator_ms: float
    denominator_ms: float
    runs: int


@dataclass(frozen=True)
class Growth:
    """How a quantity grows with a number, as the exponent of a power fitted to it.

    Attributes:
        what: was done.
        network: to which network.
        number: what ``sizes`` counts.
        quantity: what ``values`` are, each a median over the turns.
        exponent: median of the exponents fitted in each turn: 0 is flat, 1 is in proportion.
        low, high: their quartiles.
    """

    what: str
    network: str
    number: str
    quantity: str
    sizes: tuple[int, ...]
    values: tuple[float, ...]
    exponent: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True)
class Start:
    """Seconds from the start of a process to its first result, beside those of a process that does what no way leads
    around.

    Attributes:
        low, high: quartiles of ``seconds``.
        peer_seconds: the peer's median.
    """

    what: str
    seconds: float
    low: float
    high: float
    peer: str
    peer_seconds: float
    runs: int


@dataclass(frozen=True)
class PageRun:
    """One run of a page of the app, as a browser is sent it.

    Attributes:
        run: "first" in a new session, "rerun" with nothing changed, or "changed" with one widget's value changed.
        milliseconds: from the request until the script has finished and all was received; the median.
        messages, sent_bytes: over the websocket.
        media_files, media_bytes: pictures that the page then loads by HTTP and the session had not loaded before.
    """

    page: str
    run: str
    milliseconds: float
    low: float
    high: float
    messages: int
    sent_bytes: int
    media_files: int
    media_bytes: int
    runs: int


@dataclass(frozen=True)
class Absent:
    """A peer that was not measured, and why."""

    peer: str
    why: str


@dataclass(frozen=True)
class Findings:
    """What a section found; two are added by putting one behind the other."""

    ratios: tuple[Ratio, ...] = ()
    growth: tuple[Growth, ...] = ()
    start: tuple[Start, ...] = ()
    pages: tuple[PageRun, ...] = ()
    absent: tuple[Absent, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.ratios + other.ratios,
            self.growth + other.growth,
            self.start + other.start,
            self.pages + other.pages,
            tuple(dict.fromkeys(self.absent + other.absent)),
        )


def ratio(network: str, seconds: Mapping[str, Sequence[float]], numerator: str, denominator: str) -> Ratio:
    """One rival's time in terms of another's, both from the same turns."""
    above, below = seconds[numerator], seconds[denominator]
    low, high = quartiles([a / b for a, b in zip(above, below, strict=True)])
    top, bottom = statistics.median(above), statistics.median(below)
    return Ratio(network, numerator, denominator, top / bottom, low, high, top * 1e3, bottom * 1e3, len(above))


def _exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Slope of the straight line through the logarithms, by least squares."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(v) for v in values]).slope


def growth(what: str, network: str, number: str, quantity: str, values: Mapping[int, Sequence[float]]) -> Growth:
    """How values by size grow.

    Args:
        values: by size, at least two; one value a turn, all sizes alike.
    """
    sizes = sorted(values)
    exponents = [_exponent(sizes, turn) for turn in zip(*(values[size] for size in sizes), strict=True)]
    low, high = quartiles(exponents)
    medians = tuple(statistics.median(values[size]) for size in sizes)
    exponent = statistics.median(exponents)
    return Growth(what, network, number, quantity, tuple(sizes), medians, exponent, low, high, len(exponents))


def start(seconds: Mapping[str, Sequence[float]], what: str, peer: str) -> Start:
    """One kind of process beside another."""
    low, high = quartiles(list(seconds[what]))
    ours, theirs = statistics.median(seconds[what]), statistics.median(seconds[peer])
    return Start(what, ours, low, high, peer, theirs, len(seconds[what]))
