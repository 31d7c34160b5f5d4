"""Made once, whoever asks first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from se_explorer.engine.once import Once


def test_many_threads_make_it_once() -> None:
    made: list[int] = []
    together = threading.Barrier(8)
    once = Once(lambda: made.append(len(made)) or object())

    def ask() -> object:
        together.wait(60)
        return once()

    with ThreadPoolExecutor(8) as threads:
        found = {id(future.result()) for future in [threads.submit(ask) for _ in range(8)]}
    assert len(found) == 1
    assert made == [0]


def test_none_is_a_value_and_a_failure_is_not() -> None:
    answers: list[object] = [ValueError("not yet"), None, 7]

    def make() -> object:
        answer = answers.pop(0)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    once = Once(make)
    with pytest.raises(ValueError, match="not yet"):
        once()
    assert once() is None
    assert once() is None
    assert answers == [7]
