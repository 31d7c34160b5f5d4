"""Ablate over data: what each block is worth over many labelled pictures, beside what it is worth for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import pandas as pd
import streamlit as st

from se_explorer.analysis import Sweep
from se_explorer.analysis.data_sweep_record import DataRow, DataSweep, Difference, Spread
from se_explorer.analysis.data_verdicts import agreement_of_rankings, dependence_of
from se_explorer.engine import Block, Mode
from se_explorer.figures import IntervalSeries, interval_points
from se_explorer.language import _, list_of, ngettext, percent, whole
from se_explorer.ui import address
from se_explorer.ui.ablate_data_file import draw_loader, plain, sweep_over_data
from se_explorer.ui.ablate_data_words import (
    Measured,
    accuracy_in_words,
    measure_name,
    mode_name,
    tell_agreement,
    tell_all,
    tell_dependence,
    tell_mode,
)
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.state import View, chosen_block
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_data", "labels_of"]

MODES_SHOWN = 5


@dataclass(frozen=True)
class Measure:
    """What the points show.

    Attributes:
        key: in the address.
        unit: of the axis.
        spread: of a comparison.
        factor: from the record's unit to the axis's.
        sure: whether a comparison is told apart from 0, and how the legend says so.
    """

    key: Measured
    unit: str
    spread: Callable[[Difference], Spread]
    factor: float
    sure: Callable[[Difference], bool]
    says: str


def _measure(key: Measured) -> Measure:
    if key == "accuracy":
        return Measure(
            key,
            _("change of the accuracy, in points, with 95 % interval"),
            lambda difference: difference.accuracy,
            100,
            lambda difference: difference.significant,
            _("filled: significant after Holm"),
        )
    return Measure(
        key,
        _("change of the loss, in nats, with 95 % interval"),
        lambda difference: difference.loss,
        1,
        lambda difference: difference.loss.excludes_zero,
        _("filled: the interval excludes 0"),
    )


def labels_of(sweep: DataSweep, blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """What each row of a mode is called, and the block that it leads to."""
    names = [block.name for block in blocks]
    labels = []
    for row in sweep.of_mode(sweep.modes[0]):
        left = [name for name in names if name not in row.blocks]
        if len(row.blocks) == 1:
            labels.append((row.blocks[0], row.blocks[0]))
        elif sweep.kind == "keep-one" and left:
            labels.append((_("all but {block}").format(block=left[0]), left[0]))
        elif sweep.kind == "pairs":
            labels.append((list_of(row.blocks), row.blocks[0]))
        elif row.blocks:
            labels.append((_("{first} to {last}").format(first=row.blocks[0], last=row.blocks[-1]), row.blocks[0]))
        else:
            labels.append((_("none"), names[0]))
    return labels


def _choose_modes(sweep: DataSweep) -> tuple[str, ...]:
    """The modes to draw: two at first, since closed gates do so much that nothing else shows beside them."""
    first, others = sweep.modes[:2], sweep.modes[2:]
    if not others:
        return first
    texts = {
        "first": list_of(list(map(mode_name, first))),
        **{mode: mode_name(mode) for mode in others},
        "all": _("all of them"),
    }
    choice = address.one_of("data_modes", list(texts), "first")
    choice.prepare()
    chosen = choice.keep(st.selectbox(_("Modes"), list(texts), format_func=texts.__getitem__, key=choice.key))
    return first if chosen == "first" else sweep.modes[:MODES_SHOWN] if chosen == "all" else (chosen,)


def _order(sweep: DataSweep, mode: str, measure: Measure) -> list[int]:
    """Places of the rows from top to bottom, as the ranking's order says; by effect, of that mode."""
    rows = sweep.of_mode(mode)
    places = list(range(len(rows)))
    if address.one_of("order", ["effect", "depth"], "effect").value == "depth":
        return places
    return sorted(places, key=lambda place: -abs(measure.spread(rows[place].difference).value))


def _series(mode: str, rows: tuple[DataRow, ...], order: list[int], measure: Measure) -> IntervalSeries:
    found = [rows[place].difference for place in order]
    spreads = [measure.spread(each) for each in found]
    return IntervalSeries(
        mode_name(mode),
        [measure.factor * each.value for each in spreads],
        [measure.factor * each.low for each in spreads],
        [measure.factor * each.high for each in spreads],
        [measure.sure(each) for each in found],
        [f"<b>{mode_name(mode)}</b><br>{accuracy_in_words(each, '<br>')}" for each in found],
    )


def _draw_points(view: View, sweep: DataSweep, modes: tuple[str, ...], measure: Measure) -> None:
    order, labels = _order(sweep, modes[0], measure), labels_of(sweep, view.engine.blocks)
    figure = interval_points(
        [labels[place][0] for place in order],
        [_series(mode, sweep.of_mode(mode), order, measure) for mode in modes],
        view.theme,
        x_title=measure.unit,
        marks=[labels[place][1] for place in order],
        selected=chosen_block(view.engine).name,
        sure=measure.says,
        say=_,
    )
    draw(figure, f"_data_{view.network_key}_{'_'.join(modes)}_{measure.key}", select_block)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tell_block(view: View, sweep: DataSweep) -> None:
    """The chosen block's own lines."""
    name = chosen_block(view.engine).name
    rows = [row for row in sweep.rows if row.blocks == (name,)]
    if not rows:
        return
    st.markdown("### " + _("{name} over the data").format(name=name))
    line = "- " + _("{name}: {value}")
    told = [line.format(name=_capital(tell_mode(row.mode)), value=accuracy_in_words(row.difference)) for row in rows]
    st.markdown("\n".join(told))
    found = dependence_of(sweep, name)
    if found is not None:
        st.markdown(tell_dependence(name, found))


