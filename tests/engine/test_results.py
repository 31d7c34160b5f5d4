"""What a run gives cannot be changed by whoever looks at it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from se_explorer.blocks import find_blocks
from se_explorer.engine import BlockEdit, EditPlan, Engine, Mode
from tests.networks import noise, open_toy, picture


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_toy())


def test_results_are_frozen(engine: Engine) -> None:
    trace = engine.trace(picture(), "*.0=0.5")
    results = [
        trace,
        trace.blocks[0],
        trace.top(1)[0],
        engine.blocks[0],
        engine.blocks[0].facts,
        engine.run(noise(16)),
        engine.network,
        trace.plan,
        trace.plan.edits[0],
        Mode("off"),
        EditPlan(),
        BlockEdit("SE_1_1"),
        find_blocks(engine.network.module),
        find_blocks(engine.network.module).blocks[0],
    ]
    for result in results:
        for field in dataclasses.fields(result):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(result, field.name, None)


def test_arrays_are_read_only_float32(engine: Engine) -> None:
    trace = engine.trace(picture(), keep=list(engine.channels))
    arrays = [trace.logits] + [
        value for block in trace.blocks for value in vars(block).values() if isinstance(value, np.ndarray)
    ]
    assert len(arrays) == 1 + 2 * 9
    for array in arrays:
        assert array.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
