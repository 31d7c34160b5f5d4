"""Attributions of toys that are worked out by hand, and of every family of networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import LayerConductance
from torch import Tensor, nn

from se_explorer.analysis import (
    Sweeper,
    carried_out,
    contributions,
    gate_conductance,
    grad_cam,
    gradient_x_gate,
    integrated_gates,
    integrated_picture,
    shapley_blocks,
)
from se_explorer.analysis.attribution import Completeness
from se_explorer.analysis.attribution_steps import Progress
from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine
from se_explorer.engine.differentiable import DifferentiableNetwork
from se_explorer.errors import BlockError, EditPlanError, TraceError
from tests.analysis.test_sweeps import Product
from tests.analysis.toys import toy_engine
from tests.engine.families import opened
from tests.networks import FAMILIES, Toy, Untraceable, make_network, open_toy, picture


def with_means(engine: Engine) -> Engine:
    generator = np.random.default_rng(0)
    means = {name: generator.random(count, dtype=np.float32) for name, count in engine.channels.items()}
    return Engine(replace(engine.network, gate_means=means))


@pytest.fixture(scope="module")
def linear() -> DifferentiableNetwork:
    """One block before a mean over places and a linear layer: logits are linear in the gates."""
    return DifferentiableNetwork(with_means(toy_engine(lambda: SEBlock(8, 2))))


def parts_of(network: DifferentiableNetwork, target: int) -> tuple[np.ndarray, np.ndarray]:
    """By hand: weight times mean map of each channel, and the gates."""
    engine = network.engine
    (block,) = engine.trace(picture(), keep=list(engine.channels)).blocks
    module = engine.network.module
    assert isinstance(module.fc, nn.Linear)
    return module.fc.weight[target].numpy() * block.kept_maps.mean((1, 2)), block.gates


def test_gradient_x_gate_of_a_linear_head_is_each_channels_share_and_what_closing_it_takes(
    linear: DifferentiableNetwork,
) -> None:
    slopes, gates = parts_of(linear, 1)
    found = gradient_x_gate(linear, picture(), 1)
    (name,) = linear.engine.channels
    assert found.values[name] == pytest.approx(slopes * gates, rel=1e-4)
    closed = Sweeper(linear.engine, picture(), f"channels:{name}", mode="zero", target=1).run()
    assert found.values[name] == pytest.approx(contributions(closed), rel=1e-3, abs=1e-4)


def test_integrated_gates_of_a_linear_head_are_exact_and_complete(linear: DifferentiableNetwork) -> None:
    slopes, gates = parts_of(linear, 2)
    (name,) = linear.engine.channels
    means = linear.engine.network.gate_means[name]
    found = carried_out(integrated_gates(linear, picture(), 2))
    assert found.values[name] == pytest.approx(slopes * (gates - means), rel=1e-3, abs=1e-5)
    assert found.check is not None
    assert found.check.share < 1e-4
    assert found.steps == 16, "no piece had to be halved"
    real = Sweeper(linear.engine, picture(), mode="mean", target=2).run()
    assert found.per_block == pytest.approx(contributions(real), rel=1e-3)


def test_grad_cam_by_hand(linear: DifferentiableNetwork) -> None:
    """The gradient of a mean over places is the same everywhere: weight over places."""
    engine = linear.engine
    (name,) = engine.channels
    (block,) = engine.trace(picture(), keep=[name]).blocks
    module = engine.network.module
    assert isinstance(module.fc, nn.Linear)
    lowest = 0.0
    for target in range(3):
        weights = module.fc.weight[target].numpy() / block.scaled_maps[0].size
        expected = (weights[:, None, None] * block.scaled_maps).sum(0)
        assert grad_cam(linear, picture(), name, target).values == pytest.approx(expected, rel=1e-3, abs=1e-5)
        lowest = min(lowest, float(expected.min()))
    assert lowest < 0, "it keeps its sign"


def test_conductance_is_that_of_captum() -> None:
    engine = Engine(open_toy(Toy))
    network, image = DifferentiableNetwork(engine), picture(seed=3)
    found = carried_out(gate_conductance(network, image, 0, share=1e-3))
    assert found.drift is not None
    assert found.drift <= 1e-3
    assert found.check is None
    for place, values in enumerate(found.values.values()):
        probe = network.probe()
        layer = LayerConductance(probe, probe.gates[place])
        expected = layer.attribute(engine.inputs([image]), target=0, n_steps=500)[0].detach().numpy()
        assert values == pytest.approx(expected, abs=0.01 * float(np.abs(expected).max()))


def test_gates_that_never_move_conduct_nothing() -> None:
    network = DifferentiableNetwork(Engine(make_network(Product(), 16, ("product", "tenth"))))
    assert carried_out(gate_conductance(network, picture(), 0)).per_block == pytest.approx(np.zeros(3), abs=1e-12)


class Additive(nn.Module):
    """Three blocks side by side, whose contributions to the logits just add."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(SEBlock(3, 1) for _ in range(3))
        self.heads = nn.ModuleList(nn.Linear(3, 2) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return sum(head(block(x).mean((2, 3))) for block, head in zip(self.blocks, self.heads, strict=True))


@pytest.mark.parametrize("mode", ["off", "mean"])
def test_shapley_of_an_additive_game_is_what_leaving_out_takes(mode: str) -> None:
    torch.manual_seed(0)
    engine = with_means(Engine(make_network(Additive(), 16, ("a", "b"))))
    found = carried_out(shapley_blocks(engine, picture(), 1, mode=mode, permutations=4))
    alone = contributions(Sweeper(engine, picture(), mode=mode, target=1).run())
    assert found.per_block == pytest.approx(alone, abs=1e-5)
    assert found.errors == pytest.approx(np.zeros(3), abs=1e-6)
    assert abs(found.check.gap) < 1e-5


def test_shapley_of_a_symmetric_game_adds_up_and_tells_its_error() -> None:
    """A product of three gates of a half: 1/8 with all, twice that for each block left out; each is worth a third."""
    engine = Engine(make_network(Product(), 16, ("product", "tenth")))
    found = carried_out(shapley_blocks(engine, picture(), 0, permutations=200))
    whole = found.check.expected
    assert found.per_block == pytest.approx(np.full(3, whole / 3), abs=4 * found.errors.max())
    assert found.check.total == pytest.approx(whole, abs=1e-6)
    assert (found.errors > 0).all()
    marginals = found.marginals / whole  # of 8 -> 4 -> 2 -> 1
    assert np.sort(marginals, 1) == pytest.approx(np.tile([1 / 7, 2 / 7, 4 / 7], (200, 1)), rel=1e-3)
    again = carried_out(shapley_blocks(engine, picture(), 0, permutations=200))
    assert np.array_equal(found.marginals, again.marginals)
    assert np.isnan(carried_out(shapley_blocks(engine, picture(), 0, permutations=1)).errors).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family(name: str) -> None:
    engine = opened(name).engine
    network, image = DifferentiableNetwork(engine), picture(64)
    last = engine.blocks[-1]
    cam = grad_cam(network, image, last.name, 1)
    assert cam.values.shape == (last.height, last.width)
    for found in (
        gradient_x_gate(network, image, 1),
        carried_out(gate_conductance(network, image, 1, cap=16)),
        carried_out(integrated_gates(network, image, 1, cap=32)),
    ):
        assert {block: values.shape for block, values in found.values.items()} == {
            block: (count,) for block, count in engine.channels.items()
        }
        assert np.isfinite(found.per_block).all()
    one = carried_out(integrated_gates(network, image, 1, [last.name], cap=64))
    logits = engine.logits(engine.inputs([image])), engine.logits(engine.inputs([image]), f"{last.name}=mean")
    assert one.check is not None
    assert one.check.expected == pytest.approx(
        float(logits[0][0, 1] - logits[1][0, 1]), abs=2e-4 * float(np.abs(logits).max())
    )
    assert one.check.total == pytest.approx(one.check.expected, rel=0.05, abs=1e-2 * float(np.abs(logits[0]).max()))
    drawn = carried_out(integrated_picture(network, image, 1, cap=16))
    size = network.engine.network.preprocessing.size
    assert drawn.values.shape == (size, size)
    assert drawn.check is not None
    assert drawn.values.sum() == pytest.approx(drawn.check.total, rel=1e-3, abs=1e-4)


def test_a_network_through_hooks_gives_what_its_traced_twin_gives() -> None:
    found = []
    for kind in (Toy, Untraceable):
        engine = with_means(Engine(open_toy(kind)))
        network = DifferentiableNetwork(engine)
        found.append(
            [
                grad_cam(network, picture(), "SE_2_1", 0).values,
                gradient_x_gate(network, picture(), 0).per_block,
                carried_out(integrated_picture(network, picture(), 0)).values,
                carried_out(integrated_gates(network, picture(), 0)).per_block,
                carried_out(gate_conductance(network, picture(), 0)).per_block,
                carried_out(shapley_blocks(engine, picture(), 0, permutations=2)).per_block,
            ]
        )
    for one, two in zip(*found, strict=True):
        assert one == pytest.approx(two, rel=1e-4, abs=1e-5)


def test_the_worst_piece_is_halved_until_the_gap_is_small_or_the_points_run_out() -> None:
    network = DifferentiableNetwork(opened("own").engine)
    fine = carried_out(integrated_picture(network, picture(64), 0, share=0.01, cap=1024))
    assert fine.check is not None
    assert fine.check.share < 0.01
    assert fine.steps > 16
    told: list[Progress] = []
    rough = carried_out(integrated_picture(network, picture(64), 0, share=0.0, cap=24), told.append)
    assert rough.steps == 24
    assert [progress.done for progress in told] == [4, 8, 12, 16, 24]
    logits = network.engine.logits(torch.cat([torch.zeros(1, 3, 64, 64), network.engine.inputs([picture(64)])]))
    assert fine.check.expected == pytest.approx(float(logits[1, 0] - logits[0, 0]), rel=1e-4)


def test_work_can_be_stopped_and_goes_through_who_carries_it_out() -> None:
    engine = Engine(open_toy(Toy))
    calls = []

    def through(step):
        calls.append(step)
        return step()

    carried_out(shapley_blocks(engine, picture(), 0, permutations=3), through=through)
    assert len(calls) == 5, "the empty set, three orders, and the end"
    steps = shapley_blocks(engine, picture(), 0, permutations=3)

    def stop(progress: Progress) -> None:
        if progress.done == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        carried_out(steps, stop)
    with pytest.raises(StopIteration):
        next(steps)


def test_what_cannot_be_is_told() -> None:
    engine = Engine(open_toy(Toy))
    network = DifferentiableNetwork(engine)
    with pytest.raises(TraceError, match="a class, 0 to 3"):
        gradient_x_gate(network, picture(), 4)
    with pytest.raises(BlockError):
        grad_cam(network, picture(), "SE_9_9", 0)
    with pytest.raises(EditPlanError, match="mean gates"):
        carried_out(integrated_gates(network, picture(), 0))
    with pytest.raises(EditPlanError, match="off or mean"):
        carried_out(shapley_blocks(engine, picture(), 0, mode="zero"))
    with pytest.raises(TraceError):
        carried_out(shapley_blocks(engine, picture(), 0, permutations=0))


def test_completeness() -> None:
    assert Completeness(1.1, 1.0).gap == pytest.approx(0.1)
    assert Completeness(1.1, -1.0).share == pytest.approx(2.1)
    assert Completeness(0.0, 0.0).share == 0
    assert Completeness(0.1, 0.0).share == float("inf")
