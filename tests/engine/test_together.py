"""Pictures and plans as rows of one batch: each row is what it is alone, whatever is beside it and where it joins."""

from __future__ import annotations

import itertools
from dataclasses import fields

import numpy as np
import pytest
import torch

from se_explorer.engine import Engine, ResumeCache, Trace, TraceRequest
from se_explorer.engine.results import BlockArrays
from se_explorer.errors import EditPlanError
from tests.engine.families import opened
from tests.engine.test_resume import same
from tests.engine.test_rows import Counting, Touching, Windows
from tests.networks import FAMILIES, Untraceable, make_network, open_toy, picture, randomise

MIB = 2**20
TOLERANCE = 1e-4  # of the largest value, as Engine.traces promises


def close(one: Trace, two: Trace) -> None:
    """All that two traces hold, up to rounding."""
    pairs = [(one.logits, two.logits), (one.probabilities, two.probabilities)]
    assert one.plan == two.plan
    for ours, theirs in zip(one.blocks, two.blocks, strict=True):
        assert ours.block == theirs.block
        for field in fields(BlockArrays):
            left, right = getattr(ours, field.name), getattr(theirs, field.name)
            assert (left is None) == (right is None), (ours.block.name, field.name)
            if left is not None:
                pairs.append((left, right))
    for left, right in pairs:
        assert left.shape == right.shape
        np.testing.assert_allclose(left, right, rtol=0, atol=TOLERANCE * max(1.0, float(np.abs(right).max(initial=0))))


