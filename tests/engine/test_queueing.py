"""Everybody's turn comes, and no line grows without bound."""

from __future__ import annotations

import pytest

from se_explorer.engine import Engine
from se_explorer.engine.queueing import FairQueue, Work
from se_explorer.errors import BusyError
from tests.networks import open_toy, picture

REQUEST = Engine(open_toy()).request(picture())


def queue_of(order: str, capacity: int = 100, each: int = 100) -> tuple[FairQueue, list[Work]]:
    """A queue, and the work in it: a lower-case letter is a client's trace, an upper-case one a call of that client."""
    queue = FairQueue(capacity, each)
    works = [Work(letter.lower(), REQUEST if letter.islower() else (lambda: None)) for letter in order]
    for work in works:
        queue.put(work)
    return queue, works


def served(queue: FairQueue, most: int) -> list[str]:
    """Who is served, batch by batch."""
    batches = []
    while len(queue):
        batches.append("".join(str(work.client) for work in queue.take(most)))
    return batches


@pytest.mark.parametrize(
    ("order", "most", "batches"),
    [
        ("aaaab", 2, ["ab", "aa", "a"]),
        ("aaaabc", 3, ["abc", "aaa"]),
        ("abc", 8, ["abc"]),
        ("aAbb", 4, ["ab", "a", "b"]),
        ("Aabb", 4, ["a", "bab"]),
        ("aaa", 1, ["a", "a", "a"]),
    ],
)
def test_clients_take_turns(order: str, most: int, batches: list[str]) -> None:
    queue, _ = queue_of(order)
    assert served(queue, most) == batches


def test_places() -> None:
    queue, works = queue_of("aabac")
    order = [queue.place(work.future) for work in works]
    assert order == [0, 3, 1, 4, 2]
    served_first = queue.take(1)[0]
    assert queue.place(served_first.future) == -1
    assert queue.place(Work("z", REQUEST).future) == -1


def test_bounds_are_told_and_cancelled_work_makes_room() -> None:
    queue, works = queue_of("aab", capacity=3, each=2)
    with pytest.raises(BusyError, match="at most 2 requests of one client"):
        queue.put(Work("a", REQUEST))
    with pytest.raises(BusyError, match="at most 3 waiting"):
        queue.put(Work("c", REQUEST))
    works[0].future.cancel()
    queue.put(Work("c", REQUEST))
    assert len(queue) == 3
    assert served(queue, 1) == ["a", "b", "c"]


def test_what_nobody_waits_for_is_not_served() -> None:
    queue, works = queue_of("abc")
    works[1].future.cancel()
    assert [work.client for work in queue.take(8)] == ["a", "c"]
    assert len(queue) == 0
    assert works[0].future.running()


def test_clearing() -> None:
    queue, works = queue_of("ab")
    assert queue.clear() == works
    assert queue.take(5) == []
