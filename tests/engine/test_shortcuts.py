"""What an SE block's output is added to: all that is no shortcut, a row each, stays a sum of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.analysis import Sweeper
from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine, ResumeCache
from tests.networks import make_network, picture, randomise

Way = Callable[["Added", Tensor, Tensor], Tensor]

#: What comes of x~ and the maps before its convolution.
WAYS: dict[str, Way] = {
    "a shortcut": lambda _net, scaled, before: scaled + before,
    "a number": lambda _net, scaled, _before: scaled + 1.0,
    "itself": lambda _net, scaled, _before: scaled + scaled,
    "a weight a channel": lambda net, scaled, _before: scaled + net.bias,
    "a weight a place": lambda net, scaled, _before: scaled + net.place,
    "a weight of weights": lambda net, scaled, _before: scaled + torch.sigmoid(net.bias),
    "a number a channel of the picture's": lambda _net, scaled, before: scaled + before.mean((2, 3), keepdim=True),
}


class Added(nn.Module):
    """Three SE blocks, to each of which something is added."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        self.way = way
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.convolutions = nn.ModuleList(nn.Conv2d(8, 8, 3, 1, 1) for _ in range(3))
        self.blocks = nn.ModuleList(SEBlock(8, 2) for _ in range(3))
        self.bias = nn.Parameter(torch.linspace(-1, 1, 8).view(1, 8, 1, 1))
        self.place = nn.Parameter(torch.linspace(-1, 1, 512).view(1, 8, 8, 8))
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.stem(x))
        for convolution, block in zip(self.convolutions, self.blocks, strict=True):
            x = torch.relu(self.way(self, block(convolution(x)), x))
        return self.fc(x.mean((2, 3)))


class Branches(nn.Module):
    """Two branches with an SE block each, summed after both: the first one's sum comes behind the second block."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.left, self.right = nn.Conv2d(8, 8, 3, 1, 1), nn.Conv2d(8, 8, 3, 1, 1)
        self.one, self.other, self.last = (SEBlock(8, 2) for _ in range(3))
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.stem(x))
        one = self.one(self.left(x))
        other = self.other(self.right(x))
        return self.fc(self.last(x + one + other).mean((2, 3)))


def holds(engine: Engine, kind: str) -> None:
    """Each row of a sweep is what a run of its plan gives."""
    seen = picture(16)
    sweep = Sweeper(engine, seen, kind).run()
    target = sweep.baseline.target.index
    alone = [engine.trace(seen, row.edits).logits[target] for row in sweep.rows]
    moved = [row.target_logit_delta for row in sweep.rows]
    np.testing.assert_allclose(moved, np.array(alone) - engine.trace(seen).logits[target], atol=1e-5)
    assert any(abs(each) > 1e-4 for each in moved)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", ["leave-one-out", "pairs", "channels:SE_1_2"])
def test_whatever_is_added(way: Way, kind: str) -> None:
    engine = Engine(make_network(randomise(Added(way))))
    assert engine.traced
    holds(engine, kind)


@pytest.mark.parametrize("kind", ["leave-one-out", "pairs", "channels:SE_1_2", "channels:SE_1_3"])
def test_branches_that_are_summed_after_both(kind: str) -> None:
    engine = Engine(make_network(randomise(Branches())), "cpu", ResumeCache(2**24))
    assert engine.traced
    engine.trace(picture(16))  # from whose middle the sweep goes on
    holds(engine, kind)
