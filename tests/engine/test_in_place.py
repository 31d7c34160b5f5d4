"""In-place work, in every way of writing it: the answer stays exact, and kept maps stay what they were."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable

import numpy as np
import pytest
import torch
from timm.layers import register_notrace_module
from torch import Tensor, nn
from torch.nn import functional

from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine
from tests.networks import make_network, noise, randomise, recorded, without_se

Step = Callable[["InPlace", Tensor, Tensor], Tensor]


@register_notrace_module
class Scribble(nn.Module):
    """What goes on inside it, torch.fx does not see."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu_()


class InPlace(nn.Module):
    """A convolution, an SE block, and then one step on u and x~ that writes over one of them."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.se = SEBlock(8, 2)
        self.relu = nn.ReLU(inplace=True)
        self.leaf = Scribble()
        self.fc = nn.Linear(8, 4)
        self.step = step

    def forward(self, x: Tensor) -> Tensor:
        u = self.conv(x)
        return self.fc(self.step(self, u, self.se(u)).mean((2, 3)))


def statement(step: Callable[[InPlace, Tensor, Tensor], object], of_u: bool = False) -> Step:
    """A step whose result is thrown away: only what it wrote over is used afterwards."""

    def run(network: InPlace, u: Tensor, scaled: Tensor) -> Tensor:
        step(network, u, scaled)
        return u + scaled if of_u else scaled

    return run


def augmented(network: InPlace, u: Tensor, scaled: Tensor) -> Tensor:
    scaled += u
    return scaled


def alias(network: InPlace, u: Tensor, scaled: Tensor) -> Tensor:
    shortcut = scaled
    scaled += u
    return scaled * 2 + shortcut


def preactivation(network: InPlace, u: Tensor, scaled: Tensor) -> Tensor:
    """The well-known slip of pre-activation networks: the shortcut is rectified too."""
    shortcut = scaled
    return network.relu(scaled) * 2 + shortcut


def item(network: InPlace, u: Tensor, scaled: Tensor) -> Tensor:
    scaled[:, 0] = 0
    return scaled


STEPS: dict[str, Step] = {
    "x += shortcut": augmented,
    "operator.iadd": lambda n, u, x: operator.iadd(x, u),
    "operator.imul": lambda n, u, x: operator.imul(x, 2.0),
    "nn.ReLU(inplace=True) after SE": lambda n, u, x: n.relu(x),
    "F.relu(inplace=True) after SE": lambda n, u, x: functional.relu(x, inplace=True),
    "F.relu(x, True) after SE": lambda n, u, x: functional.relu(x, True),
    "relu_ after SE": lambda n, u, x: x.relu_(),
    "torch.relu_ after SE": lambda n, u, x: torch.relu_(x),
    "a pre-activation slip": preactivation,
    "nn.ReLU as a statement": statement(lambda n, u, x: n.relu(x)),
    "relu_ as a statement": statement(lambda n, u, x: x.relu_()),
    "add_ as a statement": statement(lambda n, u, x: x.add_(u)),
    "F.relu as a statement": statement(lambda n, u, x: functional.relu(x, inplace=True)),
    "nn.ReLU over u": statement(lambda n, u, x: n.relu(u), of_u=True),
    "F.relu(u, True) over u": statement(lambda n, u, x: functional.relu(u, True), of_u=True),
    "F.relu(input=u) over u": statement(lambda n, u, x: functional.relu(input=u, inplace=True), of_u=True),
    "torch.relu_ over u": statement(lambda n, u, x: torch.relu_(u), of_u=True),
    "mul_ over u": statement(lambda n, u, x: u.mul_(3), of_u=True),
    "sub_ over u, twice": statement(lambda n, u, x: u.sub_(1).relu_(), of_u=True),
    "a view of u that nobody reads": statement(lambda n, u, x: u.flatten(2).relu_()),
    "two in a row": lambda n, u, x: x.add_(u).relu_(),
}
HOOKED_STEPS: dict[str, Step] = {
    "an alias of x += shortcut": alias,
    "a view": statement(lambda n, u, x: x.flatten(2).relu_()),
    "a view of u": statement(lambda n, u, x: u.flatten(2).relu_(), of_u=True),
    "a leaf that writes over u": statement(lambda n, u, x: n.leaf(u), of_u=True),
    "a leaf that writes over u that nobody reads": statement(lambda n, u, x: n.leaf(u)),
    "an item": item,
    "copy_": statement(lambda n, u, x: x.copy_(u)),
    "zero_ over u": statement(lambda n, u, x: u.zero_(), of_u=True),
    "out=": statement(lambda n, u, x: torch.mul(x, 2, out=x)),
    "out= over u": statement(lambda n, u, x: torch.mul(u, 2, out=u), of_u=True),
}


def check(step: Step) -> Engine:
    """Hold the engine's answers and maps against a copy with hooks; gives the engine."""
    network = make_network(randomise(InPlace(step)), 8)
    pristine = copy.deepcopy(network.module).to(memory_format=torch.channels_last)
    engine = Engine(network)
    batch = noise(8, 2)
    with torch.inference_mode(), recorded(pristine) as seen:
        logits = pristine(batch.clone()).numpy()
        bypassed = without_se(pristine)
        bypassed.se.register_forward_hook(lambda module, args, output: output.clone())
        off = bypassed(batch.clone()).numpy()
    (name,) = engine.channels
    for plan, expected in (("", logits), ("*=off", off), ("*.3=0.5;*=off", None)):
        run = engine.run(batch, plan, keep=[name], statistics=True)
        assert run.blocks[0].maps is not None
        assert np.array_equal(run.blocks[0].maps, seen["se"].numpy())
        assert np.array_equal(run.blocks[0].high, seen["se"].amax((2, 3)).numpy())
        assert np.array_equal(run.logits, engine.logits(batch, plan))
        if expected is not None:
            assert np.array_equal(run.logits, expected)
    return engine


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_written_over_and_still_exact(step: Step) -> None:
    assert check(step).traced


@pytest.mark.parametrize("step", HOOKED_STEPS.values(), ids=HOOKED_STEPS)
def test_what_the_graph_cannot_say_goes_through_hooks(step: Step) -> None:
    assert not check(step).traced


class Greedy(InPlace):
    """Writes over its own picture, in a way that can be traced."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.mul_(2))


class GreedyItem(InPlace):
    """Writes over its own picture, in a way that cannot be traced."""

    def forward(self, x: Tensor) -> Tensor:
        x[:, 0] = 0
        return super().forward(x)


@pytest.mark.parametrize(("kind", "traced"), [(Greedy, True), (GreedyItem, False)])
def test_a_network_that_writes_over_its_own_picture(kind: type[InPlace], traced: bool) -> None:
    network = make_network(randomise(kind(lambda n, u, x: x)), 8)
    pristine = copy.deepcopy(network.module).to(memory_format=torch.channels_last)
    engine = Engine(network)
    assert engine.traced == traced
    batch = noise(8)
    given = batch.clone()
    with torch.inference_mode():
        expected = pristine(batch.clone()).numpy()
    assert np.array_equal(engine.logits(batch), expected)
    assert torch.equal(batch, given)
