"""The app: page config once, the session's language, navigation, a place for the session; nothing else."""

from pathlib import Path

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.admission import admitted, offers_training
from se_explorer.ui.garbage import collected_at_times, set_imports_apart
from se_explorer.ui.languages import choose_language, speak
from se_explorer.ui.legible import make_legible

SIDE_BAR = 336  # px, in which the bundled network's name is not cut
ICON = Path(__file__).with_name("assets") / "icon.svg"  # for one of Streamlit's own, browsers would ask Google's server
st.set_page_config(page_title="SE Explorer", page_icon=ICON, layout="wide", initial_sidebar_state=SIDE_BAR)
set_imports_apart()
speak()
make_legible()
# Addresses differ from their files' names on purpose: before the first session has come here, Streamlit
# takes a name in the address for a file in pages/ and would run that without this one.
page = st.navigation(
    [
        st.Page("pages/explore.py", title=_("Explore"), url_path="picture", icon=":material/search:", default=True),
        st.Page("pages/ablate.py", title=_("Ablate"), url_path="ablation", icon=":material/toggle_off:"),
        st.Page("pages/atlas.py", title=_("Gate atlas"), url_path="gates", icon=":material/grid_view:"),
        st.Page("pages/compare.py", title=_("Compare"), url_path="versus", icon=":material/compare:"),
        st.Page("pages/classes.py", title=_("Classes"), url_path="profiles", icon=":material/category:"),
        st.Page("pages/evidence.py", title=_("Evidence"), url_path="attribution", icon=":material/balance:"),
        st.Page("pages/architecture.py", title=_("Architecture"), url_path="network", icon=":material/account_tree:"),
        st.Page("pages/learn.py", title=_("Learn"), url_path="lesson", icon=":material/school:"),
        st.Page("pages/results.py", title=_("Results"), url_path="tables", icon=":material/table_chart:"),
        st.Page("pages/networks.py", title=_("Networks"), url_path="catalog", icon=":material/database:"),
        *(
            [st.Page("pages/train.py", title=_("Train"), url_path="training", icon=":material/model_training:")]
            if offers_training()
            else []
        ),
        st.Page("pages/experiments.py", title=_("Experiments"), url_path="runs", icon=":material/science:"),
    ]
)
choose_language()
with collected_at_times():
    if admitted():
        page.run()
