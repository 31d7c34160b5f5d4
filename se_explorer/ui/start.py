"""The app's server, started so that its very first visitor may come by a link to any page.

Streamlit takes a folder ``pages/`` for its older way of many pages until ``st.navigation`` has run once; whoever opens
a link on a fresh server before that is told "Page not found" above the right page. ``python -m se_explorer app`` says
from the start that this app names its pages itself. ``streamlit run streamlit_app.py`` works as well, with that flaw.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

__all__ = ["APP", "name_own_pages", "start_app"]

APP = Path(__file__).resolve().parents[2] / "streamlit_app.py"


def name_own_pages() -> None:
    """What ``st.navigation`` says to Streamlit too, but only once a session has run."""
    PagesManager.uses_pages_directory = False


def start_app(options: Sequence[str] = ()) -> None:
    """Serve the app until it is stopped.

    Args:
        options: as ``streamlit run`` takes them, such as ``--server.port=8600``.
    """
    name_own_pages()
    sys.argv[1:] = ["run", str(APP), *options]
    main(prog_name="streamlit")
