"""Imports are set apart from garbage collection, once; what comes later is collected as ever."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

from se_explorer.ui.garbage import set_imports_apart


class Ring:
    """Holds itself: only a collection lets it go."""

    def __init__(self) -> None:
        self.itself = self


def test_what_was_imported_is_set_apart_once() -> None:
    set_imports_apart()
    frozen = gc.get_freeze_count()
    assert frozen > 100_000
    set_imports_apart()
    assert gc.get_freeze_count() <= frozen  # what lives no longer leaves, nothing comes in
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None


def test_the_app_does_so_before_it_opens_a_network() -> None:
    code = (
        "import gc; from streamlit.testing.v1 import AppTest; from se_explorer.ui import caches\n"
        "opened = caches.open_network\n"
        "def noted(*given): print('frozen', gc.get_freeze_count()); return opened(*given)\n"
        "caches.open_network = noted\n"
        "AppTest.from_file('streamlit_app.py', default_timeout=300).run()"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    counts = [int(line.split()[1]) for line in told.stdout.splitlines() if line.startswith("frozen")]
    assert counts
    assert counts[0] > 100_000