def asked(engine: Engine) -> list[TraceRequest]:
    """Pictures, plans and maps of all sorts."""
    first, last = engine.blocks[0].name, engine.blocks[-1].name
    middle = engine.blocks[len(engine.blocks) // 2].name
    gates = {last: np.full(engine.channels[last], 0.3, np.float32)}
    other = {last: np.full(engine.channels[last], 0.9, np.float32)}
    return [
        engine.request(picture(40), ""),
        engine.request(picture(40, 1), f"{last}=off", keep=[first, last]),
        engine.request(picture(40, 2), f"{first}=shuffle:3;{middle}.1=0.25", keep=[middle]),
        engine.request(picture(40, 3), f"{middle}=mean", keep=[first]),
        engine.request(picture(40, 4), f"{last}=donor:x", donors={"x": gates}),
        engine.request(picture(40, 4), f"{last}=donor:x", donors={"x": other}),
        engine.request(picture(40), "*=off"),
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family(name: str) -> None:
    engine = opened(name).engine
    requests = asked(engine)
    for count in (2, 5, len(requests)):
        for request, ours in zip(requests[:count], engine.traces(requests[:count]), strict=True):
            close(ours, engine._traced(request))
            assert ours.resumed_from is None


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_that_join_at_their_blocks(name: str) -> None:
    plain = opened(name).engine
    engine = Engine(plain.network, memory=ResumeCache(512 * MIB))
    names = list(engine.channels)
    chosen = [*names[:: max(1, len(names) // 3)], names[-1]]
    for seed in range(len(chosen)):
        engine.trace(picture(40, seed), keep=[names[0]])
    plans = [f"{block}=off;{names[-1]}.0=0.1" for block in chosen]
    requests = [engine.request(picture(40, seed), plan, keep=[names[0]]) for seed, plan in enumerate(plans)]
    requests.insert(1, engine.request(picture(40, 99), "", keep=[names[-1]]))
    found = engine.traces(requests[::-1])[::-1]
    assert [trace.resumed_from for trace in found] == [chosen[0], None, *chosen[1:]]
    for request, ours in zip(requests, found, strict=True):
        close(ours, plain._traced(request))


def test_all_rows_join_late() -> None:
    engine, plain = Engine(opened("own").engine.network, memory=ResumeCache(64 * MIB)), opened("own").engine
    *_, middle, last = engine.channels
    for seed in range(3):
        engine.trace(picture(64, seed))
    plans = (f"{last}=zero", f"{middle}=off", f"{last}.2=0")
    requests = [engine.request(picture(64, seed), plan) for seed, plan in enumerate(plans)]
    found = engine.traces(requests)
    assert [trace.resumed_from for trace in found] == [last, middle, last]
    for request, ours in zip(requests, found, strict=True):
        close(ours, plain._traced(request))


def test_what_ran_together_is_taken_up_again() -> None:
    engine, plain = Engine(opened("own").engine.network, memory=ResumeCache(64 * MIB)), opened("own").engine
    first, *_, last = engine.channels
    seen = [picture(64, seed) for seed in range(3)]
    engine.traces([engine.request(each, keep=[first]) for each in seen])
    assert engine.memory is not None
    kept = len(engine.memory)
    assert kept == 3 * len(engine.blocks)
    requests = [engine.request(each, f"{last}=off", keep=[first]) for each in seen]
    for request, ours in zip(requests, engine.traces(requests), strict=True):
        assert ours.resumed_from == last
        close(ours, plain._traced(request))
    assert len(engine.memory) == kept
    lone = engine.trace(seen[0], f"{last}=zero")  # a lone run is exact: it begins at nothing that ran beside others
    assert lone.resumed_from is None
    same(lone, plain.trace(seen[0], f"{last}=zero"))


def test_the_memory_of_a_batch_keeps_its_bytes() -> None:
    network = opened("own").engine.network
    everything = Engine(network, memory=ResumeCache(64 * MIB))
    assert everything.memory is not None
    everything.traces([everything.request(picture(64, seed)) for seed in range(2)])
    engine = Engine(network, memory=ResumeCache(everything.memory.used))
    assert engine.memory is not None
    for seed in range(0, 12, 2):
        engine.traces([engine.request(picture(64, seed + more)) for more in range(2)])
        assert 0 < engine.memory.used <= engine.memory.capacity
    places = {key[3] for key in engine.memory._moments}
    assert max(places) == len(engine.blocks) - 1
    assert 0 not in places


def test_a_trace_holds_on_to_its_own_row_alone() -> None:
    engine = opened("own").engine
    found = engine.traces([engine.request(picture(64, seed), keep=[engine.blocks[0].name]) for seed in range(4)])
    for block in found[0].blocks:
        for array in block.arrays.values():
            owner = array if array.base is None else array.base
            assert owner.nbytes == array.nbytes
            assert not array.flags.writeable


def test_one_alone_is_exact() -> None:
    engine = opened("own").engine
    request = asked(engine)[2]
    same(engine.traces([request])[0], engine._traced(request))
    assert engine.traces([]) == []


@pytest.mark.parametrize("kind", [Untraceable, Touching, Windows, Counting])
def test_networks_whose_rows_are_no_rows_run_one_by_one(kind: type[torch.nn.Module]) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        engine = Engine(make_network(randomise(kind())))
    names = list(engine.channels)
    plans = ("", f"{names[0]}=off", f"{names[-1]}.1=0.5")
    requests = [engine.request(picture(16, seed), plan) for seed, plan in enumerate(plans)]
    for request, ours in zip(requests, engine.traces(requests), strict=True):
        (close if kind is Counting else same)(ours, engine._traced(request))


def test_a_request_is_checked_when_it_is_made() -> None:
    engine = Engine(open_toy())
    for plan in ("SE_9_9=off", "SE_1_1=mean", "SE_1_1=donor:x", "rubbish"):
        with pytest.raises(EditPlanError):
            engine.request(picture(), plan)


def test_requests_of_one_key_have_one_answer() -> None:
    engine = opened("own").engine
    requests = asked(engine)
    assert len({request.key for request in requests}) == len(requests)
    again = asked(engine)
    assert [request.key for request in again] == [request.key for request in requests]
    for one, two in itertools.pairwise(requests):
        assert one.key != two.key
