"""The load test finds what is wrong: another's picture or figures, an error on a page, a session that breaks."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Iterator

import pytest

from benchmarks.load.crowd import Load, _kinds
from benchmarks.load.memory import Watch, resident, slope
from benchmarks.load.visitor import Took, Visitor, visitor, visitors
from benchmarks.server import running_app
from benchmarks.session import Run
from se_explorer.analysis import compare
from se_explorer.engine import Engine
from se_explorer.images import decode_picture
from se_explorer.language import decimal, percent
from se_explorer.models import open_network


def seen(**shown: object) -> Run:
    nothing = Run(0.1, 1, 1, (), (), ())
    return dataclasses.replace(nothing, **shown)  # type: ignore[arg-type]


def test_every_visitor_has_a_picture_and_answers_of_their_own(engine: Engine) -> None:
    crowd = visitors(engine, range(4))
    digests = {decode_picture(each.png).digest for each in crowd}
    assert len(digests) == 4
    assert [each.leaves for each in crowd] == [False, False, True, False]
    one = crowd[1]
    picture, plan = decode_picture(one.png), ";".join(f"{block}=off" for block in one.toggles)
    before, after = engine.trace(picture), engine.trace(picture, plan)
    effect = compare(before, after, before.top(1)[0].index)
    assert one.answers[-1].logit == pytest.approx(effect.after.logit)
    assert one.answers[-1].percent == pytest.approx(100 * effect.after.probability)


@pytest.fixture
def one(engine: Engine) -> Visitor:
    return visitor(engine, 1)


def shown_of(one: Visitor, place: int) -> Run:
    """A page that shows what it must, as the app writes it."""
    answer = one.answers[place]
    figures = {"Probability": percent(answer.percent / 100), "Logit": decimal(answer.logit, 3)}
    figures["Answer flipped"] = "yes" if answer.flipped else "no"
    return seen(figures=tuple(figures.items()), texts=(f"{one.name}: 320 x 240 px",))


def test_their_own_result_is_no_fault(one: Visitor) -> None:
    for place, block in enumerate(one.toggles):
        one._own(shown_of(one, place))
        one._compare(block, shown_of(one, place), one.answers[place])
    assert one.faults == []


def test_anothers_result_is_a_fault(one: Visitor, engine: Engine) -> None:
    other = visitor(engine, 2)
    one._compare(one.toggles[0], shown_of(other, 0), one.answers[0])
    one._own(shown_of(other, 0))
    one._own(seen())
    one._compare(one.toggles[0], seen(), one.answers[0])
    one._check("toggle", seen(alerts=("Expected more",), exceptions=("Oh",)))
    assert [fault.split(":")[0] for fault in one.faults] == [
        f"visitor 1, {one.toggles[0]} off",
        "visitor 1",
        "visitor 1",
        f"visitor 1, {one.toggles[0]} off",
        "visitor 1, toggle",
        "visitor 1, toggle",
    ]


def test_a_server_that_is_not_there_is_a_fault_and_no_exception(one: Visitor) -> None:
    one.visit("http://127.0.0.1:9", time.perf_counter())
    assert len(one.faults) == 1
    assert one.took == []


def test_percentiles_of_each_kind() -> None:
    crowd = [Took("toggle", float(second), 0.0) for second in range(1, 101)] + [Took("page", 3.0, 0.0)]
    toggle, page = _kinds([Took("toggle", 0.5, 0.0), Took("page", 1.0, 0.0)], crowd)
    assert (toggle.kind, toggle.count, toggle.alone, toggle.median) == ("toggle", 100, 0.5, 50.5)
    assert (toggle.p95, toggle.p99) == (pytest.approx(95.05), pytest.approx(99.01))
    assert (page.count, page.p99) == (1, 3.0)


def test_memory_that_comes_back() -> None:
    found = Load(2, 0, 1.0, (), (), fresh=50, before=100, peak=300, after=109)
    assert found.back
    assert not dataclasses.replace(found, after=111).back
    assert found.as_json()["memory_back_within_10_percent"] is True


def test_the_slope_is_that_of_the_second_half() -> None:
    rising = [(float(second), 900.0 if second < 50 else 1000.0 + second / 60) for second in range(100)]
    assert slope(rising) == pytest.approx(1.0)
    assert slope([]) == slope([(0.0, 1.0)]) == 0.0


def test_a_process_is_watched() -> None:
    with Watch(os.getpid()) as watch:
        deadline = time.monotonic() + 60
        while not watch.seen and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watch.peak > 10
    assert resident(os.getpid()) > 10


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_app(environment={"OMP_NUM_THREADS": "1"}) as running:
        yield running


@pytest.mark.slow
def test_three_at_once_see_their_own(address: str) -> None:
    crowd = visitors(Engine(open_network(), "cpu"), range(3))
    threads = [threading.Thread(target=each.visit, args=(address, time.perf_counter())) for each in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.faults for each in crowd] == [[], [], []]
    assert [sum(took.kind == "toggle" for took in each.took) for each in crowd] == [10, 10, 5]
