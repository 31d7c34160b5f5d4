"""Many threads, one worker: each gets what a lone run gives, nobody waits for ever, and nothing is left behind."""

from __future__ import annotations

import gc
import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np
import pytest
import torch

from se_explorer.engine import Engine, ResumeCache, Trace, TraceRequest, Worker
from se_explorer.errors import BlockError, BusyError, EditPlanError
from tests.engine.test_resume import same
from tests.engine.test_together import close
from tests.networks import Untraceable, open_toy, picture

LONG = 60.0  # seconds that no test needs; a deadlock ends here
NAMES = ("SE_1_1", "SE_2_1")


class Gate:
    """Holds a worker up in a call, until it is opened."""

    def __init__(self, worker: Worker) -> None:
        self._open, self._reached = threading.Event(), threading.Event()
        self.future = worker.call(self._hold, client="gate")
        assert self._reached.wait(LONG)

    def _hold(self) -> None:
        self._reached.set()
        assert self._open.wait(LONG)

    def open(self) -> None:
        self._open.set()


def test_a_lone_request_is_exact_and_runs_by_itself() -> None:
    engine = Engine(open_toy())
    with Worker(engine) as worker:
        for seed in range(5):
            found = worker.trace(picture(16, seed), "SE_1_1=off", keep=["SE_2_1"]).result(LONG)
            same(found, engine.trace(picture(16, seed), "SE_1_1=off", keep=["SE_2_1"]))
        assert worker.batches == {1: 5}


def test_what_came_meanwhile_runs_as_one_batch() -> None:
    engine = Engine(open_toy())
    with Worker(engine, rows=8) as worker:
        gate = Gate(worker)
        plans = ("", "SE_1_1=off", "SE_2_1=zero", "SE_1_1.0=2")
        futures = [worker.trace(picture(16, seed), plan, client=seed) for seed, plan in enumerate(plans)]
        gate.open()
        for seed, (plan, future) in enumerate(zip(plans, futures, strict=True)):
            close(future.result(LONG), engine.trace(picture(16, seed), plan))
        assert worker.batches == {1: 1, 4: 1}


def test_the_same_request_of_many_runs_once() -> None:
    engine = Engine(open_toy())
    with Worker(engine) as worker:
        gate = Gate(worker)
        futures = [worker.trace(picture(), "SE_1_1=off", client=client) for client in range(6)]
        gate.open()
        traces = [future.result(LONG) for future in futures]
        assert all(trace is traces[0] for trace in traces)
        same(traces[0], engine.trace(picture(), "SE_1_1=off"))
        assert worker.batches == {1: 2}


def test_an_error_reaches_its_own_request_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    run = engine.traces

    def faulty(requests: Sequence[TraceRequest]) -> list[Trace]:
        if any("SE_2_1=zero" in str(request.plan) for request in requests):
            raise RuntimeError(f"no memory for {len(requests)}")
        return run(requests)

    monkeypatch.setattr(engine, "traces", faulty)
    with Worker(engine) as worker:
        gate = Gate(worker)
        plans = ("", "SE_2_1=zero", "SE_1_1=off")
        futures = [worker.trace(picture(), plan, client=plan) for plan in plans]
        gate.open()
        same(futures[0].result(LONG), engine.trace(picture()))
        with pytest.raises(RuntimeError, match="no memory for 1"):
            futures[1].result(LONG)
        same(futures[2].result(LONG), engine.trace(picture(), "SE_1_1=off"))


def test_what_is_wrong_with_a_request_is_told_at_once() -> None:
    with Worker(Engine(open_toy())) as worker:
        with pytest.raises(EditPlanError):
            worker.trace(picture(), "SE_9_9=off")
        with pytest.raises(BlockError):
            worker.trace(picture(), keep=["SE_9_9"])
        assert worker.batches == {}


