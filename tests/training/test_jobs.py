"""Real pairs on the digits: they end, are stopped, go on, wait in line, and never outlive their server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from se_explorer.errors import BusyError, DataError, TrainingError
from se_explorer.language import language
from se_explorer.training import jobs as jobs_module
from se_explorer.training.jobs import LINE, PairJobs
from se_explorer.training.pair_network import trained_network
from se_explorer.training.pair_request import SIDES, PairRequest
from se_explorer.training.pair_view import look_at
from se_explorer.training.pairs import Pair, new_pair, side_folder, write_pair
from tests.training.pairs import digits, ended, present, processes_of, until

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys, time
from pathlib import Path
from se_explorer.training.jobs import PairJobs
from tests.training.pairs import digits
jobs = PairJobs(Path(sys.argv[1]))
print(jobs.start(digits(epochs=50), "me").id, flush=True)
time.sleep(600)
"""


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[PairJobs]:
    found = PairJobs(tmp_path)
    yield found
    found.close()
    assert processes_of(tmp_path) == []


def epochs_done(jobs: PairJobs, pair: Pair) -> list[int]:
    return [len(side.curve) for side in look_at(jobs.root, pair)]


@pytest.mark.slow
def test_a_pair_is_stopped_goes_on_and_ends_like_one_that_was_left_alone(jobs: PairJobs, tmp_path: Path) -> None:
    whole = jobs.start(digits(epochs=3), "me")
    assert ended(jobs, whole).state == "done"
    pair = jobs.start(digits(epochs=3), "me")
    until(lambda: min(epochs_done(jobs, pair)) >= 1 or present(jobs, pair).is_over)
    jobs.stop(pair)
    assert ended(jobs, pair).state == "stopped"
    assert processes_of(tmp_path) == []
    jobs.resume(pair)
    assert ended(jobs, pair).state == "done"
    for one, other in zip(look_at(jobs.root, whole), look_at(jobs.root, pair), strict=True):
        assert one.record is not None
        assert other.record is not None
        assert [report.loss for report in one.curve] == [report.loss for report in other.curve]
        assert (one.record.right, one.record.seed) == (other.record.right, other.record.seed)
        assert one.times is not None
        assert one.times.low <= one.times.median <= one.times.high
    plain, se = look_at(jobs.root, pair)
    assert [entry.epoch for entry in se.gates] == [0, 1, 2, 3]
    assert plain.gates == ()
    network = trained_network(se.folder, pair.request.seed)
    assert network.labels == tuple("0123456789")
    assert network.preprocessing.size == 16
    jobs.keep(pair, "  my   pair ")
    assert present(jobs, pair).name == "my pair"
    jobs.delete(pair)
    assert jobs.pair(pair.id) is None
    assert jobs.pair(whole.id) is not None


def test_a_second_pair_waits_for_the_first(jobs: PairJobs) -> None:
    first = jobs.start(digits(epochs=50), "me")
    second = jobs.start(digits(epochs=1, seed=1), "you")
    third = jobs.start(digits(epochs=1, seed=2), "you")
    until(lambda: present(jobs, first).state == "running")
    assert [jobs.place(pair) for pair in (first, second, third)] == [0, 1, 2]
    with pytest.raises(TrainingError, match="has ended"):
        jobs.delete(first)
    jobs.stop(second)
    assert present(jobs, second).state == "stopped"
    assert jobs.place(third) == 1
    jobs.stop(first)
    until(lambda: present(jobs, third).state == "running")
    assert present(jobs, first).state == "stopped"


def test_a_full_line_is_refused_kindly(jobs: PairJobs) -> None:
    first = jobs.start(digits(epochs=50), "me")
    until(lambda: present(jobs, first).state == "running")
    for seed in range(LINE):
        jobs.start(digits(epochs=1, seed=seed), "me")
    with pytest.raises(BusyError, match=f"at most {LINE} trainings that wait"):
        jobs.start(digits(), "you")


