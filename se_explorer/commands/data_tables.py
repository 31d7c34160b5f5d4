"""An ablation over data as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from se_explorer.analysis.data_sweep_record import DataRow, DataSweep, Difference
from se_explorer.analysis.intervals import wilson
from se_explorer.commands.console import pictures_text, run_text
from se_explorer.language import _, decimal, list_of, ngettext, percent, whole

__all__ = ["difference_lines", "print_data_sweep", "range_text"]

UNREADABLE_SHOWN = 10


def range_text(low: str, high: str) -> str:
    """An interval."""
    return _("{low} to {high}").format(low=low, high=high)


def _points(difference: Difference) -> tuple[str, str]:
    """The change of the accuracy in points, and its interval."""
    found = difference.accuracy
    return f"{found.value * 100:+.2f}", range_text(f"{found.low * 100:+.2f}", f"{found.high * 100:+.2f}")


def _tests(difference: Difference) -> tuple[str, str, str]:
    star = " *" if difference.significant else ""
    return f"{difference.lost} / {difference.gained}", f"{difference.p:.2g}", f"{difference.p_holm:.2g}{star}"


def _loss(difference: Difference) -> str:
    found = difference.loss
    return f"{found.value:+.4f} ({range_text(f'{found.low:+.4f}', f'{found.high:+.4f}')})"


def _table(title: str, first: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _columns_of_change() -> tuple[str, ...]:
    return _("change, points"), _("95 % interval"), _("loss change")


def _columns_of_tests() -> tuple[str, ...]:
    return _("lost / gained"), "p", _("p, Holm")


def _rows(sweep: DataSweep, rows: Sequence[DataRow], title: str) -> Table:
    columns = (_("top-1"), _("top-5"), *_columns_of_change(), _("agrees"), *_columns_of_tests())
    table = _table(title, _("edits"), columns)
    for row in rows:
        shares = (percent(row.right / sweep.count, 2), percent(row.right5 / sweep.count, 2))
        agrees = percent(row.agreeing / sweep.count, 2)
        found = row.difference
        table.add_row(row.edits or _("none"), *shares, *_points(found), _loss(found), agrees, *_tests(found))
    return table


def _contrasts(sweep: DataSweep, mode: str) -> Table:
    title = _("{mode} against {first}: accuracy and loss with {mode} less those with {first}")
    columns = (*_columns_of_change(), *_columns_of_tests())
    table = _table(title.format(mode=mode, first=sweep.modes[0]), _("blocks"), columns)
    for each in sweep.contrasts:
        if each.mode == mode:
            found = each.difference
            table.add_row(list_of(list(each.blocks)), *_points(found), _loss(found), *_tests(found))
    return table


def difference_lines(row: DataRow, sweep: DataSweep) -> list[str]:
    """One plan's comparison with the unedited network, in sentences."""
    found, before = row.difference, sweep.baseline
    change, interval = _points(found)
    unedited = _(
        "unedited: top-1 {top1} ({right} right), loss {loss}; the plan answers as the unedited network does to {share} "
        "of the pictures"
    )
    against = _(
        "against the unedited network: top-1 {change} points (paired bootstrap, 95 %: {interval}), {lost} lost and "
        "{gained} gained, McNemar's exact p = {p}; loss {loss}"
    )
    return [
        unedited.format(
            top1=percent(sweep.accuracy, 2),
            right=whole(before.right),
            loss=decimal(before.loss, 4),
            share=percent(row.agreeing / sweep.count, 2),
        ),
        against.format(
            change=change,
            interval=interval,
            lost=whole(found.lost),
            gained=whole(found.gained),
            p=f"{found.p:.2g}",
            loss=_loss(found),
        ),
    ]


def _unedited(sweep: DataSweep) -> str:
    low, high = wilson(sweep.baseline.right, sweep.count)
    told = _("unedited: top-1 {top1}, 95 % interval {interval} ({right} right), top-5 {top5}, loss {loss}")
    return told.format(
        top1=percent(sweep.accuracy, 2),
        interval=range_text(percent(low, 2), percent(high, 2)),
        right=whole(sweep.baseline.right),
        top5=percent(sweep.baseline.right5 / sweep.count, 2),
        loss=decimal(sweep.baseline.loss, 4),
    )


def _cost(sweep: DataSweep) -> str:
    plans = ngettext("{count} plan", "{count} plans", len(sweep.rows) + 1).format(count=len(sweep.rows) + 1)
    way = _("in one pass over the data")
    if not sweep.one_pass:
        way = _("plan by plan, since they could share no pass")
    told = _(
        "{plans} {way}: {passes} forward passes a picture by multiply-adds, {seconds} s. An intervention on a trained "
        "network, not a retrained ablation."
    )
    passes, seconds = decimal(sweep.forward_equivalents / sweep.count, 1), decimal(sweep.seconds, 1)
    return told.format(plans=plans, way=way, passes=passes, seconds=seconds)


def print_data_sweep(console: Console, sweep: DataSweep, root: str) -> None:
    """The unedited network, a table of plans for each mode, the modes side by side, and what it cost."""
    console.print(run_text(sweep.model, sweep.weights, sweep.device), soft_wrap=True)
    console.print(f"{root}: {pictures_text(sweep.count, len(sweep.unreadable))}", soft_wrap=True)
    console.print(_unedited(sweep))
    for mode in sweep.modes or ("",):
        title = f"{sweep.kind}, {mode}" if mode else _("Plans, each against the unedited network")
        console.print(_rows(sweep, sweep.of_mode(mode), title))
    for mode in sweep.modes[1:]:
        console.print(_contrasts(sweep, mode))
    explained = _(
        "Changes are paired over the pictures; intervals by a BCa bootstrap of {resamples} resamples, p by McNemar's "
        "exact test. Several plans are tested at once: p, Holm is adjusted for all plans of its table; * marks those "
        "that stay at most 0.05."
    )
    console.print(explained.format(resamples=whole(sweep.resamples)))
    console.print(_cost(sweep))
    for message in sweep.unreadable[:UNREADABLE_SHOWN]:
        console.print(str(message), soft_wrap=True)
