"""What a learner tries, against the block itself and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis.lesson_blackboard import blackboard, first_board
from se_explorer.analysis.lesson_places import POSITIONS, system_block
from se_explorer.analysis.lesson_questions import (
    energy_question,
    gate_question,
    harm_question,
    place_question,
    squeeze_question,
)
from se_explorer.analysis.lesson_try import most_moved, other_places, regate, softmax_gates
from se_explorer.analysis.sweeps import Sweeper
from tests.engine.families import opened
from tests.networks import FAMILIES, picture


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_squeeze_gives_the_same_gates(family: str) -> None:
    engine = opened(family).engine
    trace = engine.trace(picture(engine.network.preprocessing.size))
    for block in trace.blocks[:: max(1, len(trace.blocks) // 3)]:
        again = regate(engine.found(block.block.name), block.squeeze)
        np.testing.assert_allclose(again.gates, block.gates, atol=1e-5)
        np.testing.assert_allclose(again.hidden, block.hidden, atol=1e-4, rtol=1e-4)


def test_softmax_gates_share_one() -> None:
    engine = opened("own").engine
    block = engine.trace(picture(engine.network.preprocessing.size)).blocks[0]
    soft = softmax_gates(block)
    assert soft.sum() == pytest.approx(1)
    powers = np.exp(block.preactivation.astype(float))
    np.testing.assert_allclose(soft, powers / powers.sum(), rtol=1e-9)


def test_the_most_moved_come_first() -> None:
    assert most_moved(np.array([0.1, 0.5, 0.9]), np.array([0.2, 0.0, 0.9]), 2) == [1, 0]


def test_an_average_knows_no_places() -> None:
    values = np.arange(12.0).reshape(3, 4)
    assert dict(other_places(values)) == pytest.approx(dict.fromkeys(("as it is", "mirrored", "turned", "sorted"), 5.5))


def test_the_blackboard_by_hand() -> None:
    board = blackboard(*first_board())
    assert board.z.tolist() == [1, 1, 2, 0]
    assert board.hidden_sum.tolist() == [3, -2]
    assert board.hidden.tolist() == [3, 0]
    assert board.gate_sum.tolist() == [3, -3, 1.5, -1.5]
    gates = 1 / (1 + np.exp([-3, 3, -1.5, 1.5]))
    np.testing.assert_allclose(board.s, gates, rtol=1e-12)
    np.testing.assert_allclose(board.x, gates[:, None] * board.u, rtol=1e-12)


def test_questions_are_answered_by_what_was_measured() -> None:
    engine = opened("own").engine
    seen = picture(engine.network.preprocessing.size)
    names = [block.name for block in engine.blocks]
    block = engine.trace(seen, keep=names[:1]).block(names[0])
    measured = {
        "gate": (gate_question(block), block.gates, max),
        "squeeze": (squeeze_question(block), block.squeeze, max),
        "energy": (energy_question(block), 1 - block.applied.astype(float) ** 2, max),
        "place": (place_question(block, 1, 1), block.kept_maps[:, 1, 1], max),
    }
    for found, values, best in measured.values():
        assert len(set(found.options)) == len(found.options) == 3
        assert [float(values[int(option)]) for option in found.options] == pytest.approx(list(found.values))
        assert found.values[found.right] == best(found.values)
    assert int(squeeze_question(block).options[squeeze_question(block).right]) == int(np.argmax(block.squeeze))


def test_the_block_with_least_harm_is_the_sweeps() -> None:
    engine = opened("own").engine
    sweep = Sweeper(engine, picture(engine.network.preprocessing.size)).run()
    found = harm_question(sweep)
    harms = {row.edits.edits[0].block: row.kl for row in sweep.rows}
    assert [harms[name] for name in found.options] == list(found.values)
    assert harms[found.options[found.right]] == min(harms.values())


def test_systems_of_the_paper_have_their_places() -> None:
    blocks = {name: system_block(name) for name in POSITIONS}
    assert [block.facts.channels for block in blocks.values()] == [256, 256, 256, 256, 64]
    assert blocks["table14-pre"].placement.after
    assert len(system_block("table2-bn-inception-se").placement.parallel) == 4
