"""The app and an engine server: asked for traces while it answers, and what is told when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from se_explorer import Engine, SEBlock
from se_explorer.cluster import ADDRESS_VARIABLE
from se_explorer.cluster.service import Answer, Service
from se_explorer.engine import EditPlan
from se_explorer.ui import caches, remote
from tests.analysis.toys import toy_engine
from tests.cluster.servers import answered, serving
from tests.cluster.test_remote import picture


@pytest.fixture
def engine() -> Engine:
    return toy_engine(lambda: SEBlock(8, 2), seed=2)


@pytest.fixture
def server(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server that the environment names."""
    service = Service([engine.network], "cpu")
    remote._opened.clear()
    with serving(lambda body: answered(service, body)) as running:
        monkeypatch.setenv(ADDRESS_VARIABLE, running.address)
        yield running
    remote._opened.clear()


def page(tag: str) -> None:
    """A page that says no more than what is told of the server."""
    from se_explorer.language import set_language
    from se_explorer.ui.remote import tell_remote

    set_language(tag)
    tell_remote()


def told(tag: str) -> list[str]:
    return [each.value for each in AppTest.from_function(page, args=(tag,), default_timeout=300).run().info]


def test_traces_come_from_the_server_that_the_environment_names(engine: Engine, server: Any) -> None:
    plan = engine.fit("SE_1_1=off")
    found = caches.trace_of(engine, picture(3), plan)
    np.testing.assert_allclose(found.logits, engine.trace(picture(3), plan).logits, rtol=1e-5, atol=1e-5)
    assert server.seen == ["/trace"]
    assert told("en") == []


def test_without_the_server_all_goes_on_and_it_is_told(engine: Engine, server: Any) -> None:
    server.answers = lambda _body: Answer(500, b"")
    found = caches.trace_of(engine, picture(4), EditPlan())
    np.testing.assert_allclose(found.logits, engine.trace(picture(4)).logits, rtol=1e-5, atol=1e-5)
    (said,), (chinese,) = told("en"), told("zh-Hans")
    assert said.startswith("The engine server does not answer at the moment.")
    assert chinese.startswith("引擎服务器目前没有应答。")
    assert server.address not in said + chinese


def test_by_default_nobody_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    assert remote.tracer(engine) is engine.worker
    assert told("en") == []
