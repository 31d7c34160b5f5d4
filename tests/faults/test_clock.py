"""A clock that is set back or forth, or stands still: a laptop that wakes, a server that finds its time."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from se_explorer.models.weights import transfer
from se_explorer.training import loop, pair_progress
from se_explorer.training.job_lock import FolderLock
from se_explorer.training.pair_progress import Reporter, read_progress
from se_explorer.training.pair_request import PairRequest
from se_explorer.training.pairs import every_pair, new_pair, write_pair
from tests.training.tiny import ignore, same, trainer

REQUEST = PairRequest(dataset="digits", network="notes-cnn", reduction=4, epochs=1, seed=0)
NOW = 1_790_000_000.0
#: What a clock says, call by call: it stands, goes back a year, goes on by ten.
CLOCKS = {"still": [NOW], "back": [NOW, NOW - 3e7], "forth": [NOW, NOW + 3e8], "to 1970": [NOW, 0.0]}


def set_clock(says: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """``time.time`` gives these one after another, the last for good."""
    left = list(says)
    monkeypatch.setattr(time, "time", lambda: left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize("clock", CLOCKS)
def test_no_pair_is_lost_or_written_over(clock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(CLOCKS[clock], monkeypatch)
    made = [new_pair(REQUEST, "a") for _ in range(3)]
    for pair in made:
        write_pair(tmp_path, pair)
    assert sorted(pair.id for pair in every_pair(tmp_path)) == sorted(pair.id for pair in made)
    assert len({pair.id for pair in made}) == 3


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_training_is_the_same_to_the_bit(clock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trainer(tmp_path / "whole")
    whole.run(ignore)
    set_clock(CLOCKS[clock], monkeypatch)
    run = trainer(tmp_path / "odd")
    run.run(ignore)
    assert same(run, whole)


def test_a_clock_of_intervals_that_stands_still_divides_nothing_by_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = SimpleNamespace(perf_counter=lambda: 7.0, monotonic=lambda: 7.0)
    for module in (loop, pair_progress):  # theirs alone: what waits elsewhere would wait for good
        monkeypatch.setattr(module, "time", still)
    reporter = Reporter(tmp_path)
    for done in range(1, 5):
        reporter.step(1, done, 4)
    found = read_progress(tmp_path)
    assert found is not None
    assert found.times is not None
    assert (found.done, found.times.median) == (4, 0.0)
    run = trainer(tmp_path / "run")
    run.run(ignore)
    assert [report.seconds for report in run.curve] == [0.0] * 3


def test_a_lock_knows_no_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock([NOW, NOW + 3e8, NOW - 3e8], monkeypatch)
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


@pytest.mark.parametrize(("ahead", "left"), [(-3e8, True), (0.0, True), (3e8, False)])
def test_a_download_in_the_making_is_swept_away_late_rather_than_early(
    ahead: float, left: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock set forth makes another process's file look old; what is lost is then a download that starts anew."""
    part = tmp_path / "net.pth.se-1"
    part.write_bytes(b"half")
    monkeypatch.setattr(transfer, "url_target", lambda _: tmp_path / "net.pth")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + ahead)
    transfer._sweep(transfer.Origin(url="https://example.org/net.pth", sha256="0" * 8))
    assert part.exists() == left
