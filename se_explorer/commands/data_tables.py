"""An ablation over data as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from se_explorer.analysis.data_sweep_record import DataRow, DataSweep, Difference
from se_explorer.analysis.intervals import wilson

__all__ = ["difference_lines", "print_data_sweep"]

UNREADABLE_SHOWN = 10


def _points(difference: Difference) -> tuple[str, str]:
    """The change of the accuracy in points, and its interval."""
    found = difference.accuracy
    return f"{found.value * 100:+.2f}", f"{found.low * 100:+.2f} to {found.high * 100:+.2f}"


def _tests(difference: Difference) -> tuple[str, str, str]:
    star = " *" if difference.significant else ""
    return f"{difference.lost} / {difference.gained}", f"{difference.p:.2g}", f"{difference.p_holm:.2g}{star}"


def _loss(difference: Difference) -> str:
    found = difference.loss
    return f"{found.value:+.4f} ({found.low:+.4f} to {found.high:+.4f})"


def _table(title: str, first: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


TESTS = ("lost / gained", "p", "p, Holm")


def _rows(sweep: DataSweep, rows: Sequence[DataRow], title: str) -> Table:
    columns = ("top-1", "top-5", "change, points", "95 % interval", "loss change", "agrees", *TESTS)
    table = _table(title, "edits", columns)
    for row in rows:
        shares = (f"{row.right / sweep.count:.2%}", f"{row.right5 / sweep.count:.2%}")
        agrees = f"{row.agreeing / sweep.count:.2%}"
        found = row.difference
        table.add_row(row.edits or "none", *shares, *_points(found), _loss(found), agrees, *_tests(found))
    return table


def _contrasts(sweep: DataSweep, mode: str) -> Table:
    title = f"{mode} against {sweep.modes[0]}: accuracy and loss with {mode} less those with {sweep.modes[0]}"
    table = _table(title, "blocks", ("change, points", "95 % interval", "loss change", *TESTS))
    for each in sweep.contrasts:
        if each.mode == mode:
            found = each.difference
            table.add_row(", ".join(each.blocks), *_points(found), _loss(found), *_tests(found))
    return table


def difference_lines(row: DataRow, sweep: DataSweep) -> list[str]:
    """One plan's comparison with the unedited network, in sentences."""
    found, before = row.difference, sweep.baseline
    change, interval = _points(found)
    return [
        f"unedited: top-1 {sweep.accuracy:.2%} ({before.right} right), loss {before.loss:.4f}; the plan answers as "
        f"the unedited network does to {row.agreeing / sweep.count:.2%} of the pictures",
        f"against the unedited network: top-1 {change} points (paired bootstrap, 95 %: {interval}), "
        f"{found.lost} lost and {found.gained} gained, McNemar's exact p = {found.p:.2g}; loss {_loss(found)}",
    ]


def print_data_sweep(console: Console, sweep: DataSweep, root: str) -> None:
    """The unedited network, a table of plans for each mode, the modes side by side, and what it cost."""
    low, high = wilson(sweep.baseline.right, sweep.count)
    console.print(f"{sweep.model} ({sweep.weights}) on {sweep.device}", soft_wrap=True)
    console.print(f"{root}: {sweep.count} pictures, {len(sweep.unreadable)} unreadable", soft_wrap=True)
    console.print(
        f"unedited: top-1 {sweep.accuracy:.2%}, 95 % interval {low:.2%} to {high:.2%} ({sweep.baseline.right} right), "
        f"top-5 {sweep.baseline.right5 / sweep.count:.2%}, loss {sweep.baseline.loss:.4f}"
    )
    for mode in sweep.modes or ("",):
        title = f"{sweep.kind}, {mode}" if mode else "Plans, each against the unedited network"
        console.print(_rows(sweep, sweep.of_mode(mode), title))
    for mode in sweep.modes[1:]:
        console.print(_contrasts(sweep, mode))
    console.print(
        f"Changes are paired over the pictures; intervals by a BCa bootstrap of {sweep.resamples} resamples, p by "
        "McNemar's exact test. Several plans are tested at once: p, Holm is adjusted for all plans of its table; * "
        "marks those that stay at most 0.05."
    )
    plans = len(sweep.rows) + 1
    way = "in one pass over the data" if sweep.one_pass else "plan by plan, since they could share no pass"
    console.print(
        f"{plans} plans {way}: {sweep.forward_equivalents / sweep.count:.1f} forward passes a picture by "
        f"multiply-adds, {sweep.seconds:.1f} s. An intervention on a trained network, not a retrained ablation."
    )
    for message in sweep.unreadable[:UNREADABLE_SHOWN]:
        console.print(message, soft_wrap=True)
