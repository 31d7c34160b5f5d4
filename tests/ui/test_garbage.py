"""Imports are set apart from garbage collection, once; what comes later is collected, but not after every run."""

from __future__ import annotations

import gc
import subprocess
import sys
import tomllib
import weakref
from pathlib import Path

import pytest

from se_explorer.ui import garbage
from se_explorer.ui.garbage import EVERY, collected_at_times

ROOT = Path(__file__).resolve().parents[2]


class Ring:
    """Holds itself: only a collection lets it go."""

    def __init__(self) -> None:
        self.itself = self


def told_by_a_new_process(code: str) -> list[int]:
    """What it says: what a process sets apart, it sets apart once, and a test before this one may have undone it."""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    return [int(line.split()[1]) for line in told.stdout.splitlines() if line.startswith("told")]


def test_what_was_imported_is_set_apart_once() -> None:
    code = (
        "import gc, weakref; from tests.ui.test_garbage import Ring, garbage\n"
        "for turn in range(2): garbage.set_imports_apart(); print('told', gc.get_freeze_count())\n"
        "ring = weakref.ref(Ring()); gc.collect(); print('told', int(ring() is None))"
    )
    frozen, later, let_go = told_by_a_new_process(code)
    assert frozen > 100_000
    assert later <= frozen  # what lives no longer leaves, nothing comes in
    assert let_go == 1


@pytest.mark.usefixtures("gone")
def test_a_run_collects_when_it_is_time_however_it_ends() -> None:
    gc.disable()  # Python's own collector is not to be what lets go
    try:
        early = weakref.ref(Ring())
        with collected_at_times():
            pass
        assert early() is not None
        garbage._turns.ended -= EVERY
        with pytest.raises(RuntimeError, match="a page's fault"), collected_at_times():
            raise RuntimeError("a page's fault")
        assert early() is None
        late = weakref.ref(Ring())
        with collected_at_times():
            pass
        assert late() is not None  # the time begins anew
    finally:
        gc.enable()


@pytest.mark.usefixtures("gone")
def test_one_run_at_a_time_collects() -> None:
    garbage._turns.ended -= EVERY
    ring = weakref.ref(Ring())
    gc.disable()
    try:
        with garbage._turns.lock, collected_at_times():
            pass  # another run is at it: this one neither waits nor collects
        assert ring() is not None
    finally:
        gc.enable()


@pytest.mark.parametrize("file", [".streamlit/config.toml", "deploy/.streamlit/config.toml"])
def test_streamlit_is_told_to_leave_it_to_us(file: str) -> None:
    assert tomllib.loads((ROOT / file).read_text())["runner"]["postScriptGC"] is False


def test_the_app_does_so_before_it_opens_a_network() -> None:
    code = (
        "import gc; from streamlit.testing.v1 import AppTest; from se_explorer.ui import caches\n"
        "opened = caches.open_network\n"
        "def noted(*given): print('told', gc.get_freeze_count()); return opened(*given)\n"
        "caches.open_network = noted\n"
        "AppTest.from_file('streamlit_app.py', default_timeout=300).run()"
    )
    counts = told_by_a_new_process(code)
    assert counts
    assert counts[0] > 100_000
