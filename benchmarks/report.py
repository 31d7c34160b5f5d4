"""What was found, as tables for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.results import Findings, Growth, PageRun, Ratio, Start
from benchmarks.targets import SOURCE, target_of

__all__ = ["as_json", "print_tables"]


def _ratio_row(found: Ratio) -> dict[str, Any]:
    target = target_of(found)
    told = None if target is None else target.text(found.network)
    return asdict(found) | {"target": told, "reached": None if target is None else target.reached(found)}


def as_json(machine: Machine, found: Findings) -> dict[str, Any]:
    """Plain values under keys that stay: machine, ratios, growth, start, pages, absent."""
    return {
        "machine": asdict(machine),
        "ratios": [_ratio_row(each) for each in found.ratios],
        "growth": [asdict(each) for each in found.growth],
        "start": [asdict(each) for each in found.start],
        "pages": [asdict(each) for each in found.pages],
        "absent": [asdict(each) for each in found.absent],
    }


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", justify="right" if place > 1 else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _ratios(found: Sequence[Ratio]) -> Table:
    rows = []
    for each in found:
        target = target_of(each)
        wanted, reached = ("", "") if target is None else (target.text(each.network), _word(target.reached(each)))
        spread = f"{each.low:.3f} to {each.high:.3f}"
        times = (f"{each.numerator_ms:.1f}", f"{each.denominator_ms:.1f}", str(each.runs))
        rows.append(
            (
                each.network,
                f"{each.numerator} / {each.denominator}",
                f"{each.value:.3f}",
                spread,
                *times,
                wanted,
                reached,
            )
        )
    columns = ("network", "what", "ratio", "quartiles", "ms", "over ms", "runs", f"target ({SOURCE})", "reached")
    return _table("Ratios of medians of interleaved runs", columns, rows)


def _word(reached: bool) -> str:
    return "yes" if reached else "no"


def _growth(found: Sequence[Growth]) -> Table:
    rows = [
        (
            each.network,
            each.what,
            f"{each.quantity} against {each.number}",
            ", ".join(f"{size}: {value:.4g}" for size, value in zip(each.sizes, each.values, strict=True)),
            f"{each.exponent:.2f}",
            f"{each.low:.2f} to {each.high:.2f}",
            str(each.runs),
        )
        for each in found
    ]
    columns = ("network", "what", "quantity", "medians", "exponent", "quartiles", "runs")
    return _table("Growth: 0 is flat, 1 is in proportion", columns, rows)


def _start(found: Sequence[Start]) -> Table:
    rows = [
        (
            each.what,
            each.peer,
            f"{each.seconds:.2f}",
            f"{each.low:.2f} to {each.high:.2f}",
            f"{each.peer_seconds:.2f}",
            f"{each.seconds - each.peer_seconds:.2f}",
            str(each.runs),
        )
        for each in found
    ]
    columns = ("process start to", "peer", "s", "quartiles", "peer's s", "difference", "runs")
    return _table("Start", columns, rows)


def _pages(found: Sequence[PageRun]) -> Table:
    rows = [
        (
            each.page,
            each.run,
            f"{each.milliseconds:.0f}",
            f"{each.low:.0f} to {each.high:.0f}",
            str(each.messages),
            f"{each.sent_bytes / 1e3:.1f}",
            str(each.media_files),
            f"{each.media_bytes / 1e3:.1f}",
            str(each.runs),
        )
        for each in found
    ]
    columns = ("page", "run", "ms", "quartiles", "messages", "kB sent", "files", "kB of files", "runs")
    return _table("Pages, over the websocket of a running server", columns, rows)


def print_tables(console: Console, machine: Machine, found: Findings) -> None:
    """The tables that have rows, the machine above them, absent peers below."""
    console.print(
        f"{machine.cpu}, {machine.cores} cores, {machine.device}, torch {machine.torch}, {machine.threads} threads: "
        f"{machine.gmacs:.1f} G multiply-adds a second in a float32 matrix product"
        + ("" if machine.load is None else f" (load {machine.load:.1f})")
    )
    tables = (
        (found.ratios, _ratios(found.ratios)),
        (found.growth, _growth(found.growth)),
        (found.start, _start(found.start)),
        (found.pages, _pages(found.pages)),
    )
    for rows, table in tables:
        if rows:
            console.print(table)
    for each in found.absent:
        console.print(f"Not measured: {each.peer}. {each.why}", markup=False)
