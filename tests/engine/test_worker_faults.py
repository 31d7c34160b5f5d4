"""One session's fault is one session's, and nobody's requests starve another's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from se_explorer.engine import Engine, Worker
from se_explorer.engine.requests import TraceRequest
from se_explorer.engine.results import Trace
from se_explorer.errors import BusyError, DeviceError
from tests.engine.test_together import close
from tests.engine.test_worker import LONG, Gate
from tests.networks import open_toy, picture


def test_no_memory_for_one_request_is_told_to_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    pictures = [picture(16, number) for number in range(3)]
    real: Callable[..., list[Trace]] = engine.traces

    def traces(requests: list[TraceRequest]) -> list[Trace]:
        if any(request.picture is pictures[1] for request in requests):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return real(requests)

    monkeypatch.setattr(engine, "traces", traces)
    with Worker(engine) as worker:
        gate = Gate(worker)
        asked = [worker.trace(each, client=f"session {number}") for number, each in enumerate(pictures)]
        gate.open()
        with pytest.raises(DeviceError, match="Expected memory for this run, but got none left on the device"):
            asked[1].result(LONG)
        for place in (0, 2):
            close(asked[place].result(LONG), engine.trace(pictures[place]))
        assert worker.trace(pictures[0]).result(LONG).model == engine.network.id  # and it goes on


def test_the_system_itself_without_memory_is_told_and_the_worker_lives() -> None:
    with Worker(Engine(open_toy())) as worker:
        with pytest.raises(DeviceError):
            worker.call(lambda: torch.empty(10**15), "greedy").result(LONG)
        assert worker.call(lambda: 7, "modest").result(LONG) == 7


def test_an_exception_of_a_call_is_its_callers() -> None:
    def fail() -> None:
        raise ZeroDivisionError("a mistake of one")

    with Worker(Engine(open_toy())) as worker:
        gate = Gate(worker)
        bad, good = worker.call(fail, "one"), worker.call(lambda: "well", "other")
        gate.open()
        with pytest.raises(ZeroDivisionError, match="a mistake of one"):
            bad.result(LONG)
        assert good.result(LONG) == "well"


def test_who_asks_much_waits_behind_who_asks_little() -> None:
    served: list[str] = []
    with Worker(Engine(open_toy())) as worker:
        gate = Gate(worker)
        many = [worker.call(lambda: served.append("many"), "many") for _ in range(20)]
        one = worker.call(lambda: served.append("one"), "one")
        assert worker.place(one) == 1
        gate.open()
        for future in (*many, one):
            future.result(LONG)
    assert served.index("one") == 1


def test_how_much_may_wait_is_what_the_process_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_REQUESTS", "3")
    monkeypatch.setenv("SE_EXPLORER_SESSION_REQUESTS", "2")
    with Worker(Engine(open_toy())) as worker:
        gate = Gate(worker)
        kept = [worker.call(lambda: 1, "one"), worker.call(lambda: 1, "one")]
        with pytest.raises(BusyError, match="at most 2 requests of one client"):
            worker.call(lambda: 1, "one")
        kept.append(worker.call(lambda: 1, "two"))
        with pytest.raises(BusyError, match="at most 3 waiting requests"):
            worker.call(lambda: 1, "three")
        gate.open()
        assert [future.result(LONG) for future in kept] == [1, 1, 1]
