"""Edits on the gates of one block."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from se_explorer.engine import BlockEdit, EditPlan, Engine, Mode
from se_explorer.engine.gates import GateSources, edited_gates, edited_rows
from se_explorer.errors import EditPlanError
from tests.networks import noise, open_toy

S = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])
SOURCES = GateSources(
    means={"SE_1_1": np.array([0.4, 0.5, 0.6, 0.7], np.float32)},
    donors={"dog": {"SE_1_1": np.array([1, 0, 1, 0], np.float32)}, "owl": {}},
)
CASES = {
    "nothing": ("", S.tolist()),
    "off": ("SE_1_1=off", [[1] * 4] * 2),
    "zero": ("SE_1_1=zero", [[0] * 4] * 2),
    "constant": ("SE_1_1=constant:0.25", [[0.25] * 4] * 2),
    "mean": ("SE_1_1=mean", [[0.4, 0.5, 0.6, 0.7]] * 2),
    "donor": ("SE_1_1=donor:dog", [[1, 0, 1, 0]] * 2),
    "a channel": ("SE_1_1.2=0.9", [[0.1, 0.2, 0.9, 0.4], [0.5, 0.6, 0.9, 0.8]]),
    "two channels": ("SE_1_1.2=0.9;SE_1_1.0=10", [[10, 0.2, 0.9, 0.4], [10, 0.6, 0.9, 0.8]]),
    "a channel over off": ("SE_1_1=off;SE_1_1.3=0", [[1, 1, 1, 0]] * 2),
    "a channel over mean": ("SE_1_1=mean;SE_1_1.0=0", [[0, 0.5, 0.6, 0.7]] * 2),
    "a channel over donor": ("SE_1_1=donor:dog;SE_1_1.1=1", [[1, 1, 1, 0]] * 2),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_modes(text: str, expected: list[list[float]]) -> None:
    s = S.clone()
    gates = edited_gates(EditPlan.parse(text).of_block("SE_1_1"), s, SOURCES)
    assert torch.equal(gates, torch.tensor(expected, dtype=torch.float32))
    assert torch.equal(s, S)
    again = edited_gates(EditPlan.parse(text).of_block("SE_1_1"), s, SOURCES)
    assert torch.equal(again, gates)


@given(st.integers(1, 300), st.integers(0, 999_999_999))
def test_shuffle_is_a_permutation_that_its_seed_gives_again(channels: int, seed: int) -> None:
    s = torch.arange(2 * channels, dtype=torch.float32).reshape(2, channels)
    given_gates = s.clone()
    edit = BlockEdit("SE_1_1", Mode("shuffle", seed=seed))
    gates = edited_gates(edit, s, GateSources())
    assert torch.equal(gates.sort(dim=1).values, s)
    assert torch.equal(gates[1] - channels, gates[0])  # the same places in every row
    assert torch.equal(edited_gates(edit, s, GateSources()), gates)
    assert torch.equal(s, given_gates)


def test_seeds_differ_and_leave_the_global_random_state_alone() -> None:
    s = torch.arange(64.0)[None]
    state = torch.random.get_rng_state()
    first, second = (edited_gates(BlockEdit("b", Mode("shuffle", seed=n)), s, GateSources()) for n in (1, 2))
    assert not torch.equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), state)


MISSING = {
    "no means at all": (GateSources(), "SE_1_1=mean", "mean gates"),
    "no means of this block": (SOURCES, "SE_2_1=mean", "mean gates of SE_2_1"),
    "an unknown donor": (SOURCES, "SE_1_1=donor:cat", "dog, owl"),
    "a donor without this block": (SOURCES, "SE_1_1=donor:owl", "donor"),
    "no donors": (GateSources(), "SE_1_1=donor:dog", "none"),
}


@pytest.mark.parametrize(("sources", "text", "expected"), MISSING.values(), ids=MISSING)
def test_gates_that_cannot_be_had_are_refused_before_anything_runs(
    sources: GateSources, text: str, expected: str
) -> None:
    with pytest.raises(EditPlanError) as caught:
        sources.check(EditPlan.parse(text))
    assert expected in caught.value.expected
    assert caught.value.received
    assert caught.value.remedy


def test_gates_of_another_network_are_refused() -> None:
    engine = Engine(open_toy())
    name = engine.blocks[0].name
    with pytest.raises(EditPlanError, match="8 gates") as caught:
        engine.logits(noise(16), f"{name}=donor:other", {"other": {name: np.ones(3, np.float32)}})
    assert "(3,)" in caught.value.received


def test_read_only_gates_are_taken_without_a_warning() -> None:
    engine = Engine(open_toy())
    run = engine.run(noise(16))
    own = {block.name: values.gates[0] for block, values in zip(engine.blocks, run.blocks, strict=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(engine.logits(noise(16), "*=donor:self", {"self": own}), run.logits)


@pytest.mark.parametrize("plan", ["*=mean", "SE_1_1=mean", "*=donor:nobody", "SE_1_1=off;SE_1_1.0=1;*=mean"])
def test_an_engine_refuses_what_its_network_lacks(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    monkeypatch.setattr(engine, "_runner", None)  # nothing may run
    for run in (engine.run, engine.logits):
        with pytest.raises(EditPlanError):
            run(noise(16), plan)


def test_rows_take_donors_from_sources_of_their_own() -> None:
    edit = EditPlan.parse("SE_1_1=donor:x").of_block("SE_1_1")
    sources = [GateSources(donors={"x": {"SE_1_1": np.full(4, value, np.float32)}}) for value in (0.25, 0.75)]
    found = edited_rows([edit, BlockEdit("SE_1_1"), edit], S[[0, 1, 0]], [sources[0], GateSources(), sources[1]])
    assert found.tolist() == [[0.25] * 4, S[1].tolist(), [0.75] * 4]
