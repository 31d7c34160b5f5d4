"""Train: one network with and without SE blocks, side by side, live."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui import address
from se_explorer.ui.downloads import offer_downloads
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.presenter import is_presenting, keep_presenting, show_large
from se_explorer.ui.sidebar_network import choose_network
from se_explorer.ui.state import theme
from se_explorer.ui.train import draw_page, draw_screen
from se_explorer.ui.train_owner import ask_owner

presenting = is_presenting()
if presenting:
    show_large(theme())
else:
    st.title(_("Train"))
address.restore_address()
with st.sidebar:
    choose_network()
    offer_downloads("training", theme())
keep_presenting()
ask_owner()
with shown_errors():
    if presenting:
        draw_screen(theme())
    else:
        draw_page(theme())
