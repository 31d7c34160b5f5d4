"""A replica answers HTTP as Ray Serve hands it over, without Ray: an ASGI client in this process stands for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import numpy as np
import pytest
import torch
from starlette.requests import Request

from se_explorer import Engine, SEBlock
from se_explorer.cluster import serving
from se_explorer.cluster.identity import identity_of
from se_explorer.cluster.serving import Replica
from se_explorer.cluster.wire import ASK_BYTES, Ask, Fault, Reply, pack, unpack
from tests.analysis.toys import toy_engine

CROP = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)


@pytest.fixture
def engine() -> Engine:
    return toy_engine(lambda: SEBlock(8, 2), seed=2)


@pytest.fixture
def replica(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Replica:
    monkeypatch.setattr(serving, "open_network", lambda _model: engine.network)
    return Replica(["toy"], "cpu", 1)


def asked(replica: Replica, *requests: tuple[str, str, bytes]) -> list[httpx2.Response]:
    """The answers of requests that come at once, each a method, a path and a body."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        answer = await replica(Request(scope, receive))
        await answer(scope, receive, send)

    async def sent() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app=application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            return await asyncio.gather(*(client.request(how, to, content=body) for how, to, body in requests))

    # In a thread: a browser test of this process may have left its own loop running in the main one.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, sent()).result()


def body(engine: Engine, plan: str = "") -> bytes:
    ask = Ask(network=identity_of(engine.network), plan=plan, keep=("SE_1_1",), client="", language="zh-Hans")
    return pack(ask, {"pixels": CROP})


def test_many_at_once_each_get_their_own(engine: Engine, replica: Replica) -> None:
    plans = ["", "SE_1_1=off", "SE_1_1=zero", "SE_1_1.2=0.5"] * 4
    found = asked(replica, *(("POST", "/trace", body(engine, plan)) for plan in plans))
    pixels = engine.network.preprocessing.normalise(torch.from_numpy(CROP.transpose(2, 0, 1)[None].copy()))
    for answer, plan in zip(found, plans, strict=True):
        assert answer.status_code == 200
        message, arrays = unpack(answer.content, Reply)
        assert message.device == "cpu"
        np.testing.assert_allclose(arrays["logits"], engine.logits(pixels, plan)[0], rtol=1e-5, atol=1e-5)
        assert arrays["SE_1_1/maps"].shape == (8, 8, 8)


def test_what_is_no_request(engine: Engine, replica: Replica) -> None:
    health, other, get, junk, long, wrong = asked(
        replica,
        ("GET", "/health", b""),
        ("POST", "/other", b""),
        ("GET", "/trace", b""),
        ("POST", "/trace", b"junk"),
        ("POST", "/trace", b"0" * (ASK_BYTES + 1)),
        ("POST", "/trace", body(engine, "SE_9_9=off")),
    )
    assert health.text == "ok"
    assert [each.status_code for each in (other, get, junk, long, wrong)] == [404, 404, 400, 413, 400]
    told = Fault.model_validate_json(wrong.content)
    assert told.kind == "EditPlanError"
    assert not told.remedy.isascii()
