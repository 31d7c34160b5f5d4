"""The engine behind a real Ray Serve: two replicas, many requests at once, each with its own answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from se_explorer import Engine, Trace
from se_explorer.cluster.client import RemoteEngine, UnknownNetworkError
from se_explorer.cluster.serving import Serving, start, stop
from se_explorer.cluster.wire import ASK_BYTES
from se_explorer.errors import ClusterError
from se_explorer.models import DEFAULT_MODEL, open_network
from tests.analysis.profiles import noise_engine
from tests.cluster.conftest import Nodes
from tests.cluster.test_remote import assert_same, picture

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(nodes: Nodes) -> Iterator[str]:
    port = free_port()
    with pytest.raises(ClusterError, match="replicas"):
        start(Serving((DEFAULT_MODEL,), "127.0.0.1", port, 99, "cpu", nodes.address))
    assert start(Serving((DEFAULT_MODEL,), "127.0.0.1", port, 2, "cpu", nodes.address)) == 2
    yield f"http://127.0.0.1:{port}"
    stop()


def test_traces_over_ray_serve(address: str) -> None:
    engine = Engine(open_network(DEFAULT_MODEL), "cpu")
    plans = ("", "SE_3_4=off", "SE_5_1=mean", "SE_2_1.3=0.5")
    wanted = [(seed, plan) for seed in range(3) for plan in plans]
    with RemoteEngine(address) as remote, ThreadPoolExecutor(6) as threads:

        def asked(each: tuple[int, str]) -> Trace:
            return remote.trace(engine, engine.request(picture(each[0]), each[1], keep=["SE_3_1"]))

        found = list(threads.map(asked, wanted))
        with pytest.raises(UnknownNetworkError):
            remote.trace(noise_engine(), noise_engine().request(picture(1)))
    for trace, (seed, plan) in zip(found, wanted, strict=True):
        assert_same(trace, engine.trace(picture(seed), plan, keep=["SE_3_1"]), 1e-3)


def test_what_is_no_request(address: str) -> None:
    with httpx2.Client(trust_env=False, timeout=60) as client:
        assert client.get(f"{address}/health").text == "ok"
        assert client.get(f"{address}/trace").status_code == 404
        assert client.post(f"{address}/trace", content=b"no message").status_code == 400
        assert client.post(f"{address}/trace", content=b"0" * (ASK_BYTES + 1)).status_code == 413
