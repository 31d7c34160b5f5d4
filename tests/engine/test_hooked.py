"""The slow path: the same answers as the graph's, and nothing left behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.blocks import SEBlock
from se_explorer.blocks.find import require_adapter
from se_explorer.engine import Engine
from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.errors import TraceError
from tests.networks import ChannelsLast, Toy, Untraceable, make_network, noise, open_toy

PLANS = ["", "*=off", "SE_1_1=zero", "*.1=0.5", "*=shuffle:3;SE_2_1.0=2", "SE_2_1=constant:0.3"]
WAIT = 300


def hook_count(module: nn.Module) -> int:
    """All hooks that are on a network."""
    return sum(len(inner._forward_hooks) + len(inner._forward_pre_hooks) for inner in module.modules())


def plain(module: nn.Module, runner: HookedNetwork | NetworkGraph) -> Visit:
    """A visitor that does what the blocks do."""

    def visit(index: int, u: Tensor) -> Tensor:
        block = module.get_submodule(runner.sites[index])
        adapter = require_adapter(block)
        return adapter.scale(u, adapter.excite(block, u).s)

    return visit


@pytest.mark.parametrize("plan", PLANS)
def test_both_paths_give_the_same(plan: str) -> None:
    fast, slow = Engine(open_toy(Toy)), Engine(open_toy(Untraceable))
    assert (fast.traced, slow.traced) == (True, False)
    assert fast.blocks == slow.blocks
    batch = noise(16, 2)
    ours, theirs = (engine.run(batch, plan, keep=["SE_2_1"], statistics=True) for engine in (fast, slow))
    assert np.array_equal(ours.logits, theirs.logits)
    assert np.array_equal(slow.logits(batch, plan), theirs.logits)
    for one, two in zip(ours.blocks, theirs.blocks, strict=True):
        for name, value in vars(one).items():
            assert value is None if getattr(two, name) is None else np.array_equal(value, getattr(two, name)), name


def test_an_untraceable_network_is_exact() -> None:
    network = open_toy(Untraceable)
    engine = Engine(network)
    batch = noise(16, 3)
    with torch.inference_mode():
        expected = network.module(batch).numpy()
    assert np.array_equal(engine.logits(batch), expected)
    assert hook_count(network.module) == 0


def test_channels_last_blocks_through_hooks() -> None:
    module = make_network(ChannelsLast()).module
    runner = HookedNetwork(module, noise(32))
    with torch.inference_mode():
        expected = module(noise(32))
        assert torch.equal(runner.run(noise(32), plain(module, runner)), expected)
    assert runner.sites == ("first", "second")


def test_hooks_are_gone_after_a_raise_in_the_visitor() -> None:
    module = open_toy().module
    runner = HookedNetwork(module, noise(16))

    def visit(index: int, u: Tensor) -> Tensor:
        assert hook_count(module) == 4  # one before and one behind each block
        raise KeyError("visitor")

    with pytest.raises(KeyError, match="visitor"):
        runner.run(noise(16), visit)
    assert hook_count(module) == 0
    runner.run(noise(16), plain(module, runner))  # and the lock is free again


def test_hooks_are_gone_after_a_raise_in_the_network() -> None:
    engine = Engine(open_toy(Untraceable))
    before = engine.logits(noise(16))
    with pytest.raises(RuntimeError, match="channels"):
        engine.logits(torch.zeros(1, 5, 16, 16))
    assert hook_count(engine.network.module) == 0
    assert np.array_equal(engine.logits(noise(16)), before)


class Moody(nn.Module):
    """Runs its block not at all, once or twice, by the picture's first value."""

    def __init__(self) -> None:
        super().__init__()
        self.se = SEBlock(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(1 + int(x[0, 0, 0, 0].sign())):
            x = self.se(x)
        return x.mean((2, 3))


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_network_whose_blocks_depend_on_its_input_is_refused(sign: float) -> None:
    engine = Engine(make_network(Moody()))
    assert not engine.traced
    assert len(engine.blocks) == 1
    with pytest.raises(TraceError):
        engine.logits(torch.full((1, 3, 16, 16), sign))
    assert hook_count(engine.network.module) == 0


def test_runs_of_many_threads_each_get_their_own_result() -> None:
    engine = Engine(open_toy(Untraceable))
    batch = noise(16)
    alone = [engine.logits(batch, plan) for plan in PLANS]
    order = [index % len(PLANS) for index in range(60)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda index: engine.logits(batch, PLANS[index]), order))
    assert all(np.array_equal(logits, alone[index]) for index, logits in zip(order, found, strict=True))
    assert hook_count(engine.network.module) == 0


def test_a_run_inside_another_networks_run() -> None:
    outer, inner = open_toy().module, open_toy().module
    outside, inside = HookedNetwork(outer, noise(16)), HookedNetwork(inner, noise(16))
    with torch.inference_mode():
        expected = inner(noise(16))
        found: list[Tensor] = []

        def visit(index: int, u: Tensor) -> Tensor:
            found.append(inside.run(noise(16), plain(inner, inside)))
            return plain(outer, outside)(index, u)

        assert torch.equal(outside.run(noise(16), visit), outer(noise(16)))
    assert len(found) == 2
    assert all(torch.equal(logits, expected) for logits in found)


def test_two_views_of_one_network_do_not_meet() -> None:
    """While one's hooks are on, the other's run, and a stranger's plain call, pass by them."""
    module = open_toy().module
    first, second = HookedNetwork(module, noise(16)), HookedNetwork(module, noise(16))
    results: dict[str, Tensor] = {}

    def others() -> None:
        with torch.inference_mode():
            results["second"] = second.run(noise(16), lambda index, u: u)
            results["stranger"] = module(noise(16))

    def visit(index: int, u: Tensor) -> Tensor:
        if index == 0:
            thread = threading.Thread(target=others)
            thread.start()
            thread.join(WAIT)
        return plain(module, first)(index, u)

    with torch.inference_mode():
        results["first"] = first.run(noise(16), visit)
        expected = module(noise(16))
        off = NetworkGraph(module).run(noise(16), lambda index, u: u)
    assert torch.equal(results["first"], expected)
    assert torch.equal(results["second"], off)
    assert torch.equal(results["stranger"], expected)
    assert hook_count(module) == 0


def test_two_engines_of_one_network_at_once() -> None:
    network = open_toy(Untraceable)
    engines = [Engine(network), Engine(network)]
    alone = [
        engine.logits(noise(16), plan) for engine, plan in zip(engines, ("SE_1_1=off", "SE_2_1=zero"), strict=True)
    ]

    def work(place: int) -> list[np.ndarray]:
        plan = ("SE_1_1=off", "SE_2_1=zero")[place]
        return [engines[place].logits(noise(16), plan) for _ in range(100)]

    with ThreadPoolExecutor(2) as threads:
        for found, expected in zip(threads.map(work, (0, 1)), alone, strict=True):
            assert all(np.array_equal(logits, expected) for logits in found)
