"""Experiments: finished trainings with and without SE, over several seeds, and what they allow one to conclude."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui import address
from se_explorer.ui.downloads import offer_downloads
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.experiments import choose_experiment
from se_explorer.ui.experiments_files import draw_files
from se_explorer.ui.experiments_gates import draw_gates
from se_explorer.ui.experiments_own import draw_own
from se_explorer.ui.experiments_results import draw_accuracy, draw_conclusions, draw_cost, draw_curves
from se_explorer.ui.experiments_retrained import draw_retrained
from se_explorer.ui.state import theme

st.title(_("Experiments"))
address.restore_address()
st.markdown(
    _(
        "The same network trained with and without SE blocks, each recipe with several seeds: one run a side cannot "
        "tell a difference from chance."
    )
)
shown = None
with shown_errors():
    shown = choose_experiment()
    if shown is None:
        st.info(_("There is no finished training yet: make one by the command below, or bring its run.json."))
    else:
        draw_conclusions(shown)
        draw_accuracy(shown, theme())
        draw_curves(shown, theme())
        draw_cost(shown, theme())
        draw_gates(shown, theme())
with shown_errors():
    draw_retrained(theme())
if shown is not None:
    draw_files(shown)
st.header(_("Your own trainings"), divider="gray")
draw_own()
with st.sidebar:
    offer_downloads("experiments", theme())
