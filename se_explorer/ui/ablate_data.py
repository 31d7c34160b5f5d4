"""Ablate over data: what each block is worth over many labelled pictures, beside what it is worth for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from se_explorer.analysis import Sweep
from se_explorer.analysis.data_sweep_record import DataRow, DataSweep, Difference, Spread
from se_explorer.analysis.data_verdicts import agreement_of_rankings, dependence_of
from se_explorer.engine import Block, Mode
from se_explorer.figures import IntervalSeries, interval_points
from se_explorer.report import csv_text
from se_explorer.ui import address
from se_explorer.ui.ablate_data_file import draw_loader, plain, sweep_over_data
from se_explorer.ui.ablate_data_words import accuracy_in_words, tell_agreement, tell_all, tell_dependence, tell_mode
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.state import View, chosen_block

__all__ = ["draw_data", "labels_of"]

MODES_SHOWN = 5


@dataclass(frozen=True)
class Measure:
    """What the points show.

    Attributes:
        name: in the list.
        unit: of the axis.
        spread: of a comparison.
        factor: from the record's unit to the axis's.
        sure: whether a comparison is told apart from 0, and how the legend says so.
    """

    name: str
    unit: str
    spread: Callable[[Difference], Spread]
    factor: float
    sure: Callable[[Difference], bool]
    says: str


MEASURES: dict[Literal["accuracy", "loss"], Measure] = {
    "accuracy": Measure(
        "Accuracy",
        "change of the accuracy, in points, with 95 % interval",
        lambda difference: difference.accuracy,
        100,
        lambda difference: difference.significant,
        "filled: significant after Holm",
    ),
    "loss": Measure(
        "Loss",
        "change of the loss, in nats, with 95 % interval",
        lambda difference: difference.loss,
        1,
        lambda difference: difference.loss.excludes_zero,
        "filled: the interval excludes 0",
    ),
}


def labels_of(sweep: DataSweep, blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """What each row of a mode is called, and the block that it leads to."""
    names = [block.name for block in blocks]
    labels = []
    for row in sweep.of_mode(sweep.modes[0]):
        left = [name for name in names if name not in row.blocks]
        if len(row.blocks) == 1:
            labels.append((row.blocks[0], row.blocks[0]))
        elif sweep.kind == "keep-one" and left:
            labels.append((f"all but {left[0]}", left[0]))
        elif row.blocks:
            labels.append((f"{row.blocks[0]} to {row.blocks[-1]}", row.blocks[0]))
        else:
            labels.append(("none", names[0]))
    return labels


def _choose_modes(sweep: DataSweep) -> tuple[str, ...]:
    """The modes to draw: two at first, since closed gates do so much that nothing else shows beside them."""
    first, others = sweep.modes[:2], sweep.modes[2:]
    if not others:
        return first
    texts = {"first": " and ".join(first), **{mode: mode for mode in others}, "all": "all of them"}
    choice = address.one_of("data_modes", list(texts), "first")
    choice.prepare()
    chosen = choice.keep(st.selectbox("Modes", list(texts), format_func=texts.__getitem__, key=choice.key))
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
        mode,
        [measure.factor * each.value for each in spreads],
        [measure.factor * each.low for each in spreads],
        [measure.factor * each.high for each in spreads],
        [measure.sure(each) for each in found],
        [f"{mode}: {accuracy_in_words(each)}".replace("; ", "<br>").replace(", p =", "<br>p =") for each in found],
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
    )
    draw(figure, f"_data_{view.network_key}_{'_'.join(modes)}_{measure.name}", select_block)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tell_block(view: View, sweep: DataSweep) -> None:
    """The chosen block's own lines."""
    name = chosen_block(view.engine).name
    rows = [row for row in sweep.rows if row.blocks == (name,)]
    if not rows:
        return
    st.markdown(f"#### {name} over the data")
    st.markdown("\n".join(f"- {_capital(tell_mode(row.mode))}: {accuracy_in_words(row.difference)}" for row in rows))
    found = dependence_of(sweep, name)
    if found is not None:
        st.markdown(tell_dependence(name, found))


def _tell_picture(sweep: DataSweep, mode: Mode, ranking: Sweep, measure: Literal["accuracy", "loss"]) -> None:
    """How the picture's ranking agrees with the data's."""
    if sweep.kind != "leave-one-out":
        return
    if str(mode) not in sweep.modes:
        st.caption(f"This result has no rows of blocks {tell_mode(str(mode))}: no rank correlation with the ranking.")
        return
    rho = agreement_of_rankings(sweep, str(mode), [row.target_logit_delta for row in ranking.rows], measure)
    st.markdown(tell_agreement(rho, measure, tell_mode(str(mode))))


