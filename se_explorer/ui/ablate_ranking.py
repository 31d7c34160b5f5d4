"""Ablate, the ranking: what the answer does without each block, all others as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import Sweep, SweepRow
from se_explorer.engine import Mode
from se_explorer.figures import effect_bars, number
from se_explorer.language import _, ngettext
from se_explorer.ui import address
from se_explorer.ui.ablate_sweep import about, figures_of, signed, sweep_of, tell_cost, tell_edit
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View, chosen_block
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_ranking", "is_rounding", "ranked"]


@dataclass(frozen=True)
class Measure:
    """What the bars show.

    Attributes:
        name: in the list.
        unit: of the axis; ``{label}`` is the class watched.
        value: of a row.
        signed: whether it is a change, up or down.
    """

    name: str
    unit: str
    value: Callable[[SweepRow], float]
    signed: bool = True


ROUNDING = 1e-5  # what ``Engine.rows`` promises


def _measures() -> dict[str, Measure]:
    return {
        "logit": Measure(_("Logit change"), _("change of the logit of {label}"), lambda row: row.target_logit_delta),
        "probability": Measure(
            _("Probability change"),
            _("change of the probability of {label}, in points"),
            lambda row: 100 * row.target_probability_delta,
        ),
        "kl": Measure(_("KL divergence"), _("KL divergence of the answer, in nats"), lambda row: row.kl, signed=False),
    }


def _choose() -> tuple[str, str]:
    measures, orders = _measures(), {"effect": _("By effect"), "depth": _("By depth")}
    measure = address.one_of("measure", list(measures), "logit")
    order = address.one_of("order", list(orders), "effect")
    left, right = st.columns(2)
    with left:
        measure.prepare()
        chosen = st.selectbox(_("Measure"), list(measures), format_func=lambda key: measures[key].name, key=measure.key)
    with right:
        order.prepare()
        sorting = st.selectbox(_("Order"), list(orders), format_func=orders.__getitem__, key=order.key)
    return measure.keep(chosen), order.keep(sorting)


def ranked(sweep: Sweep, measure: str, order: str) -> list[int]:
    """Places of the rows from top to bottom: the largest effect first, whatever its sign, or as the network runs."""
    places = list(range(len(sweep.rows)))
    if order == "depth":
        return places
    value = _measures()[measure].value
    return sorted(places, key=lambda place: -abs(value(sweep.rows[place])))


def is_rounding(sweep: Sweep) -> bool:
    """Whether no row moves the watched logit by more than the rounding of a sweep, 1e-5 of the largest logit."""
    bound = ROUNDING * float(np.abs(sweep.baseline.logits).max())
    return all(abs(row.target_logit_delta) <= bound for row in sweep.rows)


def _note(row: SweepRow) -> str:
    """All figures of a bar, and the edit behind it."""
    told = _("logit {logit}, probability {points} points<br>KL {kl} nats, {answer}").format(
        logit=signed(row.target_logit_delta),
        points=signed(100 * row.target_probability_delta),
        kl=number(row.kl),
        answer=_("the answer flips") if row.flipped else _("the answer stays"),
    )
    return f"{told}<br>{row.edits}"


def _draw_bars(view: View, sweep: Sweep, measure: str, order: str) -> None:
    shown = _measures()[measure]
    names = [block.name for block in view.engine.blocks]
    places = ranked(sweep, measure, order)
    figure = effect_bars(
        [names[place] for place in places],
        [shown.value(sweep.rows[place]) for place in places],
        view.theme,
        x_title=shown.unit.format(label=sweep.baseline.target.label),
        selected=chosen_block(view.engine).name,
        flipped=[names[place] for place in places if sweep.rows[place].flipped],
        notes=[_note(sweep.rows[place]) for place in places],
        signed=shown.signed,
        say=_,
    )
    draw(figure, f"_ranking_{view.network_key}_{measure}_{order}", select_block)


def _table(view: View, sweep: Sweep, places: list[int]) -> pd.DataFrame:
    """For the file alone, which is in English."""
    rows = [(place, view.engine.blocks[place].name, sweep.rows[place]) for place in places]
    return pd.DataFrame(
        [{"Block": name, "Depth": place + 1, "Edit": str(row.edits), **figures_of(row)} for place, name, row in rows]
    )


def draw_ranking(view: View, mode: Mode, target: int) -> Sweep:
    """One bar a block. It needs no click, and the plan at hand does not change it. Gives the sweep that it shows."""
    st.header(_("Which blocks matter"))
    measure, order = _choose()
    count = len(view.engine.blocks)
    doing = ngettext("Editing {count} block alone", "Editing each of {count} blocks alone", count).format(count=count)
    sweep = sweep_of(view, "leave-one-out", mode, target, doing)
    _draw_bars(view, sweep, measure, order)
    st.caption(
        _(
            "Each block alone {edit}, from the unedited network: the plan at hand is not in it. A click on a bar leads "
            "to its block. {cost} An intervention on the trained network, whose other layers were trained with the "
            "block."
        ).format(edit=tell_edit(mode), cost=tell_cost(view, sweep))
    )
    if is_rounding(sweep):
        st.caption(_("No block moves the logit by more than rounding does: this order means nothing."))
    places = ranked(sweep, measure, order)
    offer_csv(lambda: _table(view, sweep, places), "ranking", lambda: about(view, sweep), label=_("Ranking as CSV"))
    return sweep
