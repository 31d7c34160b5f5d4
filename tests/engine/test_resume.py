"""A run taken up again gives what the full run gives, to the bit, and the memory stays within its bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from se_explorer.engine import Engine, ResumeCache, Trace
from se_explorer.engine.results import BlockArrays
from se_explorer.engine.resume import Keeper, Key, Moment
from se_explorer.errors import EditPlanError
from tests.engine.families import opened
from tests.networks import FAMILIES, Untraceable, open_toy, picture

MIB = 2**20


def remembering(name: str, capacity: int = 512 * MIB) -> tuple[Engine, ResumeCache]:
    """An engine of a family with a memory of its own."""
    memory = ResumeCache(capacity)
    return Engine(opened(name).engine.network, memory=memory), memory


def same(one: Trace, two: Trace) -> None:
    """All that two traces hold, to the bit; how they came about may differ."""
    assert np.array_equal(one.logits, two.logits)
    assert one.plan == two.plan
    for ours, theirs in zip(one.blocks, two.blocks, strict=True):
        assert ours.block == theirs.block
        for field in fields(BlockArrays):
            left, right = getattr(ours, field.name), getattr(theirs, field.name)
            assert (left is None) == (right is None), field.name
            assert left is None or np.array_equal(left, right), (ours.block.name, field.name)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_block_of_every_family(name: str) -> None:
    plain, (engine, memory) = opened(name).engine, remembering(name)
    seen = picture(40)
    names = [block.name for block in engine.blocks]
    keep = [names[0], names[-1]]
    assert engine.trace(seen, keep=keep).resumed_from is None
    for block in names[:: max(1, len(names) // 4)] + names[-1:]:
        for edit in (f"{block}=off", f"{block}.1=0.25;{names[-1]}.0=2", f"{block}=shuffle:3"):
            ours = engine.trace(seen, edit, keep=keep)
            assert ours.resumed_from == block, edit
            same(ours, plain.trace(seen, edit, keep=keep))
    same(engine.trace(seen, keep=keep), plain.trace(seen, keep=keep))
    assert memory.full == 1


def test_a_plan_begins_where_it_parts_from_any_earlier_one() -> None:
    engine, memory = remembering("own")
    seen = picture(64)
    a, b, c, d, e = (block.name for block in engine.blocks)
    begun = [
        engine.trace(seen, plan).resumed_from
        for plan in ("", f"{c}=off", f"{c}=off;{e}=off", f"{c}=off;{d}=zero", f"{c}=zero", f"{a}=off", f"{a}=off", "")
    ]
    assert begun == [None, c, e, d, c, a, e, e]
    assert engine.trace(picture(64, seed=1)).resumed_from is None
    assert (memory.full, memory.resumed) == (2, 7)
    assert b not in begun


def test_maps_of_earlier_blocks_are_there_or_the_run_begins_at_them() -> None:
    plain, (engine, _) = opened("own").engine, remembering("own")
    seen = picture(64)
    names = [block.name for block in engine.blocks]
    last = f"{names[-1]}=off"
    engine.trace(seen)
    found = engine.trace(seen, last, keep=[names[2]])
    assert found.resumed_from == names[2]
    same(found, plain.trace(seen, last, keep=[names[2]]))
    again = engine.trace(seen, f"{names[-1]}=zero", keep=[names[2]])
    assert again.resumed_from == names[-1]
    same(again, plain.trace(seen, f"{names[-1]}=zero", keep=[names[2]]))
    without = engine.trace(seen, f"{names[-1]}=zero")
    assert without.resumed_from == names[-1]
    assert all(block.maps is None for block in without.blocks)


def test_donors_are_told_apart_by_their_gates() -> None:
    plain, (engine, _) = opened("own").engine, remembering("own")
    seen, first = picture(64), engine.blocks[0].name
    plan = f"{first}=donor:x"
    gates = [{first: np.full(engine.channels[first], value, np.float32)} for value in (0.2, 0.8)]
    for given in (*gates, *gates):
        same(engine.trace(seen, plan, donors={"x": given}), plain.trace(seen, plan, donors={"x": given}))
    assert engine.trace(seen, plan, donors={"x": gates[0]}).resumed_from == engine.blocks[-1].name
    with pytest.raises(EditPlanError, match="donor:x"):
        engine.trace(seen, plan)


def test_engines_that_share_a_memory_do_not_meet() -> None:
    network = open_toy()
    other = replace(network, module=torch.nn.Module.requires_grad_(open_toy().module, False))
    with torch.no_grad():
        other.module.stem.weight.mul_(2)
    memory = ResumeCache(MIB)
    one, two = Engine(network, memory=memory), Engine(other, memory=memory)
    one.trace(picture())
    assert two.trace(picture()).resumed_from is None
    same(two.trace(picture(), "SE_2_1=off"), Engine(other).trace(picture(), "SE_2_1=off"))
    memory.drop(lambda key: key[0] == one.serial)
    assert one.trace(picture()).resumed_from is None
    assert two.trace(picture()).resumed_from == "SE_2_1"
    memory.drop(lambda _: True)
    assert (len(memory), memory.used) == (0, 0)


def test_a_network_with_hooks_runs_in_full() -> None:
    memory = ResumeCache(MIB)
    engine = Engine(open_toy(Untraceable), memory=memory)
    for plan in ("", "SE_2_1=off"):
        found = engine.trace(picture(), plan)
        assert found.resumed_from is None
        same(found, Engine(open_toy(Untraceable)).trace(picture(), plan))
    assert len(memory) == 0


def test_a_small_memory_keeps_the_last_blocks() -> None:
    engine, everything = remembering("own")
    seen = picture(64)
    engine.trace(seen)
    names = [block.name for block in engine.blocks]
    assert len(everything) == len(names)
    engine.memory = ResumeCache(everything.used)
    engine.trace(seen)
    assert 0 < len(engine.memory) < len(names)
    assert engine.trace(seen, f"{names[-1]}=off").resumed_from == names[-1]
    assert engine.trace(seen, f"{names[0]}=off").resumed_from is None
    assert engine.memory.used <= engine.memory.capacity


def moment(block: int, *buffers: torch.Tensor) -> Moment:
    """A moment that holds on to these tensors."""
    return Moment(block, {str(place): buffer for place, buffer in enumerate(buffers)})


def key(block: int, edits: str = "") -> Key:
    """A key of one engine and picture."""
    return 0, "picture", "exact", block, edits


def test_memory_that_two_moments_share_counts_once() -> None:
    shared, own = torch.zeros(100), torch.zeros(10)
    cache = ResumeCache(1000)
    cache.keep([(key(0), moment(0, shared)), (key(1), moment(1, shared[:3], own))])
    assert cache.used == 440
    cache.drop(lambda other: other == key(0))
    assert cache.used == 440
    cache.keep([(key(1), moment(1, own))])
    assert cache.used == 40
    cache.drop(lambda _: True)
    assert (cache.used, len(cache)) == (0, 0)


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = ResumeCache(1000)
    for block in range(3):
        cache.keep([(key(block), moment(block, torch.zeros(100)))])
    assert (len(cache), cache.used) == (2, 800)
    found = cache.find([key(0), key(1)])
    assert found is not None
    assert found.block == 1
    cache.keep([(key(3), moment(3, torch.zeros(100)))])
    assert cache.find([key(1)]) is found
    assert cache.find([key(2)]) is None
    cache.keep([(key(4), moment(4, torch.zeros(251)))])
    assert cache.find([key(4)]) is None
    assert (cache.resumed, cache.full) == (2, 2)


def test_a_keeper_keeps_the_last_that_fit_and_copies_the_dict_alone() -> None:
    keeper = Keeper(900, skip=0)
    tensors = [torch.zeros(100) for _ in range(4)]
    for block, tensor in enumerate(tensors):
        alive: dict[str, object] = {"x": tensor}
        keeper(block, alive)
        alive.clear()
    kept = keeper.moments()
    assert [each.block for each in kept] == [2, 3]
    assert kept[0].alive["x"] is tensors[2]


def test_threads_share_one_memory() -> None:
    plain, (engine, memory) = opened("own").engine, remembering("own", 2 * MIB)
    names = [block.name for block in engine.blocks]
    plans = ["", *(f"{name}=off" for name in names), f"{names[0]}=zero;{names[3]}=off", f"{names[1]}.2=0.5"]
    pictures = [picture(64, seed) for seed in range(3)]
    alone = {(plan, seed): plain.trace(pictures[seed], plan) for plan in plans for seed in range(3)}
    cases = [(plans[turn % len(plans)], turn % 3) for turn in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: engine.trace(pictures[case[1]], case[0]), cases))
    for case, trace in zip(cases, found, strict=True):
        same(trace, alone[case])
    assert memory.resumed > 50
    assert memory.used <= memory.capacity
