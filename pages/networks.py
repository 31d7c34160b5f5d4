"""Networks: the catalog, weights, and a person's own checkpoint."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui import address
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.networks_card import draw_card
from se_explorer.ui.networks_list import choose_card
from se_explorer.ui.networks_own import draw_own
from se_explorer.ui.networks_weights import draw_weights
from se_explorer.ui.sidebar_network import choose_network

st.title(_("Networks"))
address.restore_address()
with st.sidebar:
    choose_network()
with shown_errors():
    model = choose_card()
    if model is not None:
        facts, weights = st.columns([2, 1], gap="large")
        with facts:
            draw_card(model)
        with weights:
            draw_weights(model)
st.header(_("Your own checkpoint"))
with shown_errors():
    draw_own()
