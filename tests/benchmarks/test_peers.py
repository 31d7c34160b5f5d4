"""Peers look at the same blocks as we do, see what we see, and leave nothing behind."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
import torch
from torch import Tensor

from benchmarks import peers
from benchmarks.timing import Rival
from se_explorer.engine import Engine
from tests.networks import noise


def taken(rival: Rival) -> list[Tensor]:
    rival.before()
    try:
        found = rival.run()
    finally:
        rival.after()
    assert isinstance(found, list)
    return found


def hooks(engine: Engine) -> int:
    modules = engine.network.module.modules()
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in modules)


def test_hooks_that_clone_see_the_maps_that_a_trace_sees(engine: Engine) -> None:
    batch = noise(32)
    names = list(engine.channels)
    run = engine.run(batch, keep=names)
    found = taken(peers.hooks_that_clone(engine, batch))
    assert len(found) == 2 * len(names)
    for block, u, scaled in zip(run.blocks, found[::2], found[1::2], strict=True):
        assert block.maps is not None
        torch.testing.assert_close(u, torch.tensor(block.maps))
        gates = torch.tensor(block.gates)[:, :, None, None]
        torch.testing.assert_close(scaled, u * gates)
    assert hooks(engine) == 0


def test_hooks_that_measure_give_what_a_trace_gives(engine: Engine) -> None:
    batch = noise(32)
    run = engine.run(batch, statistics=True)
    found = taken(peers.hooks_that_measure(engine, batch))
    assert len(found) == 3 * len(run.blocks)
    for block, maps, hidden, gates in zip(run.blocks, found[::3], found[1::3], found[2::3], strict=True):
        told = [torch.tensor(values) for values in (block.squeeze, block.energy, block.low, block.high)]
        torch.testing.assert_close(maps, torch.cat(told, 1))
        torch.testing.assert_close(hidden, torch.tensor(block.hidden))
        torch.testing.assert_close(gates, torch.tensor(block.gates))
    assert hooks(engine) == 0


def test_captum_sees_what_every_block_gave(engine: Engine) -> None:
    batch = noise(32)
    scaled = taken(peers.hooks_that_clone(engine, batch))[1::2]
    found = taken(peers.captum(engine, batch))
    assert len(found) == len(scaled)
    for given, expected in zip(found, scaled, strict=True):
        torch.testing.assert_close(given, expected)


@pytest.mark.parametrize("name", list(peers.OPTIONAL))
def test_a_peer_that_is_installed_sees_what_every_block_gave(name: str, engine: Engine) -> None:
    pytest.importorskip(name)
    batch = noise(32)
    cloned = taken(peers.hooks_that_clone(engine, batch))
    found = taken(peers.OPTIONAL[name](engine, batch))
    expected = cloned if name == "nnsight" else cloned[1::2]
    assert len(found) == len(expected)
    for given, wanted in zip(found, expected, strict=True):
        torch.testing.assert_close(given, wanted)
    assert hooks(engine) == 0


def test_peers_that_are_not_there_are_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    rivals, absent = peers.installed_peers(engine, noise(32))
    assert not rivals
    assert [(each.peer, each.why) for each in absent] == [(name, "It is not installed.") for name in peers.OPTIONAL]


def test_a_peer_that_does_not_run_is_named_with_its_error(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_engine: Engine, _batch: Tensor) -> Rival:
        raise TypeError("trace() is called otherwise now")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleType(name).__spec__ or object())
    monkeypatch.setattr(peers, "OPTIONAL", {"nnsight": make})
    rivals, absent = peers.installed_peers(engine, noise(32))
    assert not rivals
    assert absent[0].why == "It does not run here: TypeError: trace() is called otherwise now"
