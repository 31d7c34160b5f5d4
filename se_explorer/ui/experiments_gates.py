"""Experiments: how the gates of one block moved while a network was trained."""

from __future__ import annotations

import streamlit as st

from se_explorer.figures import Theme
from se_explorer.language import _
from se_explorer.report.experiment_charts import gate_charts
from se_explorer.report.experiment_tables import gate_table
from se_explorer.ui import address
from se_explorer.ui.charts import draw
from se_explorer.ui.experiments import Shown
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_gates"]

GATES_OF = "gates"
SEED = "run_seed"
BLOCK_NUMBER = "gate_block"


def _choose_gates(shown: Shown) -> tuple[str, int, int] | None:
    """Recipe, seed and block."""
    logged = {runs.key: runs for runs in shown.experiment.runs if runs.first.gates and runs.first.gates[0].blocks}
    if not logged:
        return None
    left, middle, right = st.columns(3)
    recipe = address.one_of(GATES_OF, list(logged), next(iter(logged)))
    recipe.prepare()
    with left:
        chosen = st.selectbox(_("Recipe"), list(logged), format_func=shown.names.__getitem__, key=GATES_OF)
    runs = logged[recipe.keep(chosen or recipe.default)]
    seeds = [str(seed) for seed, record in runs.records.items() if record.gates and record.gates[0].blocks]
    seed = address.one_of(SEED, seeds, seeds[0])
    seed.prepare()
    with middle:
        kept = seed.keep(st.selectbox(_("Seed"), seeds, key=SEED) or seed.default)
    blocks = [block.block for block in runs.records[int(kept)].gates[0].blocks]
    places = [str(place) for place in range(len(blocks))]
    place = address.one_of(BLOCK_NUMBER, places, "0")
    place.prepare()
    with right:
        number = place.keep(
            st.selectbox(_("Block"), places, format_func=lambda at: blocks[int(at)], key=BLOCK_NUMBER) or "0"
        )
    return runs.key, int(kept), int(number)


def draw_gates(shown: Shown, theme: Theme) -> None:
    """How one block's gates moved."""
    st.header(_("Gates from the initialisation on"), divider="green")
    chosen = _choose_gates(shown)
    if chosen is None:
        st.info(_("No network of this experiment has SE blocks."))
        return
    key, seed, place = chosen
    runs = shown.experiment.get(key)
    assert runs is not None
    record = runs.records[seed]
    left, right = st.columns(2, gap="medium")
    for column, figure, name in zip((left, right), gate_charts(record, place, theme), ("ribbons", "bins"), strict=True):
        with column:
            draw(figure, f"_{name}_{shown.key}_{key}_{seed}_{place}")
    st.caption(
        _(
            "All channels over a fixed sample of up to 256 test pictures, in evaluation mode. At epoch 0 the batch "
            "norms take the sample's own statistics, as they have seen no picture yet. In the table: how far the "
            "channels' means lie apart, and how far one channel's gates over the pictures."
        )
    )
    if record.parsed.network.stages is not None:
        st.caption(
            _(
                "SE is in some stages alone here, and its blocks are named as in this network when it is opened by "
                "itself. Where the stage at the input's own size has no SE, the numbers are one lower than in the full "
                "network."
            )
        )
    table = gate_table(record)
    st.dataframe(table, hide_index=True, key=f"_gates_{shown.key}_{key}_{seed}", alt=_("Gates at first and at last"))
    offer_csv(lambda: gate_table(record), f"gates-{shown.key}")
