"""The server's start: a link to any page is right for the first visitor too."""

from __future__ import annotations

import sys

import pytest
from streamlit.runtime.pages_manager import PagesManager

from se_explorer.ui import start


def test_the_options_reach_streamlit_and_the_pages_are_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[list[str], str]] = []
    monkeypatch.setattr(sys, "argv", ["se_explorer", "app", "--server.port", "8600"])
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    monkeypatch.setattr(start, "main", lambda prog_name: called.append((sys.argv[1:], prog_name)))

    start.start_app(["--server.port", "8600"])

    assert called == [(["run", str(start.APP), "--server.port", "8600"], "streamlit")]
    assert start.APP.is_file()
    assert PagesManager.uses_pages_directory is False
