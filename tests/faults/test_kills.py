"""The process is killed where nothing can be tidied up: what had been saved is there, and what was begun can go on.

A killed training: tests/training/test_interruptions.py. A killed server with trainings: tests/training/test_jobs.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from se_explorer.analysis import Resumption, load_profile, measure_profile, save_profile
from se_explorer.analysis.profile_partial import partial_path
from se_explorer.files import write_whole
from tests.analysis.profiles import made_profile, noise_engine, noise_folder, same

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds; a limit against hangs on a busy machine

PROFILE = """
import sys, time
from pathlib import Path
from se_explorer.analysis import Resumption, measure_profile
from se_explorer.images import open_folder
from tests.analysis.profiles import noise_engine
measure_profile(noise_engine(), open_folder(Path(sys.argv[1])), batch=4,
    resumption=Resumption(Path(sys.argv[2]), seconds=0), report=lambda done, total: time.sleep(1 if done > 8 else 0))
"""
EXPORT = """
import sys, time
from pathlib import Path
from se_explorer import files
from se_explorer.analysis import save_profile
from tests.analysis.profiles import made_profile
replace = files.os.replace
def slow(part, path):
    Path(sys.argv[2]).write_text(str(part))
    time.sleep(600)
files.os.replace = slow
save_profile(made_profile({"SE_1_1": [[0.9, 0.1], [0.8, 0.2]]}), Path(sys.argv[1]))
"""


def killed(code: str, *arguments: Path, when: Callable[[], bool]) -> None:
    """Run code in a process of its own and kill it, as the system does when memory is short, at that moment."""
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT)
    deadline = time.monotonic() + PATIENCE
    try:
        while not when():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_killed_profile_goes_on_and_ends_in_the_same_bits(tmp_path: Path) -> None:
    engine, folder = noise_engine(), noise_folder(tmp_path / "val")
    part = partial_path(tmp_path / "toy.safetensors")
    killed(PROFILE, tmp_path / "val", part, when=part.exists)
    told: list[str] = []
    found = measure_profile(engine, folder, batch=4, resumption=Resumption(part, seconds=0, tell=told.append))
    assert "It goes on after" in told[0]
    assert same(found, measure_profile(engine, folder, batch=4))


@pytest.mark.slow
def test_a_killed_export_leaves_the_file_before_it(tmp_path: Path) -> None:
    path, sign = tmp_path / "toy.safetensors", tmp_path / "sign"
    before = made_profile({"SE_1_1": [[0.2, 0.7], [0.4, 0.3]]})
    save_profile(before, path)
    killed(EXPORT, path, sign, when=sign.exists)
    assert same(load_profile(path), before)
    assert Path(sign.read_text()).name.startswith(f".{path.name}.")
    save_profile(made_profile({"SE_1_1": [[0.9, 0.1], [0.8, 0.2]]}), path)
    assert not same(load_profile(path), before)


def test_a_file_is_moved_to_its_place_when_it_is_whole_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order by which a power cut cannot halve a file: written, on the disk, moved."""
    done: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("on the disk"), sync(handle)))
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("moved"), replace(*paths)))
    write_whole(tmp_path / "a", lambda part: (done.append("written"), part.write_text("x")))
    assert done == ["written", "on the disk", "moved"]
