"""Downloads that sessions share."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from se_explorer.errors import DownloadCancelledError, ModelError, WeightsError
from se_explorer.language import language
from se_explorer.models import Download, downloads, fetch, open_network, weights_status
from se_explorer.models.library_card import Origin
from se_explorer.models.weights import Downloads
from se_explorer.models.weights import sharing as module
from tests.models.weights.conftest import (
    HUB_NETWORK,
    HUB_REPOSITORY,
    URL_NETWORK,
    Places,
    leavings,
    pytorch_file,
    safetensors_file,
    same,
    state_of,
    url_origin,
)
from tests.models.weights.shelf import Book, Shelf

BARE = HUB_NETWORK.partition(".")[0]  # another name of the same weights
OTHER = "timm:lcnet_050.ra2_in1k"
THIRD = "timm:tinynet_e.in1k"


@pytest.fixture
def path(shelf: Shelf) -> str:
    """The hub has the small network's weights."""
    return shelf.put_on_hub(HUB_REPOSITORY, "model.safetensors", Book(safetensors_file()))


def end_of(shared: Downloads, model: str) -> Download:
    """Wait for a download's end."""
    for _ in range(1200):
        now = shared.status(model)
        assert now is not None
        if now.is_over:
            return now
        time.sleep(0.05)
    raise AssertionError(f"no end: {now}")