def _provenance(sweep: DataSweep) -> str:
    right, low, high = sweep.baseline.right, *sweep.interval
    split = f", {plain(sweep.split)}" if sweep.split else ""
    left_out = f", {len(sweep.unreadable)} unreadable left out" if sweep.unreadable else ""
    return (
        f"{plain(sweep.data)}{split}: {sweep.count:,} pictures{left_out}. The unedited network: {sweep.accuracy:.2%} "
        f"right ({low:.2%} to {high:.2%}; {right:,}). Each change is paired picture by picture; intervals are a BCa "
        f"bootstrap's over pictures ({sweep.resamples:,} resamples), p-values McNemar's exact test. Many blocks are "
        "tested at once: significant means at most 0.05 after Holm's adjustment for all rows of the mode. What is not "
        "significant was not seen, which does not show that it is not there. An intervention on the trained network, "
        f"not the paper's retrained ablation. Made on {sweep.date[:10]} by version {plain(sweep.code.package)}. "
        "A click leads to the block."
    )


def _table(sweep: DataSweep, labels: list[tuple[str, str]]) -> pd.DataFrame:
    rows = []
    for mode in sweep.modes:
        for (label, _), row in zip(labels, sweep.of_mode(mode), strict=True):
            found = row.difference
            rows.append(
                {
                    "Blocks": label,
                    "Mode": mode,
                    "Accuracy": row.right / sweep.count,
                    "Accuracy change": found.accuracy.value,
                    "Low": found.accuracy.low,
                    "High": found.accuracy.high,
                    "p": found.p,
                    "p (Holm)": found.p_holm,
                    "Loss change": found.loss.value,
                    "Loss low": found.loss.low,
                    "Loss high": found.loss.high,
                    "Lost": found.lost,
                    "Gained": found.gained,
                    "Agrees": row.agreeing / sweep.count,
                    "Edit": row.edits,
                }
            )
    return pd.DataFrame(rows)


def _draw_table(view: View, sweep: DataSweep) -> None:
    table = _table(sweep, labels_of(sweep, view.engine.blocks))
    percent, number = st.column_config.NumberColumn(format="percent"), st.column_config.NumberColumn(format="%.4f")
    shares = ("Accuracy", "Accuracy change", "Low", "High", "Agrees")
    config = {**dict.fromkeys(shares, percent), **dict.fromkeys(("Loss change", "Loss low", "Loss high"), number)}
    with st.expander(f"All {len(table)} rows as a table, and results of your own"):
        st.dataframe(table, hide_index=True, column_config=config, key="_data_table")
        told = {"Network": sweep.model, "Data": sweep.data, "Split": sweep.split or "", "Pictures": sweep.count}
        st.download_button(
            "Blocks over data as CSV",
            csv_text(table, told),
            "se-explorer-blocks-over-data.csv",
            "text/csv",
            on_click="ignore",
            key="_data_csv",
        )
        draw_loader(view)


def draw_data(view: View, mode: Mode, ranking: Sweep) -> None:
    """The result for the network at hand, or how one is made.

    Args:
        mode: that the page's switches are set to.
        ranking: of the picture at hand, leave-one-out in that mode.
    """
    st.subheader("Which blocks matter over data")
    with shown_errors():
        sweep = sweep_over_data(view)
        if sweep is None or not sweep.modes:
            st.caption(
                "One picture is one picture. No result over data is there for this network and these weights yet."
            )
            draw_loader(view)
            return
        left, right = st.columns([3, 2], gap="large")
        with right:
            choice = address.one_of("data_measure", list(MEASURES), "accuracy")
            choice.prepare()
            keys: list[Literal["accuracy", "loss"]] = list(MEASURES)
            chosen = st.selectbox("Change of", keys, format_func=lambda key: MEASURES[key].name, key=choice.key)
            choice.keep(chosen)
            modes = _choose_modes(sweep)
            _tell_block(view, sweep)
            st.markdown(tell_all(sweep))
            _tell_picture(sweep, mode, ranking, chosen)
        with left:
            _draw_points(view, sweep, modes, MEASURES[chosen])
        st.caption(_provenance(sweep))
        _draw_table(view, sweep)
