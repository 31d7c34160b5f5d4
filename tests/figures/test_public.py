"""What the folder offers."""

from __future__ import annotations

import subprocess
import sys

from se_explorer import figures


def test_all_is_sorted_and_there() -> None:
    assert figures.__all__ == sorted(figures.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(figures, name) for name in figures.__all__)


def test_no_torch_and_no_streamlit() -> None:
    code = "import sys, se_explorer.figures.sprite as s; print(sorted({'torch', 'streamlit'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = answer.stdout.strip()
    package = subprocess.run(
        [sys.executable, "-c", "import sys, se_explorer; print(sorted({'torch', 'streamlit'} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert loaded == package