def test_what_fails_is_told_in_the_readers_language(jobs: PairJobs, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    asked = PairRequest(
        dataset="folder", network="notes-cnn", reduction=4, epochs=1, seed=0, folder=str(tmp_path / "empty")
    )
    pair = ended(jobs, jobs.start(asked, "me"))
    assert pair.state == "failed"
    assert pair.fault is not None
    english = str(pair.fault.error)
    with language("zh-Hans"):
        chinese = str(pair.fault.error)
    assert "train" in english
    assert english != chinese
    assert "需要" in chinese or "。" in chinese


def test_a_process_that_is_killed_ends_the_pair(jobs: PairJobs, tmp_path: Path) -> None:
    pair = jobs.start(digits(epochs=50), "me")
    until(lambda: len(processes_of(tmp_path)) == 2)
    os.kill(processes_of(tmp_path)[0], signal.SIGKILL)
    assert ended(jobs, pair).state == "failed"


def test_who_looks_on_takes_over_when_the_first_server_has_ended(tmp_path: Path) -> None:
    """A new server's page is open before the old one is gone; nobody starts anything there."""
    first = PairJobs(tmp_path)
    pair = first.start(digits(epochs=50), "me")
    until(lambda: present(first, pair).state == "running")
    other = PairJobs(tmp_path)
    for refused in (other.stop, other.delete, lambda one: other.keep(one, "mine")):
        with pytest.raises(TrainingError, match="no other SE Explorer"):
            refused(pair)
    assert [each.state for each in other.pairs()] == ["running"]
    assert first._lock is not None
    first._lock.release()  # as the system does when a process ends
    first._lock = None
    assert [each.state for each in other.pairs()] == ["interrupted"]
    other.close()
    first.close()
    until(lambda: processes_of(tmp_path) == [])


def test_a_disk_that_was_full_for_a_moment_holds_up_nobody(jobs: PairJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    written, refuse = jobs_module.write_pair, threading.Event()

    def write(root: Path, pair: Pair) -> None:
        if refuse.is_set():
            raise TrainingError("room", "none", "Make some.")
        written(root, pair)

    monkeypatch.setattr(jobs_module, "write_pair", write)
    monkeypatch.setattr(jobs_module, "AGAIN", 0.05)
    first = jobs.start(digits(epochs=50), "me")
    second = jobs.start(digits(epochs=50, seed=1), "you")
    until(lambda: present(jobs, first).state == "running" and len(processes_of(jobs.root)) == 2)
    refuse.set()
    jobs.stop(first)
    until(lambda: jobs._current is None)
    refuse.clear()
    until(lambda: present(jobs, second).state == "running")
    assert present(jobs, first).state == "interrupted"
    jobs.stop(second)
    assert ended(jobs, second).state == "stopped"


def test_a_killed_server_leaves_no_process_and_the_pair_can_go_on(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    with server, server.stdout:
        pair_id = server.stdout.readline().strip()
        until(lambda: len(processes_of(tmp_path)) == 2)
        other = PairJobs(tmp_path)
        with pytest.raises(TrainingError, match="no other SE Explorer"):
            other.start(digits(), "you")
        server.kill()
    until(lambda: processes_of(tmp_path) == [])
    next_server = PairJobs(tmp_path)
    pair = next_server.pair(pair_id)
    assert pair is not None
    assert pair.state == "interrupted"
    next_server.close()


def test_a_switch_forbids_training(jobs: PairJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(jobs_module.SWITCH, "off")
    with pytest.raises(TrainingError, match="SE_EXPLORER_TRAINING=off"):
        jobs.start(digits(), "me")
    assert jobs.pairs() == ()


def test_the_public_profile_trains_only_if_told_to_and_looks_into_no_folder(
    jobs: PairJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    with pytest.raises(TrainingError, match="SE_EXPLORER_PROFILE=public"):
        jobs.start(digits(), "me")
    monkeypatch.setenv(jobs_module.SWITCH, "on")
    folder = digits().model_copy(update={"dataset": "folder", "folder": "/etc"})
    with pytest.raises(DataError, match="a folder on this server"):
        jobs.start(folder, "me")
    assert jobs.pairs() == ()


def test_ended_pairs_without_a_name_make_room(jobs: PairJobs) -> None:
    made = []
    for number in range(jobs_module.UNNAMED + 2):
        pair = new_pair(digits(), "me").model_copy(update={"state": "stopped", "created": float(number)})
        write_pair(jobs.root, pair.model_copy(update={"name": "kept" if number == 0 else ""}))
        made.append(pair)
    started = jobs.start(digits(epochs=50), "me")
    left = {pair.id for pair in jobs.pairs()}
    assert made[0].id in left
    assert made[1].id not in left
    assert made[2].id not in left
    assert {made[-1].id, started.id} <= left


@pytest.mark.parametrize("hostile", ["{", "[]", '{"format": 2}', json.dumps({"id": "../../etc"}), "\0"])
def test_a_strange_status_file_is_no_pair(jobs: PairJobs, hostile: str) -> None:
    folder = jobs.root / "20260101-000000-abcdef"
    folder.mkdir()
    (folder / "pair.json").write_text(hostile)
    assert jobs.pairs() == ()
    assert jobs.pair("../" + jobs.root.name) is None


def test_a_run_folder_without_an_epoch_cannot_be_opened(jobs: PairJobs) -> None:
    pair = new_pair(digits(), "me")
    write_pair(jobs.root, pair)
    for side in SIDES:
        with pytest.raises(TrainingError, match="has begun"):
            trained_network(side_folder(jobs.root, pair, side), 0)
