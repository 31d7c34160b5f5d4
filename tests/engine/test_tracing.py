"""torch.fx puts itself in the place of Module's methods while it traces: nobody else's run may come to notice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from se_explorer.engine import Engine
from se_explorer.engine.differentiable import DifferentiableNetwork
from se_explorer.models import open_network
from tests.networks import Toy, Untraceable, noise, open_toy, picture

OTHER = "timm:mobilenetv3_small_050"


@contextmanager
def in_use(engine: Engine) -> Iterator[list[bool]]:
    """Somebody runs a network all the while; whether each run gave what it gives alone."""
    batch = noise(engine.network.preprocessing.size)
    alone, found, over = engine.logits(batch), list[bool](), threading.Event()

    def work() -> None:
        while not over.is_set():
            found.append(np.array_equal(engine.logits(batch), alone))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        try:
            yield found
        finally:
            over.set()
            running.result(300)


@pytest.mark.parametrize("kind", [Toy, Untraceable], ids=["graph", "hooks"])
def test_a_network_is_opened_while_another_runs(kind: type[nn.Module]) -> None:
    with in_use(Engine(open_toy(kind))) as found:
        for seed in range(3):
            assert Engine(open_network(OTHER, f"random:{seed}"), "cpu").traced
    assert len(found) > 3
    assert all(found)


def test_networks_are_opened_at_once() -> None:
    methods = nn.Module.__call__, nn.Module.__getattr__
    networks = [open_network(OTHER, f"random:{seed}") for seed in range(6)]
    with ThreadPoolExecutor(3) as pool:
        engines = list(pool.map(lambda network: Engine(network, "cpu"), networks))
    assert all(engine.traced for engine in engines)
    assert (nn.Module.__call__, nn.Module.__getattr__) == methods
    seen = picture(100)
    for network, engine in zip(networks, engines, strict=True):
        assert np.array_equal(engine.trace(seen).logits, Engine(network, "cpu").trace(seen).logits)


def test_what_others_run_comes_into_no_graph() -> None:
    """The same modules run in another thread while they are traced for gradients."""
    engine = Engine(open_network(OTHER, "random:0"), "cpu")
    quiet = DifferentiableNetwork(engine)
    batch = noise(engine.network.preprocessing.size)
    with torch.no_grad():
        alone = quiet.probe()(batch)
    with in_use(engine) as found:
        for _ in range(3):
            again = DifferentiableNetwork(engine)
            with torch.no_grad():
                assert torch.equal(again.probe()(batch), alone)
            assert len(again._runner().program.steps) == len(quiet._runner().program.steps)
    assert found
    assert all(found)
