"""What is kept stays within its bytes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from se_explorer.engine.cache import ByteCache


@dataclass(frozen=True)
class Value:
    """Something of a size."""

    name: str
    size: int


def test_a_value_is_made_once() -> None:
    cache: ByteCache[str, Value] = ByteCache(10)
    made: list[str] = []

    def make() -> Value:
        made.append("a")
        return Value("a", 4)

    assert cache.get("a", make) is cache.get("a", make)
    assert made == ["a"]


def test_the_least_recently_used_goes_first() -> None:
    cache: ByteCache[str, Value] = ByteCache(10)
    made: list[str] = []

    def get(name: str, size: int = 4) -> Value:
        return cache.get(name, lambda: (made.append(name), Value(name, size))[1])

    get("a"), get("b"), get("a"), get("c")  # b must go
    assert (len(cache), cache.used) == (2, 8)
    get("a"), get("c"), get("b")
    assert made == ["a", "b", "c", "b"]


def test_what_is_too_large_is_handed_out_but_not_kept() -> None:
    cache: ByteCache[str, Value] = ByteCache(10)
    cache.get("a", lambda: Value("a", 4))
    assert cache.get("b", lambda: Value("b", 11)).name == "b"
    assert (len(cache), cache.used) == (1, 4)


def test_a_maker_that_raises_leaves_nothing() -> None:
    cache: ByteCache[str, Value] = ByteCache(10)

    def make() -> Value:
        raise KeyError("no")

    with pytest.raises(KeyError):
        cache.get("a", make)
    assert cache.get("a", lambda: Value("a", 1)).size == 1


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 12)), max_size=40))
def test_never_more_than_its_capacity(wanted: list[tuple[str, int]]) -> None:
    cache: ByteCache[str, Value] = ByteCache(20)
    for name, size in wanted:
        cache.get(name, lambda name=name, size=size: Value(name, size))
        assert cache.used <= 20
        assert cache.used == sum(value.size for value in cache._values.values())


def test_two_threads_that_want_one_value_count_it_once() -> None:
    cache: ByteCache[str, Value] = ByteCache(100)
    both = threading.Barrier(2)

    def make() -> Value:
        both.wait(300)
        return Value("a", 7)

    with ThreadPoolExecutor(2) as pool:
        values = list(pool.map(lambda _: cache.get("a", make), range(2)))
    assert values == [Value("a", 7)] * 2
    assert (len(cache), cache.used) == (1, 7)


def test_dropped_keys_give_their_bytes_back() -> None:
    cache: ByteCache[tuple[int, str], Value] = ByteCache(100)
    for key, size in (((1, "a"), 10), ((1, "b"), 20), ((2, "a"), 30)):
        cache.get(key, lambda size=size: Value("x", size))
    cache.drop(lambda key: key[0] == 1)
    assert (len(cache), cache.used) == (1, 30)
