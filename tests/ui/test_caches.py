"""Networks that sessions share."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from se_explorer.analysis import Sweeper
from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import WeightsError
from se_explorer.images import open_sample, samples
from se_explorer.models import open_network
from se_explorer.ui import caches

SMALL = "timm:mobilenetv3_small_050"
OTHERS = ("timm:lcnet_050", "timm:tinynet_e")


@pytest.fixture(autouse=True)
def empty() -> Any:
    caches.engine_for.clear()
    yield
    caches.engine_for.clear()


def test_eight_sessions_at_once_build_a_network_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    together = threading.Barrier(8)

    def counted(model: str, weights: str) -> Any:
        built.append(model)
        return open_network(model, weights)

    def session() -> Engine:
        together.wait()
        return caches.engine_for(SMALL, "random:0")

    monkeypatch.setattr(caches, "open_network", counted)
    with ThreadPoolExecutor(8) as threads:
        engines = [future.result() for future in [threads.submit(session) for _ in range(8)]]
    assert built == [SMALL]
    assert len({engine.serial for engine in engines}) == 1


def test_a_third_network_sends_the_oldest_away_with_all_that_was_kept_of_it() -> None:
    first = caches.engine_for(SMALL, "random:0")
    picture = open_sample(samples()[0].id)
    caches.trace_of(first, picture, EditPlan())
    sweep = Sweeper(first, picture).run()
    caches.sweeps().get((first.serial, picture.digest, "leave-one-out", "off", "", 0), lambda: sweep)
    kept, moments = caches._traces(), caches.moments()
    assert any(key[0] == first.serial for key in kept._values)
    assert any(key[0] == first.serial for key in moments._moments)
    serial, weights = first.serial, weakref.ref(first.network.module)
    del first
    for model in OTHERS:
        caches.engine_for(model, "random:0")
    gc.collect()
    assert weights() is None
    assert not any(key[0] == serial for key in kept._values)
    assert not any(key[0] == serial for key in caches.sweeps()._values)
    assert not any(key[0] == serial for key in moments._moments)


def test_no_page_downloads_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path))
    monkeypatch.setattr(caches, "open_network", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(WeightsError, match="still to be downloaded"):
        caches.engine_for(f"{SMALL}.lamb_in1k")
