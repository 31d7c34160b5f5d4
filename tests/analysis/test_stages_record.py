"""One run on a private copy: nothing of it reaches the network, and no other run reaches it."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules import module as global_hooks

from se_explorer.analysis.stages_record import private_copy, record
from se_explorer.analysis.stages_watch import Layer, Pool, Site
from se_explorer.errors import TraceError
from tests.analysis.architectures import TwoUnits
from tests.networks import Toy, Untraceable, open_toy

WAIT = 300


def test_a_copy_has_no_weights_and_nobodys_hooks() -> None:
    module = open_toy().module
    module.first.register_forward_hook(lambda *_: None)
    module.first.register_forward_pre_hook(lambda *_: None)
    twin = private_copy(module)
    assert {p.device.type for p in twin.parameters()} == {"meta"}
    assert not any(inner._forward_hooks or inner._forward_pre_hooks for inner in twin.modules())
    assert [p.shape for p in twin.parameters()] == [p.shape for p in module.parameters()]
    assert all(p.device.type == "cpu" for p in module.parameters())
    assert len(module.first._forward_hooks) == len(module.first._forward_pre_hooks) == 1


def test_a_copy_with_values_shares_parameters_but_no_modules_and_no_buffers() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))
    twin = private_copy(module, with_values=True)
    assert all(ours is theirs for ours, theirs in zip(twin.parameters(), module.parameters(), strict=True))
    assert twin[1].running_mean is not module[1].running_mean
    assert not {id(m) for m in twin.modules()} & {id(m) for m in module.modules()}


class Uncopyable(Toy):
    """Says no to being copied."""

    def __deepcopy__(self, memo: dict) -> Uncopyable:
        raise RuntimeError("I am one of a kind")


class Broken(nn.Module):
    """Takes no pictures."""

    def forward(self, x: Tensor) -> Tensor:
        raise KeyError("no pictures")


def test_what_cannot_be_copied_or_run_is_told() -> None:
    with pytest.raises(TraceError, match="one of a kind"):
        record(Uncopyable(), 16)
    with pytest.raises(TraceError, match="no pictures"):
        record(Broken(), 16)


def test_items_dependence_and_counts_of_a_toy() -> None:
    recording = record(TwoUnits("standard").eval(), 16)
    kinds = [type(item) for item in recording.items]
    unit = [Layer, Layer, Site]
    assert kinds == [Layer, *unit, *unit, Pool, Layer]
    assert recording.sites == (3, 6)
    stem, fc = recording.items[0], recording.items[-1]
    assert stem == Layer("stem", (3, 3), 2, 1, 3, 8, 8, 8)
    assert fc == Layer("fc", None, 1, 1, 8, 4, 1, 1)
    assert recording.depends(3, 0)
    assert recording.depends(6, 3)
    assert not recording.depends(1, 2)
    assert [join.kind for join in recording.joins] == ["add", "add"]
    conv = 8 * 8 * 8 * 8 * 9
    assert recording.macs["units.0.conv1"] == conv
    assert recording.macs["units.0.se"] == 2 * 8 * 4
    assert recording.macs[""] == 8 * 8 * 8 * 3 * 9 + 4 * conv + 2 * 64 + 8 * 4
    assert not recording.with_values


def test_a_network_that_looks_at_values_runs_with_them() -> None:
    module = open_toy(Untraceable).module
    state = {name: value.clone() for name, value in module.state_dict().items()}
    recording = record(module, 16)
    assert recording.with_values
    assert recording.macs == record(open_toy().module, 16).macs
    assert [item.path for item in recording.items] == ["stem", "first", "conv", "second", "", "fc"]
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_in_place_sums_and_products_of_values_are_followed() -> None:
    class InPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            first = self.one(x).relu_()
            out = self.two(first)
            out += first
            flat = out.flatten(2)
            return (flat @ flat.transpose(1, 2)).mean((1, 2))

    recording = record(InPlace(), 8)
    assert len(recording.items) == 2, "a product of two values is no layer"
    (join,) = recording.joins
    assert sorted(join.operands) == [0b01, 0b11]
    assert recording.macs[""] == 3 * 4 * 64 + 4 * 4 * 64 + 4 * 4 * 64


def test_other_threads_neither_change_the_count_nor_see_it() -> None:
    """PyTorch's own module tracker would fail here: its hooks are on all modules of the process."""
    module = TwoUnits("standard").eval()
    alone = record(module, 16)
    stop, faults, turns = threading.Event(), [], 0

    def others() -> None:
        nonlocal turns
        while not stop.is_set() or not turns:
            with torch.inference_mode():
                module(torch.zeros(1, 3, 16, 16))
            turns += 1
            if global_hooks._global_forward_pre_hooks or global_hooks._global_forward_hooks:
                faults.append("hooks on all modules")

    thread = threading.Thread(target=others)
    thread.start()
    try:
        found = [record(module, 16) for _ in range(5)]
    finally:
        stop.set()
        thread.join(WAIT)
    assert turns, "the thread ended in its first turn"
    assert not faults
    assert all(recording.macs == alone.macs for recording in found)
    assert all(len(recording.items) == len(alone.items) for recording in found)
