"""Every mode of edit, against plain arithmetic on the gates of an untouched copy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from se_explorer.engine import EditPlan
from tests.engine.families import Opened, opened
from tests.networks import FAMILIES, noise, patched_gates

Change = Callable[[Opened, str, Tensor], Tensor]


def _with_channel(gates: Tensor, channel: int, value: float) -> Tensor:
    gates = gates.clone()
    gates[:, channel] = value
    return gates


def _shuffled(gates: Tensor, seed: int) -> Tensor:
    return gates[:, torch.randperm(gates.shape[1], generator=torch.Generator().manual_seed(seed))]


def _mean(case: Opened, name: str, s: Tensor) -> Tensor:
    return torch.from_numpy(case.engine.network.gate_means[name]).expand_as(s)


def _donor(case: Opened, name: str, s: Tensor) -> Tensor:
    return torch.tensor(_donor_gates(case)[name]).expand_as(s)


def _donor_gates(case: Opened) -> dict[str, np.ndarray]:
    run = case.engine.run(noise(case.batch.shape[-1], seed=7))
    return {block.name: values.gates[0] for block, values in zip(case.engine.blocks, run.blocks, strict=True)}


MODES: dict[str, Change] = {
    "*=off": lambda case, name, s: torch.ones_like(s),
    "*=zero": lambda case, name, s: torch.zeros_like(s),
    "*=constant:0.3": lambda case, name, s: torch.full_like(s, 0.3),
    "*=shuffle:7": lambda case, name, s: _shuffled(s, 7),
    "*=mean": _mean,
    "*=donor:other": _donor,
    "*.2=0.9": lambda case, name, s: _with_channel(s, 2, 0.9),
    "*=off;*.2=0.1": lambda case, name, s: _with_channel(torch.ones_like(s), 2, 0.1),
    "*=shuffle:7;*.2=3": lambda case, name, s: _with_channel(_shuffled(s, 7), 2, 3.0),
    "*=mean;*.0=0": lambda case, name, s: _with_channel(_mean(case, name, s), 0, 0.0),
}


def expected(case: Opened, change: Callable[[str, Tensor], Tensor]) -> np.ndarray:
    """The logits of the untouched copy with its gates changed block by block."""
    names = case.names
    with torch.inference_mode(), patched_gates(case.pristine, lambda path, s: change(names[path], s)):
        return case.pristine(case.batch.clone()).numpy()


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("plan", "change"), MODES.items(), ids=MODES)
def test_every_block_edited(name: str, plan: str, change: Change) -> None:
    case = opened(name)
    donors = {"other": _donor_gates(case)}
    edited = case.engine.logits(case.batch, plan, donors)
    assert np.isfinite(edited).all()
    assert np.array_equal(edited, expected(case, lambda block, s: change(case, block, s)))
    assert not np.array_equal(edited, case.engine.logits(case.batch))


@pytest.mark.parametrize("name", FAMILIES)
def test_one_block_edited_and_the_rest_left(name: str) -> None:
    case = opened(name)
    last = case.engine.blocks[-1].name
    plan = EditPlan().with_mode(last, None).with_channel(last, 1, 0.75)
    edited = case.engine.run(case.batch, plan)
    change = expected(case, lambda block, s: _with_channel(s, 1, 0.75) if block == last else s)
    assert np.array_equal(edited.logits, change)
    plain = case.engine.run(case.batch)
    for ours, untouched in zip(edited.blocks, plain.blocks, strict=True):
        assert np.array_equal(ours.gates, untouched.gates)  # nothing comes after the last block
    assert edited.blocks[-1].applied[0, 1] == 0.75
    assert np.array_equal(np.delete(edited.blocks[-1].applied, 1, 1), np.delete(plain.blocks[-1].gates, 1, 1))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_block_works_its_gates_out_from_edited_maps(name: str) -> None:
    case = opened(name)
    plain, edited = (case.engine.run(case.batch, plan) for plan in ("", f"{case.engine.blocks[0].name}=zero"))
    assert np.array_equal(edited.blocks[0].gates, plain.blocks[0].gates)
    assert not np.array_equal(edited.blocks[1].gates, plain.blocks[1].gates)


@pytest.mark.parametrize("name", FAMILIES)
def test_gates_of_its_own_as_donor_change_nothing(name: str) -> None:
    case = opened(name)
    run = case.engine.run(case.batch)
    own = {block.name: values.gates[0] for block, values in zip(case.engine.blocks, run.blocks, strict=True)}
    assert np.array_equal(case.engine.logits(case.batch, "*=donor:self", {"self": own}), run.logits)
