"""Open, shut, dead and silent, up to the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from timm.layers import EffectiveSEModule

from se_explorer import Block, BlockTrace, load_picture
from se_explorer.analysis import gate_states
from se_explorer.blocks import BlockFacts
from tests.analysis.toys import scatter, toy_engine

JUST_BELOW_OPEN = np.nextafter(np.float32(0.99), np.float32(0))
JUST_ABOVE_SHUT = np.nextafter(np.float32(0.01), np.float32(1))
JUST_BELOW_STILL = np.nextafter(np.float32(0.01), np.float32(0))


def block_with(gates: Sequence[float], hidden: Sequence[float] = ()) -> BlockTrace:
    """A block's trace with these gates and hidden units."""
    s = np.asarray(gates, np.float32)
    facts = BlockFacts(len(s), len(hidden), 1.0, "sigmoid", "ReLU", "average", bias=False, parameters=0)
    block = Block("SE_2_1", "se", facts, 8, 8)
    same = dict.fromkeys(("squeeze", "preactivation", "gates", "applied", "energy", "low", "high"), s)
    return BlockTrace(block=block, hidden=np.asarray(hidden, np.float32), **same)


@pytest.mark.parametrize(
    ("gates", "is_open", "is_shut"),
    [
        pytest.param([0.99, JUST_BELOW_OPEN, 1.0], (0, 2), (), id="open-from-0.99"),
        pytest.param([0.01, JUST_ABOVE_SHUT, 0.0], (), (0, 2), id="shut-to-0.01"),
        pytest.param([0.5, 0.5], (), (), id="neither"),
        pytest.param([0.0, 1.0, 0.5, 1.0], (1, 3), (0,), id="both-sorted"),
    ],
)
def test_open_and_shut(gates: list[float], is_open: tuple[int, ...], is_shut: tuple[int, ...]) -> None:
    states = gate_states(block_with(gates), None)
    assert (states.open, states.shut) == (is_open, is_shut)


def test_of_an_edited_block_the_applied_gates_count_and_a_negative_gate_is_not_shut() -> None:
    block = block_with([1.0, 0.0, 0.5, 0.5])
    edited = replace(block, applied=np.asarray([0.5, 1.0, -0.5, -0.005], np.float32))
    states = gate_states(edited, np.asarray([0.0, 0.2, 0.2, 0.2], np.float32))
    assert (states.open, states.shut, states.dead) == ((1,), (3,), (0,))


@pytest.mark.parametrize(
    ("deviations", "dead"),
    [
        pytest.param(None, None, id="unknown-is-not-none-dead"),
        pytest.param([0.01, JUST_BELOW_STILL, 0.0, 0.2], (1, 2), id="below-0.01"),
        pytest.param([0.1] * 4, (), id="all-alive"),
    ],
)
def test_dead(deviations: list[float] | None, dead: tuple[int, ...] | None) -> None:
    known = None if deviations is None else np.asarray(deviations, np.float32)
    assert gate_states(block_with([0.0, 0.5, 1.0, 0.5]), known).dead == dead


def test_dead_is_about_the_data_set_and_open_about_the_picture() -> None:
    states = gate_states(block_with([1.0, 0.5]), np.asarray([0.3, 0.0], np.float32))
    assert (states.open, states.dead) == ((0,), (1,))


@pytest.mark.parametrize(
    ("hidden", "silent"),
    [([0.0, 1e-30, -0.0, -0.2], (0, 2)), ([], ()), ([0.0], (0,)), ([3.0], ())],
    ids=["zeros-only", "single-layer", "all", "none"],
)
def test_silent(hidden: list[float], silent: tuple[int, ...]) -> None:
    assert gate_states(block_with([0.5], hidden), None).silent == silent


def test_a_block_of_one_layer_has_nothing_silent(tmp_path: Path) -> None:
    scatter(tmp_path / "scatter.png", 0)
    engine = toy_engine(lambda: EffectiveSEModule(8))
    (block,) = engine.trace(load_picture(tmp_path / "scatter.png")).blocks
    states = gate_states(block, np.zeros(8, np.float32))
    assert (states.silent, states.dead) == ((), tuple(range(8)))
