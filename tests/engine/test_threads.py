"""Many people, one network: each run gives what it gives alone."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from torch import nn

from se_explorer.engine import Engine
from tests.networks import Toy, Untraceable, noise, open_toy

PLANS = ("SE_1_1=off;SE_2_1.3=0.5", "SE_1_1.0=2;SE_2_1=shuffle:5")


def runs(engine: Engine, plan: str, count: int, start: threading.Barrier, found: list[tuple[bytes, ...]]) -> None:
    """One person's runs: the bytes of all that they give."""
    start.wait(300)
    for seed in range(count):
        run = engine.run(noise(16, 1, seed % 5), plan, keep=["SE_2_1"], statistics=True)
        last = run.blocks[-1]
        assert last.maps is not None
        found.append((run.logits.tobytes(), last.gates.tobytes(), last.applied.tobytes(), last.maps.tobytes()))


@pytest.mark.parametrize(("kind", "count"), [(Toy, 500), (Untraceable, 100)], ids=["graph", "hooks"])
def test_two_threads_with_different_plans(kind: type[nn.Module], count: int) -> None:
    engine = Engine(open_toy(kind))
    alone: list[list[tuple[bytes, ...]]] = [[], []]
    for plan, found in zip(PLANS, alone, strict=True):
        runs(engine, plan, 5, threading.Barrier(1), found)
    assert alone[0] != alone[1]
    assert len(set(alone[0])) == 5
    together: list[list[tuple[bytes, ...]]] = [[], []]
    start = threading.Barrier(2)
    threads = [
        threading.Thread(target=runs, args=(engine, plan, count, start, found))
        for plan, found in zip(PLANS, together, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for found, expected in zip(together, alone, strict=True):
        assert len(found) == count
        assert all(result == expected[index % 5] for index, result in enumerate(found))


def test_two_networks_at_once() -> None:
    engines = [Engine(open_toy(kind)) for kind in (Toy, Untraceable)]
    alone = [engine.logits(noise(16), plan) for engine, plan in zip(engines, PLANS, strict=True)]
    found: list[list[np.ndarray]] = [[], []]

    def work(place: int) -> None:
        for _ in range(50):
            found[place].append(engines[place].logits(noise(16), PLANS[place]))

    threads = [threading.Thread(target=work, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for place in (0, 1):
        assert len(found[place]) == 50
        assert all(np.array_equal(logits, alone[place]) for logits in found[place])
