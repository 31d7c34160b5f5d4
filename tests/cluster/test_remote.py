"""An engine server and its client over real HTTP: the same traces, refusals, and answers that are none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from se_explorer import Engine, SEBlock, Trace
from se_explorer.cluster.client import RemoteEngine, UnknownNetworkError
from se_explorer.cluster.identity import identity_of
from se_explorer.cluster.service import Answer, Service
from se_explorer.cluster.wire import ASK_BYTES, Ask, Fault, Reply, pack
from se_explorer.errors import BusyError, ClusterError, EditPlanError
from se_explorer.images import Picture
from se_explorer.images.picture import digest_of
from tests.analysis.toys import toy_engine
from tests.cluster.servers import answered, serving

PLANS = ("", "SE_1_1=off", "SE_1_1.3=0.25", "SE_1_1=shuffle:3", "SE_1_1=donor:other")


def picture(seed: int) -> Picture:
    """Noise of 24 x 20 pixels, so that it is resized and cut."""
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 24, 3), np.uint8)
    pixels.setflags(write=False)
    return Picture(pixels, "noise", "array", digest_of(pixels))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return toy_engine(lambda: SEBlock(8, 2), seed=2)


@pytest.fixture(scope="module")
def service(engine: Engine) -> Service:
    return Service([engine.network], "cpu")


@pytest.fixture
def server(service: Service) -> Iterator[Any]:
    with serving(lambda body: answered(service, body)) as running:
        yield running


@pytest.fixture
def remote(server: Any) -> Iterator[RemoteEngine]:
    with RemoteEngine(server.address) as client:
        yield client


def assert_same(found: Trace, wanted: Trace, tolerance: float = 1e-5) -> None:
    assert (found.model, found.weights, found.plan, found.labels) == (
        wanted.model,
        wanted.weights,
        wanted.plan,
        wanted.labels,
    )
    np.testing.assert_allclose(found.logits, wanted.logits, rtol=tolerance, atol=tolerance)
    for mine, other in zip(found.blocks, wanted.blocks, strict=True):
        assert mine.block == other.block
        assert list(mine.arrays) == list(other.arrays)
        for name, values in mine.arrays.items():
            np.testing.assert_allclose(values, other.arrays[name], rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("keep", [(), ("SE_1_1",)], ids=str)
def test_traces_are_those_of_the_engine_here(
    plan: str, keep: tuple[str, ...], engine: Engine, remote: RemoteEngine
) -> None:
    donors = {"other": engine.trace(picture(9)).gates}
    request = engine.request(picture(1), plan, keep=keep, donors=donors)
    assert_same(remote.trace(engine, request), engine.trace(picture(1), plan, keep=keep, donors=donors))


def test_many_at_once_get_what_is_theirs(engine: Engine, remote: RemoteEngine) -> None:
    wanted = [(seed, plan) for seed in range(5) for plan in PLANS[:4]]

    def asked(each: tuple[int, str]) -> Trace:
        return remote.trace(engine, engine.request(picture(each[0]), each[1]), client=f"{each[0]:x}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(asked, wanted))
    for trace, (seed, plan) in zip(found, wanted, strict=True):
        assert_same(trace, engine.trace(picture(seed), plan))


def test_another_network_is_told(remote: RemoteEngine) -> None:
    other = toy_engine(lambda: SEBlock(8, 2), seed=3)
    with pytest.raises(UnknownNetworkError, match="--model"):
        remote.trace(other, other.request(picture(1)))


def test_the_identity_is_of_all_that_matters(engine: Engine) -> None:
    network = engine.network
    variants = [
        network,
        toy_engine(lambda: SEBlock(8, 2), seed=3).network,
        replace(network, preprocessing=replace(network.preprocessing, crop=0.9)),
        replace(network, gate_means={"SE_1_1": np.zeros(8, np.float32)}),
    ]
    assert len({identity_of(each) for each in variants}) == len(variants)
    assert identity_of(network) == identity_of(replace(network, title="another name"))


def body(engine: Engine, pixels: np.ndarray | None = None, plan: str = "", **arrays: np.ndarray) -> bytes:
    """A request as some client might send it."""
    ask = Ask(network=identity_of(engine.network), plan=plan, keep=(), client="", language="en")
    return pack(ask, {} if pixels is None else {"pixels": pixels, **arrays})


CROP = np.zeros((16, 16, 3), np.uint8)


@pytest.mark.parametrize(
    ("arrays", "plan", "kind"),
    [
        ({}, "", "ImageError"),
        ({"pixels": CROP[:8]}, "", "ImageError"),
        ({"pixels": CROP.astype(np.float32)}, "", "ImageError"),
        ({"pixels": CROP}, "SE_9_9=off", "EditPlanError"),
        ({"pixels": CROP}, "SE_1_1=", "EditPlanError"),
        ({"pixels": CROP}, "SE_1_1=mean", "EditPlanError"),
        ({"pixels": CROP}, "SE_1_1=donor:x", "EditPlanError"),
        ({"pixels": CROP, "strange": np.zeros(3, np.float32)}, "", "ClusterError"),
        ({"pixels": CROP, "donor/x/SE_1_1": np.float32([np.nan] * 8)}, "SE_1_1=donor:x", "ClusterError"),
        ({"pixels": CROP, "donor/x/SE_1_1": np.float32([1])}, "SE_1_1=donor:x", "EditPlanError"),
    ],
    ids=range(10),
)
def test_requests_that_are_wrong_are_refused(
    arrays: dict[str, np.ndarray], plan: str, kind: str, engine: Engine, service: Service
) -> None:
    found = answered(service, body(engine, plan=plan, **arrays))
    assert found.status == 400
    assert Fault.model_validate_json(found.body).kind == kind
    assert answered(service, body(engine, CROP)).status == 200  # and the service goes on


def test_what_is_too_long_is_not_read(service: Service) -> None:
    found = service.submit(b"\0" * (ASK_BYTES + 1))
    assert isinstance(found, Answer)
    assert found.status == 413


REPLY = Reply(device="cpu", resumed_from=None)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>"),
        Answer(200, pack(REPLY, {})),
        Answer(200, pack(REPLY, {"logits": np.zeros(4, np.float32)})),
        Answer(200, pack(Reply(device="cpu", resumed_from="SE_7_7"), {"logits": np.zeros(3, np.float32)})),
        Answer(200, b"\0" * 3_000_000),
        Answer(302, b""),
        Answer(500, b"Internal Server Error"),
        Answer(503, b"x" * 100_000),
    ],
    ids=range(8),
)
def test_answers_that_are_none_are_errors_of_ours(
    answer: Answer, engine: Engine, server: Any, remote: RemoteEngine
) -> None:
    server.answers = lambda _body: answer
    with pytest.raises(ClusterError):
        remote.trace(engine, engine.request(picture(1)))


@pytest.mark.parametrize(("kind", "status"), [(BusyError, 503), (EditPlanError, 400)])
def test_errors_of_the_server_arrive(
    kind: type[ClusterError], status: int, engine: Engine, server: Any, remote: RemoteEngine
) -> None:
    server.answers = lambda _body: Answer.refusing(kind("one", "two", "three"))
    assert server.answers(b"").status == status
    with pytest.raises(kind, match="Expected one, but got two"):
        remote.trace(engine, engine.request(picture(1)))


@pytest.mark.parametrize(
    "address",
    ["", "10.0.0.7", "ftp://host", "http://", "http://me:secret@host", "http://h/?a=b", "file:///etc", "http://[x"],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ClusterError, match="SE_EXPLORER_ENGINE_URL") as caught:
        RemoteEngine(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none_are_no_answer(value: float, engine: Engine) -> None:
    def spoilt(body: bytes) -> Answer:
        return Answer(200, pack(Reply(device="cuda", resumed_from=None), arrays))

    trace = engine.trace(picture(1))
    arrays = {"logits": np.full_like(trace.logits, value)}
    for block in trace.blocks:
        arrays |= {f"{block.block.name}/{name}": each for name, each in block.arrays.items() if name != "maps"}
    with serving(spoilt) as server, pytest.raises(ClusterError, match="not finite"):
        RemoteEngine(server.address).trace(engine, engine.request(picture(1)))


def test_nobody_there(engine: Engine) -> None:
    with serving(lambda _body: Answer(200, b"")) as gone:
        address = gone.address
    with RemoteEngine(address) as client, pytest.raises(ClusterError, match="ConnectError"):
        client.trace(engine, engine.request(picture(1)))
