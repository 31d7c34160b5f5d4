"""The app's way to an engine server: used while it answers, left while it does not, and found again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from se_explorer import Engine, SEBlock
from se_explorer.cluster.client import RemoteEngine
from se_explorer.cluster.fallback import ADDRESS_VARIABLE, RETRY_SECONDS, UNKNOWN_SECONDS, Fallback, remote_from
from se_explorer.cluster.service import Answer, Service
from se_explorer.errors import BusyError, EditPlanError, TraceError
from tests.analysis.toys import toy_engine
from tests.cluster.servers import answered, serving
from tests.cluster.test_remote import picture


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


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
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fallback(server: Any, clock: Clock) -> Iterator[Fallback]:
    made = Fallback(RemoteEngine(server.address), clock)
    yield made
    made.close()


def traced(fallback: Fallback, engine: Engine, seed: int = 1, plan: str = "") -> np.ndarray:
    logits = fallback.route(engine).trace(picture(seed), plan, client="me").result(60).logits
    np.testing.assert_allclose(logits, engine.trace(picture(seed), plan).logits, rtol=1e-5, atol=1e-5)
    return logits


def test_the_server_is_asked_while_it_answers(fallback: Fallback, engine: Engine, server: Any) -> None:
    for seed in range(3):
        traced(fallback, engine, seed, "SE_1_1=off")
    assert server.seen == ["/trace"] * 3
    assert not fallback.down


def test_a_server_that_fails_is_left_alone_and_tried_again(
    fallback: Fallback, engine: Engine, server: Any, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    good, server.answers = server.answers, lambda _body: Answer(500, b"")
    with caplog.at_level(logging.WARNING):
        traced(fallback, engine)
        assert fallback.down
        traced(fallback, engine)
        assert len(server.seen) == 1  # not asked again so soon
        clock.now += RETRY_SECONDS + 1
        traced(fallback, engine)
        assert (len(server.seen), fallback.down) == (2, True)
        server.answers = good
        clock.now += RETRY_SECONDS + 1
        traced(fallback, engine)
        assert (len(server.seen), fallback.down) == (3, False)
        traced(fallback, engine)
        assert len(server.seen) == 4
    assert [record.message.split(":")[0] for record in caplog.records] == ["engine server"] * 2  # once each way


def test_one_at_a_time_asks_a_server_that_was_down(
    fallback: Fallback, engine: Engine, server: Any, clock: Clock
) -> None:
    server.answers = lambda _body: Answer(500, b"")
    traced(fallback, engine)
    clock.now += RETRY_SECONDS + 1
    given = [fallback.ticket(engine) for _ in range(3)]
    assert given == [1, None, None]


def test_who_waited_while_the_server_failed_does_not_ask_it(fallback: Fallback, engine: Engine, server: Any) -> None:
    early = fallback.ticket(engine)
    assert early is not None
    server.answers = lambda _body: Answer(500, b"")
    traced(fallback, engine)
    assert fallback.ask(early, engine, engine.request(picture(2)), None, "en") is None
    assert len(server.seen) == 1


def test_nobody_at_the_address(engine: Engine, server: Any, clock: Clock) -> None:
    fallback = Fallback(RemoteEngine("http://127.0.0.1:9"), clock)
    traced(fallback, engine)
    assert fallback.down
    fallback.close()


def test_a_network_that_the_server_lacks_runs_here(
    fallback: Fallback, engine: Engine, server: Any, clock: Clock
) -> None:
    other = toy_engine(lambda: SEBlock(8, 2), seed=3)
    traced(fallback, other)
    traced(fallback, other)
    assert (len(server.seen), fallback.down) == (1, False)  # it is there, and it was believed
    traced(fallback, engine)
    assert len(server.seen) == 2
    clock.now += UNKNOWN_SECONDS + 1
    traced(fallback, other)
    assert len(server.seen) == 3


def test_a_busy_server_is_helped_out_and_not_given_up(fallback: Fallback, engine: Engine, server: Any) -> None:
    server.answers = lambda _body: Answer.refusing(BusyError("one", "two", "three"))
    traced(fallback, engine)
    traced(fallback, engine)
    assert (len(server.seen), fallback.down) == (2, False)


def test_what_is_wrong_with_a_request_is_told(fallback: Fallback, engine: Engine, server: Any) -> None:
    with pytest.raises(EditPlanError):  # here, before anything is sent
        fallback.route(engine).trace(picture(1), "SE_9_9=off")
    assert server.seen == []
    server.answers = lambda _body: Answer.refusing(TraceError("one", "two", "three"))
    with pytest.raises(TraceError, match="three"):
        fallback.route(engine).trace(picture(1)).result(60)
    assert not fallback.down


def test_no_session_can_be_told_by_its_name(fallback: Fallback) -> None:
    named = {fallback._anonymous(name) for name in ("session-1", "session-2", None)}
    assert len(named) == 3
    assert not any("session" in each for each in named)


def test_the_environment_alone_names_a_server(caplog: pytest.LogCaptureFixture) -> None:
    assert remote_from({}) is None
    assert remote_from({ADDRESS_VARIABLE: " "}) is None
    assert remote_from({ADDRESS_VARIABLE: "not an address"}) is None
    assert "SE_EXPLORER_ENGINE_URL" in caplog.text
    found = remote_from({ADDRESS_VARIABLE: "http://127.0.0.1:9/"})
    assert found is not None
    found.close()