class Gate:
    """Stands in the place of a transfer: holds every download until it is let go or cancelled."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.open = threading.Event()

    def __call__(
        self, model: str, origin: Origin, force: bool, progress: Callable[..., None], cancelled: Callable[[], bool]
    ) -> None:
        self.begun.append(model)
        progress(1, 10)
        while not self.open.wait(0.01):
            if cancelled():
                raise DownloadCancelledError("a", "b", "c")
        raise WeightsError("whole weights", "the end of a test", "None is needed.")

    def wait_for(self, count: int) -> None:
        """Wait until so many have begun."""
        for _ in range(6000):
            if len(self.begun) >= count:
                return
            time.sleep(0.01)
        raise AssertionError(self.begun)


@pytest.fixture
def gate(places: Places, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    held = Gate()
    monkeypatch.setattr(module, "transfer", held)
    yield held
    held.open.set()


def test_a_network_opens_with_the_weights_that_were_served(path: str, shelf: Shelf, places: Places) -> None:
    assert weights_status(HUB_NETWORK).state == "download"
    network = open_network(HUB_NETWORK)
    assert (network.weights, network.is_random) == ("pretrained", False)
    assert same(network.module.state_dict(), state_of(HUB_NETWORK))
    status = weights_status(HUB_NETWORK)
    assert (status.state, status.bytes) == ("cached", len(safetensors_file()))
    asked = len(shelf.requests)
    open_network(BARE)
    assert len(shelf.requests) == asked, "what is cached is opened without asking anybody"


@pytest.mark.slow
def test_a_torchvision_network_opens_with_the_weights_that_were_served(
    shelf: Shelf, places: Places, change_card: Callable[[str, Origin], None]
) -> None:
    origin = url_origin(shelf.url, pytorch_file())
    assert origin.url is not None
    shelf.books[origin.url.removeprefix(shelf.url)] = Book(pytorch_file())
    change_card(URL_NETWORK, origin)
    assert same(open_network(URL_NETWORK).module.state_dict(), state_of(URL_NETWORK))
    assert weights_status(URL_NETWORK).path == places.torch / origin.url.rpartition("/")[2]


def test_two_sessions_share_one_download(path: str, shelf: Shelf) -> None:
    shelf.books[path].pause = 0.01
    found: list[object] = []
    threads = [threading.Thread(target=lambda name=name: found.append(fetch(name))) for name in (HUB_NETWORK, BARE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shelf.gets(path)) == 1
    assert found[0] == found[1] == weights_status(HUB_NETWORK).path


def test_a_download_can_be_watched(path: str, shelf: Shelf) -> None:
    shelf.books[path].pause = 0.01
    shared = downloads()
    assert shared.status(HUB_NETWORK) is None
    assert shared.start(BARE).id == HUB_NETWORK
    size = len(safetensors_file())
    seen = set()
    while not (now := shared.status(HUB_NETWORK)).is_over:
        seen.add((now.state, 0 < now.done < size))
        time.sleep(0.02)
    assert ("running", True) in seen
    assert (now.state, now.done, now.total, now.error) == ("done", size, size, None)
    assert now.path == weights_status(HUB_NETWORK).path
    assert shared.start(HUB_NETWORK).state == "done", "there is nothing to do"


def test_progress_is_told(path: str, shelf: Shelf) -> None:
    shelf.books[path].pause = 0.01
    told: list[tuple[int, int | None]] = []
    fetch(HUB_NETWORK, lambda done, total: told.append((done, total)))
    size = len(safetensors_file())
    assert told[-1] == (size, size)
    assert 0 < told[0][0] < size


def test_who_cancels_gets_no_weights_and_leaves_none(path: str, shelf: Shelf, places: Places) -> None:
    shelf.books[path].pause = 0.05
    told: list[int] = []
    with pytest.raises(DownloadCancelledError):
        fetch(HUB_NETWORK, lambda done, total: told.append(done), lambda: bool(told))
    assert end_of(downloads(), HUB_NETWORK).state == "cancelled"
    assert weights_status(HUB_NETWORK).state == "download"
    assert leavings(places.hub) == []


def test_a_failure_is_told_and_can_be_tried_again(path: str, shelf: Shelf) -> None:
    shelf.books[path].status = 404
    with pytest.raises(WeightsError, match="does not have it"):
        open_network(HUB_NETWORK)
    failed = downloads().status(HUB_NETWORK)
    assert failed is not None
    assert failed.error is not None
    assert (failed.state, failed.message) == ("failed", failed.error.message)
    shelf.books[path].status = 200
    assert fetch(HUB_NETWORK) is not None


def test_a_failure_in_the_childs_process_is_told_in_each_sessions_language(path: str, shelf: Shelf) -> None:
    shelf.books[path].status = 404
    with language("zh-Hans"), pytest.raises(WeightsError, match=r"得到：服务器上没有它（.*404") as caught:
        open_network(HUB_NETWORK)
    failed = downloads().status(HUB_NETWORK)
    assert failed is not None
    assert "does not have it" in str(failed.message)
    with language("zh-Hans"):
        assert str(failed.message) == str(caught.value)


def test_a_damaged_file_is_replaced_and_that_is_said(path: str, shelf: Shelf) -> None:
    first = fetch(HUB_NETWORK)
    assert first is not None
    first.resolve().write_bytes(safetensors_file()[:-1000])
    status = weights_status(HUB_NETWORK)
    assert (status.state, status.damaged) == ("download", first)
    downloads().start(HUB_NETWORK)
    end = end_of(downloads(), HUB_NETWORK)
    assert end.state == "done"
    assert "is damaged" in str(end.message)
    assert first.read_bytes() == safetensors_file()


def test_a_file_of_the_right_size_with_a_wrong_byte_is_not_opened(path: str, shelf: Shelf) -> None:
    first = fetch(HUB_NETWORK)
    assert first is not None
    changed = bytearray(safetensors_file())
    changed[-1] ^= 1
    first.resolve().write_bytes(changed)
    assert weights_status(HUB_NETWORK).state == "cached"
    assert weights_status(HUB_NETWORK, thorough=True).damaged == first
    assert same(open_network(HUB_NETWORK).module.state_dict(), state_of(HUB_NETWORK))


def test_no_session_ends_anothers_download(gate: Gate) -> None:
    shared = Downloads()
    shared.start(HUB_NETWORK, "ann")
    shared.start(BARE, "bob")
    gate.wait_for(1)
    shared.cancel(HUB_NETWORK, "ann")
    shared.cancel(HUB_NETWORK, "ann")
    shared.cancel(HUB_NETWORK, "eve")
    time.sleep(0.1)
    assert shared.status(HUB_NETWORK).state == "running"
    shared.cancel(BARE, "bob")
    assert end_of(shared, HUB_NETWORK).state == "cancelled"
    assert gate.begun == [HUB_NETWORK]


def test_who_comes_after_a_cancel_gets_a_download_of_his_own(gate: Gate) -> None:
    shared = Downloads()
    shared.start(HUB_NETWORK)
    gate.wait_for(1)
    shared.cancel(HUB_NETWORK)
    shared.start(HUB_NETWORK)
    gate.wait_for(2)
    assert shared.status(HUB_NETWORK).state == "running"


def test_two_run_at_once_and_the_third_waits_and_can_be_cancelled_there(gate: Gate) -> None:
    shared = Downloads()
    for model in (HUB_NETWORK, OTHER, THIRD):
        shared.start(model)
        time.sleep(0.02)
    gate.wait_for(2)
    time.sleep(0.1)
    states = [shared.status(model).state for model in (HUB_NETWORK, OTHER, THIRD)]
    assert (sorted(states), len(gate.begun)) == (["queued", "running", "running"], 2)
    waiting = (HUB_NETWORK, OTHER, THIRD)[states.index("queued")]
    shared.cancel(waiting)
    assert end_of(shared, waiting).state == "cancelled"
    assert len(gate.begun) == 2


def test_a_place_is_given_on(gate: Gate) -> None:
    shared = Downloads(at_once=1)
    shared.start(HUB_NETWORK)
    gate.wait_for(1)
    shared.start(OTHER)
    shared.cancel(HUB_NETWORK)
    gate.wait_for(2)
    assert gate.begun == [HUB_NETWORK, OTHER]


def test_a_mistake_of_ours_leaves_nobody_waiting(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("ours")

    told: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(module, "transfer", fail)
    monkeypatch.setattr(threading, "excepthook", lambda args: told.put(args.exc_type.__name__))
    with pytest.raises(WeightsError, match="SE Explorer itself"):
        fetch(HUB_NETWORK)
    assert told.get(timeout=60) == "ZeroDivisionError"  # the thread ends after it has told the others


def test_bundled_weights_need_no_download(places: Places) -> None:
    assert fetch("seresnet50-imagenette") is None
    assert downloads().start("seresnet50-imagenette").state == "done"


@pytest.mark.parametrize(
    "model", ["", "nothing", "timm:no_such_net", "torchvision:", "torchvision:regnet_y_8gf@V9", "x:y"]
)
def test_unknown_networks_are_refused(model: str, places: Places) -> None:
    for call in (fetch, downloads().start, weights_status):
        with pytest.raises(ModelError):
            call(model)


def test_a_network_without_pretrained_weights_says_so(places: Places) -> None:
    with pytest.raises(WeightsError, match="none"):
        fetch("timm:seresnet18")
