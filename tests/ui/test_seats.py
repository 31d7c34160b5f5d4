"""Places and the line for them."""

from __future__ import annotations

import random
import threading

from se_explorer.ui.seats import Seats


def test_first_come_first_served() -> None:
    seats = Seats(2, 2)
    assert [seats.take(who) for who in "abcdefa"] == [0, 0, 1, 2, None, None, 0]
    seats.give_back("a")
    assert seats.take("d") == 1  # c is before, though d asks first
    assert seats.take("e") == 2  # with a's place c leaves the line
    assert seats.take("f") is None
    assert seats.take("c") == 0
    assert (seats.take("e"), seats.take("d"), seats.taken) == (2, 1, 2)


def test_who_is_gone_gives_a_place_without_a_word() -> None:
    there = set("abcd")
    seats = Seats(1, 9, there.__contains__)
    assert [seats.take(who) for who in "abcd"] == [0, 1, 2, 3]
    there -= {"a", "b"}
    assert (seats.take("d"), seats.take("c"), seats.take("d")) == (1, 0, 1)


def test_without_a_line_a_place_is_had_or_not() -> None:
    seats = Seats(1, 0)
    assert (seats.take("a"), seats.take("b")) == (0, None)
    seats.give_back("a")
    assert seats.take("b") == 0


def test_never_more_than_there_are_whatever_the_order() -> None:
    seats = Seats(3, 100)
    most = []

    def come_and_go(seed: int) -> None:
        chance = random.Random(seed)
        for _turn in range(200):
            who = f"{seed}-{chance.randrange(4)}"
            if chance.random() < 0.5:
                seats.take(who)
            else:
                seats.give_back(who)
            most.append(seats.taken)

    threads = [threading.Thread(target=come_and_go, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 3
    for who in [f"{seed}-{number}" for seed in range(8) for number in range(4)]:
        seats.give_back(who)
    assert [seats.take(who) for who in "xyz"] == [0, 0, 0]