def _tell_picture(sweep: DataSweep, mode: Mode, ranking: Sweep, measure: Measured) -> None:
    """How the picture's ranking agrees with the data's."""
    if sweep.kind != "leave-one-out":
        return
    if str(mode) not in sweep.modes:
        none = _("This result has no rows of blocks {edit}: no rank correlation with the ranking.")
        st.caption(none.format(edit=tell_mode(str(mode))))
        return
    rho = agreement_of_rankings(sweep, str(mode), [row.target_logit_delta for row in ranking.rows], measure)
    st.markdown(tell_agreement(rho, measure, tell_mode(str(mode))))


def _provenance(sweep: DataSweep) -> str:
    low, high = sweep.interval
    data = plain(sweep.data)
    if sweep.split:
        data = _("{data}, {split}").format(data=data, split=plain(sweep.split))
    left_out = len(sweep.unreadable)
    counted = ngettext("{count} picture", "{count} pictures", sweep.count).format(count=whole(sweep.count))
    if left_out:
        counted += _(", {count} unreadable left out").format(count=whole(left_out))
    return _(
        "{data}: {pictures}. The unedited network: {accuracy} right ({low} to {high}; {right}). Each change is paired "
        "picture by picture; intervals are a BCa bootstrap's over pictures ({resamples} resamples), p-values McNemar's "
        "exact test. Many blocks are tested at once: significant means at most 0.05 after Holm's adjustment for all "
        "rows of the mode. What is not significant was not seen, which does not show that it is not there. An "
        "intervention on the trained network, not the paper's retrained ablation. Made on {date} by version {version}. "
        "A click leads to the block."
    ).format(
        data=data,
        pictures=counted,
        accuracy=percent(sweep.accuracy, 2),
        low=percent(low, 2),
        high=percent(high, 2),
        right=whole(sweep.baseline.right),
        resamples=whole(sweep.resamples),
        date=sweep.date[:10],
        version=plain(sweep.code.package),
    )


def _table(sweep: DataSweep, blocks: tuple[Block, ...]) -> pd.DataFrame:
    labels = labels_of(sweep, blocks)
    rows = []
    for mode in sweep.modes:
        for (label, _block), row in zip(labels, sweep.of_mode(mode), strict=True):
            found = row.difference
            rows.append(
                {
                    _("Blocks"): label,
                    _("Mode"): mode_name(mode),
                    _("Accuracy"): row.right / sweep.count,
                    _("Accuracy change"): found.accuracy.value,
                    _("Low"): found.accuracy.low,
                    _("High"): found.accuracy.high,
                    "p": found.p,
                    _("p (Holm)"): found.p_holm,
                    _("Loss change"): found.loss.value,
                    _("Loss low"): found.loss.low,
                    _("Loss high"): found.loss.high,
                    _("Lost"): found.lost,
                    _("Gained"): found.gained,
                    _("Agrees"): row.agreeing / sweep.count,
                    _("Edit"): row.edits,
                }
            )
    return pd.DataFrame(rows)


def _draw_table(view: View, sweep: DataSweep) -> None:
    table = _table(sweep, view.engine.blocks)
    about = {"Network": sweep.model, "Data": sweep.data, "Split": sweep.split or "", "Pictures": sweep.count}
    share, number, small = (st.column_config.NumberColumn(format=form) for form in ("percent", "%.4f", "%.2g"))
    shares = (_("Accuracy"), _("Accuracy change"), _("Low"), _("High"), _("Agrees"))
    losses = (_("Loss change"), _("Loss low"), _("Loss high"))
    config = {**dict.fromkeys(shares, share), **dict.fromkeys(losses, number), "p": small, _("p (Holm)"): small}
    with st.expander(_("All {count} rows as a table, and results of your own").format(count=whole(len(table)))):
        st.dataframe(table, hide_index=True, column_config=config, key="_data_table")
        offer_csv(
            lambda: _table(sweep, view.engine.blocks),
            "blocks-over-data",
            lambda: about,
            label=_("Blocks over data as CSV"),
        )
        draw_loader(view)


def draw_data(view: View, mode: Mode, ranking: Sweep) -> None:
    """The result for the network at hand, or how one is made.

    Args:
        mode: that the page's switches are set to.
        ranking: of the picture at hand, leave-one-out in that mode.
    """
    st.header(_("Which blocks matter over data"))
    with shown_errors():
        sweep = sweep_over_data(view)
        if sweep is None or not sweep.modes:
            st.caption(
                _("One picture is one picture. No result over data is there for this network and these weights yet.")
            )
            draw_loader(view)
            return
        left, right = st.columns([3, 2], gap="large")
        with right:
            choice = address.one_of("data_measure", get_args(Measured), "accuracy")
            choice.prepare()
            names: dict[Measured, str] = {key: measure_name(key) for key in get_args(Measured)}
            chosen = st.selectbox(_("Change of"), list(names), format_func=names.__getitem__, key=choice.key)
            choice.keep(chosen)
            modes = _choose_modes(sweep)
            _tell_block(view, sweep)
            st.markdown(tell_all(sweep))
            _tell_picture(sweep, mode, ranking, chosen)
        with left:
            _draw_points(view, sweep, modes, _measure(chosen))
        st.caption(_provenance(sweep))
        _draw_table(view, sweep)