def test_calls_run_alone_and_raise_where_they_are_waited_for() -> None:
    with Worker(Engine(open_toy())) as worker:
        assert worker.call(lambda: 7).result(LONG) == 7
        with pytest.raises(ZeroDivisionError):
            worker.call(lambda: 1 // 0).result(LONG)
        assert worker.trace(picture()).result(LONG).top(1)


def test_cancelled_requests_never_run() -> None:
    with Worker(Engine(open_toy())) as worker:
        gate = Gate(worker)
        first, second = worker.trace(picture(), client=1), worker.trace(picture(16, 1), client=2)
        assert (worker.place(first), worker.place(second)) == (0, 1)
        assert first.cancel()
        gate.open()
        second.result(LONG)
        with pytest.raises(CancelledError):
            first.result(LONG)
        assert worker.batches == {1: 2}
        assert worker.place(second) == -1


def test_bounds() -> None:
    with Worker(Engine(open_toy()), capacity=3, each=2) as worker:
        gate = Gate(worker)
        futures = [worker.trace(picture(16, seed), client=client) for seed, client in enumerate((1, 1, 2))]
        for client in (1, 3):
            with pytest.raises(BusyError):
                worker.trace(picture(), client=client)
        gate.open()
        assert not wait(futures, LONG).not_done


def test_closing_cancels_what_waits_and_lets_what_runs_end() -> None:
    worker = Worker(Engine(open_toy()))
    gate = Gate(worker)
    waiting = worker.trace(picture(), client=1)
    waiting.add_done_callback(lambda _: gate.open())  # it is cancelled first
    worker.close()
    assert gate.future.done()
    assert waiting.cancelled()
    with pytest.raises(BusyError, match="closed"):
        worker.trace(picture())


def test_an_idle_worker_holds_on_to_nothing_and_starts_again() -> None:
    engine = Engine(open_toy())
    worker = Worker(engine, idle=0.05)
    alive = weakref.ref(worker.trace(picture()).result(LONG))
    deadline = time.monotonic() + LONG
    while worker._thread is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert worker._thread is None
    gc.collect()
    assert alive() is None
    assert worker.trace(picture(16, 1)).result(LONG).top(1)
    weights = weakref.ref(engine)
    worker.close()
    del worker, engine
    gc.collect()
    assert weights() is None


def test_an_engine_has_one_worker_and_goes_with_it() -> None:
    engine = Engine(open_toy())
    with ThreadPoolExecutor(8) as threads:
        workers = list(threads.map(lambda one: one.worker, [engine] * 8))
    worker = workers.pop()
    assert all(other is worker for other in workers)
    workers.clear()
    worker.trace(picture()).result(LONG)
    worker.rest()
    thread = worker._thread
    if thread is not None:
        thread.join(LONG)
    same(worker.trace(picture()).result(LONG), engine.trace(picture()))  # whoever still has it is served
    deadline = time.monotonic() + LONG
    while worker._thread is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    gone = weakref.ref(engine)
    del engine, worker, thread
    gc.collect()
    assert gone() is None


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _plan(chance: random.Random) -> str:
    edits = [
        lambda name: f"{name}={chance.choice(('off', 'zero', 'shuffle:3', 'constant:0.25'))}",
        lambda name: f"{name}.{chance.randrange(8)}={chance.choice((0, 0.5, 2))}",
    ]
    return ";".join(chance.choice(edits)(name) for name in NAMES if chance.random() < 0.6)


class Crowd:
    """Threads that ask at random, and cancel at random.

    Args:
        runs: how many in all.
        check: holds an answer against what the request gives alone.
    """

    def __init__(self, worker: Worker, check: Callable[[int, str, Trace], None]) -> None:
        self.worker, self.check = worker, check
        self.done = self.cancelled = 0
        self._lock = threading.Lock()

    def ask(self, client: int, runs: int) -> None:
        chance = random.Random(client)
        for _ in range(runs):
            seed, plan = chance.randrange(12), _plan(chance)
            future: Future[Trace] = self.worker.trace(picture(16, seed), plan, keep=["SE_2_1"], client=client)
            if chance.random() < 0.1 and future.cancel():
                with self._lock:
                    self.cancelled += 1
                continue
            self.check(seed, plan, future.result(LONG))
            with self._lock:
                self.done += 1


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "runs"), [(None, 10_000), (Untraceable, 1_000)], ids=["graph", "hooks"])
def test_thirty_two_threads_at_random(kind: type[torch.nn.Module] | None, runs: int) -> None:
    network = open_toy() if kind is None else open_toy(kind)
    engine, plain = Engine(network, memory=ResumeCache(2**20)), Engine(network)
    alone: dict[tuple[int, str], Trace] = {}

    def check(seed: int, plan: str, found: Trace) -> None:
        key = seed, str(plain.fit(plan))
        if key not in alone:
            alone[key] = plain.trace(picture(16, seed), plan, keep=["SE_2_1"])
        (close if kind is None else same)(found, alone[key])

    with Worker(engine) as worker, ThreadPoolExecutor(32) as threads:
        crowd = Crowd(worker, check)

        def all_ask(each: int, first: int) -> None:
            for future in [threads.submit(crowd.ask, first + client, each) for client in range(32)]:
                future.result(10 * LONG)

        all_ask(runs // 128 + 1, 0)
        gc.collect()
        settled = _resident()
        for turn in range(1, 4):
            all_ask(runs // 128 + 1, 32 * turn)
        gc.collect()
        assert crowd.done + crowd.cancelled >= runs
        assert crowd.cancelled > 0
        assert max(worker.batches) > 1
        assert _resident() - settled < 24 * 2**20
    assert engine.memory is not None
    assert engine.memory.used <= engine.memory.capacity
    for (seed, plan), trace in list(alone.items())[:20]:
        same(plain.trace(picture(16, seed), plan, keep=["SE_2_1"]), trace)
    assert np.isfinite([trace.logits for trace in alone.values()]).all()
