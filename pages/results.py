"""Results: what the paper prints, what we measured, what others publish, each kept apart."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.results import draw_published
from se_explorer.ui.results_measured import draw_measured, draw_others
from se_explorer.ui.results_notes import draw_notes
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import theme

st.title(_("Results"))
view = None
with shown_errors():
    view = open_view()
with shown_errors():
    draw_published(theme())
    draw_measured(view)
    draw_others(theme())
    draw_notes()
