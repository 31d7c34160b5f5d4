"""Ablate, pairs: what two blocks do together beyond what each does alone, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from se_explorer.analysis import Pair, Sweep, interactions, pairs_of
from se_explorer.engine import Mode
from se_explorer.figures import PAIR_MARK, pair_heatmap
from se_explorer.language import _, sentences, whole
from se_explorer.ui.ablate_sweep import about, figures_of, signed, sweep_key, sweep_of, tell_cost, tell_edit
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["chosen_pair", "draw_pairs", "select_pair"]

ASKED = "_pairs_asked"
PAIR = "_pair"


def _ask(key: Any) -> None:
    st.session_state[ASKED] = key


def select_pair(marked: Any) -> None:
    """Choose a pair by a click, and with it the later of its blocks."""
    earlier, later = str(marked).split(PAIR_MARK)
    st.session_state[PAIR] = (earlier, later)
    select_block(later)


def chosen_pair(pairs: Sequence[Pair]) -> Pair:
    """The pair that was clicked; before any click the one with the largest interaction."""
    wanted = st.session_state.get(PAIR)
    for pair in pairs:
        if (pair.earlier, pair.later) == wanted:
            return pair
    return max(pairs, key=lambda pair: abs(pair.interaction))


def _offer(count: int, key: Any) -> None:
    pairs = count * (count - 1) // 2
    with st.empty().container():  # one element, so that it is gone at once when the bar takes its place
        st.caption(
            _(
                "Do two blocks stand in for each other, or need each other? Pairs grow with the square of the blocks: "
                "{count} blocks alone and {pairs} pairs are {plans} plans."
            ).format(count=count, pairs=whole(pairs), plans=whole(count + pairs))
        )
        st.button(
            _("Measure pairs of blocks"), key="_measure_pairs", on_click=_ask, args=(key,), icon=":material/grid_on:"
        )


def _tell_pair(pair: Pair, label: str, mode: Mode) -> None:
    together = pair.interaction
    if together < 0:
        sense = _("With both, the logit ends lower than the two changes alone add up to.")
    elif together > 0:
        sense = _("With both, the logit ends higher than the two changes alone add up to.")
    else:
        sense = _("With both, the logit ends just where the two changes alone add up to.")
    st.markdown("### " + _("{one} and {two}").format(one=pair.earlier, two=pair.later))
    st.markdown(
        _(
            "Change of the logit of {label} when {edit}:\n"
            "- {earlier} alone: **{first}**\n"
            "- {later} alone: **{second}**\n"
            "- both: **{both}**\n"
            "- interaction: **{interaction}**"
        ).format(
            label=label,
            edit=tell_edit(mode),
            earlier=pair.earlier,
            later=pair.later,
            first=signed(pair.first.target_logit_delta),
            second=signed(pair.second.target_logit_delta),
            both=signed(pair.both.target_logit_delta),
            interaction=signed(together),
        )
    )
    flips = _("The answer flips.") if pair.both.flipped else _("The answer stays.")
    st.markdown(sentences(sense, flips))


def _table(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The largest interaction first, whatever its sign."""
    return pd.DataFrame(
        [
            {
                _("Earlier block"): pair.earlier,
                _("Later block"): pair.later,
                _("Interaction"): pair.interaction,
                _("Earlier alone"): pair.first.target_logit_delta,
                _("Later alone"): pair.second.target_logit_delta,
                **figures_of(pair.both),
                _("Edit"): str(pair.both.edits),
            }
            for pair in sorted(pairs, key=lambda pair: -abs(pair.interaction))
        ]
    )


def _draw_table(view: View, sweep: Sweep, pairs: Sequence[Pair]) -> None:
    table = _table(pairs)
    number = st.column_config.NumberColumn(format="%.4f")
    columns = (_("Interaction"), _("Earlier alone"), _("Later alone"), _("Logit change"), _("KL (nats)"))
    percent = {_("Probability change"): st.column_config.NumberColumn(format="percent")}
    with st.expander(_("All {count} pairs as a table").format(count=whole(len(pairs)))):
        st.dataframe(table, hide_index=True, column_config={**dict.fromkeys(columns, number), **percent}, key="_pairs")
    offer_csv(lambda: _table(pairs), "pairs", lambda: about(view, sweep), label=_("Pairs as CSV"))


def _draw_map(view: View, sweep: Sweep, mode: Mode) -> None:
    names = [block.name for block in view.engine.blocks]
    pairs = pairs_of(sweep, names)
    pair = chosen_pair(pairs)
    left, right = st.columns([2, 1], gap="large")
    with left:
        figure = pair_heatmap(
            names,
            interactions(pairs, names),
            view.theme,
            unit=_("interaction"),
            selected=(pair.earlier, pair.later),
            say=_,
        )
        draw(figure, f"_pairs_{view.network_key}", select_pair)
    with right:
        _tell_pair(pair, sweep.baseline.target.label, mode)
    st.caption(
        _(
            "Interaction: the change of the logit with both blocks {edit}, less the sum of the two alone; 0 if neither "
            "minds the other. From the unedited network. The colour grows with the square root, so that small ones "
            "show beside a large one. The diagonal is empty: a block makes no pair with itself, and what it does alone "
            "stands in the ranking. A click leads to the later block. {cost}"
        ).format(edit=tell_edit(mode), cost=tell_cost(view, sweep))
    )
    _draw_table(view, sweep, pairs)


def draw_pairs(view: View, mode: Mode, target: int) -> None:
    """A button, then the map; it stays until network, picture, mode or class are others."""
    st.header(_("Pairs of blocks"))
    count = len(view.engine.blocks)
    if count < 2:
        st.caption(_("This network has a single SE block, and so no pairs."))
        return
    key = sweep_key(view, "pairs", mode, target)
    if st.session_state.get(ASKED) != key:
        _offer(count, key)
        return
    plans = count * (count + 1) // 2
    doing = _("Measuring {count} plans").format(count=whole(plans))
    sweep = sweep_of(view, "pairs", mode, target, doing, cancel=ASKED)
    _draw_map(view, sweep, mode)
