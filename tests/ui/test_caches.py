"""Networks that sessions share."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch.utils._pytree import tree_leaves

from se_explorer.analysis import Sweeper
from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import WeightsError
from se_explorer.images import open_sample, samples
from se_explorer.models import open_network
from se_explorer.ui import caches, garbage, leaving
from se_explorer.ui.garbage import EVERY

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


def _moments_of(serial: int) -> list[Any]:
    moments = caches.moments()
    return [moment for key, (moment, _) in moments._moments.items() if key[0] == serial]


def _tensors(values: Any) -> list[torch.Tensor]:
    return [value for value in tree_leaves(values) if isinstance(value, torch.Tensor)]


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
    held = [weakref.ref(tensor) for tensor in (*first.network.module.parameters(), *first.network.module.buffers())]
    held += [weakref.ref(tensor) for moment in _moments_of(serial) for tensor in _tensors(moment.alive)]
    assert len(held) > 100
    del first
    for model in OTHERS:
        caches.engine_for(model, "random:0")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # the worker's thread lets go of the network when it ends
        gc.collect()
        if weights() is None:
            break
        time.sleep(0.05)
    assert weights() is None
    assert not [tensor for tensor in held if tensor() is not None]  # on every device memory goes with its tensors
    assert not any(key[0] == serial for key in kept._values)
    assert not any(key[0] == serial for key in caches.sweeps()._values)
    assert not any(key[0] == serial for key in moments._moments)


def a_page_runs() -> None:
    with garbage.collected_at_times():
        pass


def test_memory_is_handed_back_once_the_network_is_gone_and_not_before(
    gone: leaving.Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To empty the allocators while something holds the weights would give nothing back."""
    engine = caches.engine_for(SMALL, "random:0")
    weights = [weakref.ref(tensor) for tensor in engine.network.module.parameters()]
    handed: list[int] = []  # how many tensors still lived each time
    monkeypatch.setattr(leaving, "_hand_back", lambda: handed.append(sum(tensor() is not None for tensor in weights)))
    for model in OTHERS:
        caches.engine_for(model, "random:0")
    assert gone.news
    a_page_runs()
    assert not gone.news
    assert handed == []  # a run of somebody's, here this test, uses it
    del engine
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        garbage._turns.ended -= EVERY  # five seconds later
        a_page_runs()
        if handed:
            break
        time.sleep(0.05)
    assert handed == [0]
    garbage._turns.ended -= EVERY
    a_page_runs()
    assert handed == [0]  # nothing more is leaving


def test_a_run_that_dropped_a_network_does_not_wait_for_its_time(
    gone: leaving.Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[bool] = []
    monkeypatch.setattr(leaving, "_hand_back", lambda: handed.append(True))
    with garbage.collected_at_times():
        gone.add(torch.nn.Identity())
    assert handed == [True]
    held = torch.nn.Identity()
    gone.add(held)
    a_page_runs()
    del held
    a_page_runs()  # no news, and not yet five seconds
    assert handed == [True]
    garbage._turns.ended -= EVERY
    a_page_runs()
    assert handed == [True, True]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gets_its_memory_back() -> None:
    picture = open_sample(samples()[0].id)

    def look_at(model: str) -> None:
        caches.trace_of(caches.engine_for(model, "random:0"), picture, EditPlan())

    def held() -> int:
        for _ in range(100):  # until the workers' threads have ended
            gc.collect()
            caches.leaving.hand_back()
            if not caches.leaving._networks:
                break
            time.sleep(0.05)
        return torch.cuda.memory_reserved()  # what other processes cannot have

    for model in (*OTHERS, SMALL, *OTHERS):
        look_at(model)
    before = held()
    for model in (SMALL, *OTHERS):
        look_at(model)
    assert held() <= before * 1.01


def test_no_page_downloads_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path))
    monkeypatch.setattr(caches, "open_network", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(WeightsError, match="still to be downloaded"):
        caches.engine_for(f"{SMALL}.lamb_in1k")
