"""One download from the hub and from a plain host: whole, cut off, cancelled, refused, and with no network."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from se_explorer.errors import DownloadCancelledError, WeightsError
from se_explorer.models.library_card import Origin
from se_explorer.models.weights import transfer as transfers
from se_explorer.models.weights.transfer import transfer
from tests.models.weights.conftest import HUB_REPOSITORY, Places, leavings, url_origin
from tests.models.weights.shelf import Book, Shelf

MODEL = "timm:mobilenetv3_small_050"
DATA = bytes(range(256)) * 4 * 1024  # 1 MiB
HUB = Origin(repository=HUB_REPOSITORY, files=("model.safetensors", "pytorch_model.bin"))
NAME = "model.safetensors"


class Watch:
    """Notes the progress, and cancels once more than ``limit`` bytes have come."""

    def __init__(self, limit: int | None = None) -> None:
        self.told: list[tuple[int, int | None]] = []
        self.limit = limit
        self.stopped: float | None = None

    def progress(self, done: int, total: int | None) -> None:
        self.told.append((done, total))

    def cancelled(self) -> bool:
        stop = self.limit is not None and bool(self.told) and self.told[-1][0] > self.limit
        if stop and self.stopped is None:
            self.stopped = time.monotonic()
        return stop


def download(origin: Origin, watch: Watch | None = None, force: bool = False) -> Path:
    watch = watch or Watch()
    return transfer(MODEL, origin, force, watch.progress, watch.cancelled)


def on_host(shelf: Shelf, book: Book, digest: str | None = None) -> Origin:
    """Put a file on the plain host."""
    origin = url_origin(shelf.url, book.data, digest)
    assert origin.url is not None
    shelf.books[origin.url.removeprefix(shelf.url)] = book
    return origin


def on_hub(shelf: Shelf, book: Book) -> Origin:
    """Put a file on the hub."""
    shelf.put_on_hub(HUB_REPOSITORY, NAME, book)
    return HUB


Put = Callable[[Shelf, Book], Origin]
#: From the hub, and from a plain host, which costs the child an import of torch.
both = pytest.mark.parametrize("put", [on_hub, pytest.param(on_host, marks=pytest.mark.slow)])


@both
def test_whole(put: Put, shelf: Shelf, places: Places) -> None:
    watch = Watch()
    path = download(put(shelf, Book(DATA, pause=0.02)), watch)
    assert path.read_bytes() == DATA
    assert watch.told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in watch.told] == sorted(done for done, _ in watch.told)
    assert len(leavings(places.hub if put is on_hub else places.torch)) == (2 if put is on_hub else 1)


def test_a_connection_to_the_hub_that_breaks_off_is_taken_up_where_it_broke(shelf: Shelf, places: Places) -> None:
    path = download(on_hub(shelf, Book(DATA, cuts=[len(DATA) // 2])))
    assert path.read_bytes() == DATA
    first, second = shelf.gets(f"/{HUB_REPOSITORY}/resolve/main/{NAME}")
    assert (first, second) == (0, len(DATA) // 2)


@pytest.mark.slow
def test_a_plain_host_that_breaks_off_is_told_and_the_next_try_starts_anew(shelf: Shelf, places: Places) -> None:
    origin = on_host(shelf, Book(DATA, cuts=[len(DATA) // 2]))
    with pytest.raises(WeightsError, match="broke off") as caught:
        download(origin)
    assert "again" in caught.value.remedy
    assert leavings(places.torch) == []
    assert download(origin).read_bytes() == DATA


@both
@pytest.mark.parametrize("hangs", [False, True], ids=["slow", "hanging"])
def test_cancelled_midway(put: Put, hangs: bool, shelf: Shelf, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "GRACE_SECONDS", 60)  # a busy machine's child takes its time to tidy up
    book = Book(DATA, pause=0.1, hangs_after=len(DATA) // 4 if hangs else None)
    origin = put(shelf, book)
    watch = Watch(limit=len(DATA) // 8)
    with pytest.raises(DownloadCancelledError):
        download(origin, watch)
    assert watch.stopped is not None
    assert leavings(places.hub) == leavings(places.torch) == []
    book.pause, book.hangs_after = 0.0, None
    assert download(origin).read_bytes() == DATA


def test_cancelled_before_the_server_answered(silent: str, places: Places) -> None:
    began = time.monotonic()
    with pytest.raises(DownloadCancelledError):
        transfer(MODEL, HUB, False, lambda *_: None, lambda: time.monotonic() - began > 1)
    assert leavings(places.hub) == []


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(silent: str) -> None:
    with pytest.raises(WeightsError, match="no connection"):
        download(HUB)


def test_a_download_ends_with_whoever_started_it(shelf: Shelf, places: Places) -> None:
    origin = on_hub(shelf, Book(DATA, hangs_after=len(DATA) // 2))
    child = subprocess.Popen(
        [sys.executable, "-P", str(transfers.CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(transfers._request(origin, False)) + "\n")
    child.stdin.flush()
    assert json.loads(child.stdout.readline())["done"] > 0
    child.stdin.close()
    assert child.wait(60) != 0
    child.stdout.close()
    assert leavings(places.hub) == []


@both
def test_another_content_than_its_name_says_is_refused_and_thrown_away(put: Put, shelf: Shelf, places: Places) -> None:
    digest = hashlib.sha256(b"another").hexdigest()
    origin = on_hub(shelf, Book(DATA, etag=digest)) if put is on_hub else on_host(shelf, Book(DATA), digest[:8])
    with pytest.raises(WeightsError, match="thrown away"):
        download(origin)
    assert leavings(places.hub) == leavings(places.torch) == []


@both
@pytest.mark.parametrize(("status", "told"), [(404, "does not have it"), (500, "cannot answer now")])
def test_a_server_that_refuses(put: Put, status: int, told: str, shelf: Shelf, places: Places) -> None:
    with pytest.raises(WeightsError, match=told):
        download(put(shelf, Book(DATA, status=status)))
    assert leavings(places.hub) == leavings(places.torch) == []


def test_the_hubs_older_kind_of_file_is_taken_where_there_is_no_other(shelf: Shelf, places: Places) -> None:
    shelf.put_on_hub(HUB_REPOSITORY, "pytorch_model.bin", Book(DATA))
    path = download(HUB)
    assert (path.name, path.read_bytes()) == ("pytorch_model.bin", DATA)


@pytest.mark.parametrize("where", ["hub", pytest.param("host", marks=pytest.mark.slow)])
def test_with_no_network_it_says_at_once_what_can_be_done(where: str, nowhere: str) -> None:
    began = time.monotonic()
    with pytest.raises(WeightsError, match="no connection") as caught:
        download(HUB if where == "hub" else url_origin(nowhere, DATA))
    assert time.monotonic() - began < 60  # about a second at rest; a silent server would cost 5 s, the hub's retries 25
    assert "refused" in caught.value.received
    for part in ("seresnet50-imagenette", f"fetch {MODEL} --to FOLDER", "SE_EXPLORER_WEIGHTS", "random weights"):
        assert part in caught.value.remedy


def test_a_session_that_may_not_use_the_network(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsError, match="HF_HUB_OFFLINE"):
        download(on_hub(shelf, Book(DATA)))
    assert shelf.requests == []


def test_a_cache_that_cannot_be_made(shelf: Shelf, places: Places) -> None:
    places.hub.write_text("a file where the folder should be")
    with pytest.raises(WeightsError) as caught:
        download(on_hub(shelf, Book(DATA)))
    assert "HF_HOME" in caught.value.remedy


def test_a_child_that_dies_is_no_success(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text("import sys; sys.stdin.readline(); sys.exit('out of luck')")
    monkeypatch.setattr(transfers, "CHILD", child)
    with pytest.raises(WeightsError, match="out of luck"):
        download(HUB)


def test_leftovers_of_killed_downloads_go_once_they_are_old(shelf: Shelf, places: Places) -> None:
    blobs = places.hub / "models--timm--mobilenetv3_small_050.lamb_in1k" / "blobs"
    blobs.mkdir(parents=True)
    old, new = blobs / "a.1.incomplete", blobs / "a.2.incomplete"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3600,) * 2)
    download(on_hub(shelf, Book(DATA)))
    assert (old.exists(), new.exists()) == (False, True)
