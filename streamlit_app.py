"""The app: page config once, navigation; nothing else."""

import streamlit as st

st.set_page_config(page_title="SE Explorer", page_icon=":material/tune:", layout="wide")

# Addresses differ from their files' names on purpose: before the first session has come here, Streamlit
# takes a name in the address for a file in pages/ and would run that without this one.
st.navigation(
    [
        st.Page("pages/explore.py", title="Explore", icon=":material/search:", default=True),
        st.Page("pages/ablate.py", title="Ablate", url_path="ablation", icon=":material/toggle_off:"),
        st.Page("pages/atlas.py", title="Gate atlas", url_path="gates", icon=":material/grid_view:"),
        st.Page("pages/compare.py", title="Compare", url_path="versus", icon=":material/compare:"),
        st.Page("pages/classes.py", title="Classes", url_path="profiles", icon=":material/category:"),
        st.Page("pages/evidence.py", title="Evidence", url_path="attribution", icon=":material/balance:"),
        st.Page("pages/architecture.py", title="Architecture", url_path="network", icon=":material/account_tree:"),
        st.Page("pages/networks.py", title="Networks", url_path="catalog", icon=":material/database:"),
    ]
).run()
