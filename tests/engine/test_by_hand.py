"""A network so small that all of its answers can be worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine, Prediction, Trace
from se_explorer.errors import BlockError, TraceError
from se_explorer.images import Picture
from se_explorer.images.picture import digest_of
from tests.networks import make_network

LABELS = ("hot", "cold", "both")


class Small(nn.Module):
    """u = (4 red, -5 blue); hidden = relu(z1 + z2 / 2); gates = sigmoid(+-2 ln 3 hidden); two means, three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1, bias=False)
        self.se = SEBlock(2, 2)
        self.fc = nn.Linear(2, 3, bias=False)
        with torch.no_grad():
            self.conv.weight.copy_(torch.tensor([[4.0, 0, 0], [0, 0, -5]])[:, :, None, None])
            self.se.fc1.weight.copy_(torch.tensor([[1.0, 0.5]]))
            self.se.fc2.weight.copy_(torch.tensor([[2.0], [-2.0]]) * math.log(3))
            self.fc.weight.copy_(torch.tensor([[1.0, 0], [0, 1], [1, 1]]))

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.se(self.conv(x)).mean((2, 3)))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(make_network(Small(), 2, LABELS))


@pytest.fixture(scope="module")
def tiny() -> Picture:
    """Red is 1, 0, 1, 0; green is 0; blue is 0.2, 0.6, 1, 0.6."""
    pixels = np.array([[[255, 0, 51], [0, 0, 153]], [[255, 0, 255], [0, 0, 153]]], dtype=np.uint8)
    return Picture(pixels, "tiny", "PNG", digest_of(pixels))


@pytest.fixture(scope="module")
def trace(engine: Engine, tiny: Picture) -> Trace:
    return engine.trace(tiny, keep=["SE_1_1"])


def same(ours: np.ndarray, expected: object) -> None:
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-6)


def test_the_picture_reaches_the_network_as_it_is(engine: Engine, tiny: Picture) -> None:
    same(engine.prepare([tiny]).numpy()[0, 2], [[0.2, 0.6], [1.0, 0.6]])


def test_squeeze_and_excitation(trace: Trace) -> None:
    block = trace.block("SE_1_1")
    same(block.squeeze, [2, -3])
    same(block.hidden, [0.5])
    same(block.preactivation, [math.log(3), -math.log(3)])
    same(block.gates, [0.75, 0.25])
    same(block.applied, [0.75, 0.25])


def test_maps(trace: Trace) -> None:
    block = trace.block("SE_1_1")
    same(block.kept_maps, [[[4, 0], [4, 0]], [[-1, -3], [-5, -3]]])
    same(block.scaled_maps, [[[3, 0], [3, 0]], [[-0.25, -0.75], [-1.25, -0.75]]])
    same(block.low, [0, -5])
    same(block.high, [4, -1])


def test_energy(trace: Trace) -> None:
    block = trace.block("SE_1_1")
    same(block.energy, [8, 11])
    same(block.energy_removed, [8 * (1 - 0.75**2), 11 * (1 - 0.25**2)])
    same(block.energy - block.energy_removed, np.square(block.scaled_maps).mean((1, 2)))


def test_energy_removed_is_that_of_the_gates_that_were_applied(engine: Engine, tiny: Picture) -> None:
    same(engine.trace(tiny, "SE_1_1.1=0").block("SE_1_1").energy_removed, [8 * (1 - 0.75**2), 11])
    same(engine.trace(tiny, "*=off").block("SE_1_1").energy_removed, [0, 0])


def test_answer(trace: Trace) -> None:
    same(trace.logits, [1.5, -0.75, 0.75])
    same(trace.probabilities, [0.63380763, 0.06680284, 0.29938953])
    assert trace.probabilities.sum() == pytest.approx(1)
    assert (trace.model, trace.weights, trace.device, trace.labels) == ("toy", "random:0", "cpu", LABELS)
    assert str(trace.plan) == ""


def test_top(trace: Trace) -> None:
    assert [(best.label, best.index) for best in trace.top(2)] == [("hot", 0), ("both", 2)]
    assert [best.label for best in trace.top()] == ["hot", "both", "cold"]
    first = trace.top(1)[0]
    assert first == Prediction("hot", 0, pytest.approx(0.63380763), pytest.approx(1.5))
    assert trace.prediction(1).logit == pytest.approx(-0.75)


@pytest.mark.parametrize(
    ("plan", "applied", "logits"),
    [
        ("*=off", [1, 1], [2, -3, -1]),
        ("*=zero", [0, 0], [0, 0, 0]),
        ("*=constant:0.5", [0.5, 0.5], [1, -1.5, -0.5]),
        ("*=shuffle:0", [0.25, 0.75], [0.5, -2.25, -1.75]),
        ("*=donor:other", [2, 0.5], [4, -1.5, 2.5]),
        ("SE_1_1.1=0", [0.75, 0], [1.5, 0, 1.5]),
        ("SE_1_1=off;SE_1_1.0=2", [2, 1], [4, -3, 1]),
    ],
)
def test_edits(engine: Engine, tiny: Picture, plan: str, applied: list[float], logits: list[float]) -> None:
    if "shuffle" in plan:  # of two channels: the first seed that changes their places
        plan = next(f"*=shuffle:{seed}" for seed in range(20) if _moves(seed))
    trace = engine.trace(tiny, plan, donors={"other": {"SE_1_1": np.array([2, 0.5], np.float32)}})
    same(trace.block("SE_1_1").applied, applied)
    same(trace.block("SE_1_1").gates, [0.75, 0.25])
    same(trace.logits, logits)
    assert trace.plan == engine.fit(plan)


def _moves(seed: int) -> bool:
    return torch.randperm(2, generator=torch.Generator().manual_seed(seed)).tolist() == [1, 0]


def test_a_tie_goes_to_the_first_class(engine: Engine, tiny: Picture) -> None:
    assert [best.index for best in engine.trace(tiny, "*.1=0").top(3)] == [0, 2, 1]


def test_the_block(engine: Engine) -> None:
    (block,) = engine.blocks
    assert (block.name, block.path, block.height, block.width, block.stage) == ("SE_1_1", "se", 2, 2, 1)
    assert engine.channels == {"SE_1_1": 2}


def test_what_is_not_there_is_refused(engine: Engine, tiny: Picture) -> None:
    bare = engine.trace(tiny)
    assert bare.block("SE_1_1").maps is None
    with pytest.raises(TraceError, match="SE_1_1"):
        _ = bare.block("SE_1_1").kept_maps
    with pytest.raises(TraceError):
        _ = bare.block("SE_1_1").scaled_maps
    with pytest.raises(BlockError, match="SE_1_1"):
        bare.block("SE_9_9")


def test_gates_are_what_a_donor_hands_on(trace: Trace) -> None:
    assert list(trace.gates) == ["SE_1_1"]
    same(trace.gates["SE_1_1"], [0.75, 0.25])


def test_size_counts_every_array(trace: Trace, engine: Engine, tiny: Picture) -> None:
    # 2 each of z, preactivation, s, applied, energy, low and high; 1 hidden; 3 logits and probabilities; 8 places.
    assert trace.size == 4 * (7 * 2 + 1 + 3 + 3 + 8)
    assert engine.trace(tiny).size == trace.size - 4 * 8
