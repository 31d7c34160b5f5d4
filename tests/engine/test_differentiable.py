"""The differentiable side of an engine: the same logits, gradients as of the untouched network, hooks nowhere else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.analysis import gradient_x_gate
from se_explorer.engine import Engine
from se_explorer.engine.differentiable import DifferentiableNetwork, Probe, told_kindly
from se_explorer.errors import TraceError
from tests.engine.families import opened
from tests.engine.test_hooked import hook_count
from tests.networks import FAMILIES, Toy, Untraceable, make_network, noise, open_toy, patched_gates, picture

TOLERANCE = 1e-5  # of the largest logit, as the class promises


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    return bool(np.abs(found - expected).max() <= TOLERANCE * np.abs(expected).max())


@pytest.mark.parametrize("name", FAMILIES)
def test_without_given_gates_it_is_the_engine_and_with_them_its_edit(name: str) -> None:
    case = opened(name)
    network = DifferentiableNetwork(case.engine)
    probe, batch = network.probe(), case.batch.clone().requires_grad_()
    logits = probe(batch)
    assert close(logits.detach().numpy(), case.engine.logits(case.batch))
    (gradient,) = torch.autograd.grad(logits[0, 1], batch)
    other = case.batch.clone().requires_grad_()
    with torch.enable_grad():
        (expected,) = torch.autograd.grad(case.pristine(other * 1)[0, 1], other)
    assert torch.allclose(gradient, expected, rtol=1e-3, atol=1e-5 * float(expected.abs().max()))
    block = case.engine.blocks[-1].name
    given = torch.tensor(case.engine.network.gate_means[block])[None]
    edited = probe(case.batch, [len(case.engine.blocks) - 1], given)
    assert close(edited.detach().numpy(), case.engine.logits(case.batch, f"{block}=mean"))
    assert network.rows >= 1


def test_gradients_by_gates_are_those_of_a_change_of_the_stock_gates() -> None:
    """Central differences on the pristine network, later gates answering."""
    case = opened("own")
    image = picture(64)
    found = gradient_x_gate(DifferentiableNetwork(case.engine), image, 2)
    batch = case.engine.inputs([image])
    names = case.names
    for block in case.engine.blocks[1:3]:
        for channel in (0, 5):

            def shifted(step: float, block: str = block.name, channel: int = channel) -> float:
                def change(path: str, s: Tensor) -> Tensor:
                    s = s.clone()
                    s[:, channel] *= 1 + step * (names[path] == block)
                    return s

                with torch.inference_mode(), patched_gates(case.pristine.double(), change):
                    return float(case.pristine(batch.double())[0, 2])

            slope = (shifted(1e-4) - shifted(-1e-4)) / 2e-4
            case.pristine.float()
            assert found.values[block.name][channel] == pytest.approx(slope, rel=2e-3, abs=1e-5)


@pytest.mark.parametrize("kind", [Toy, Untraceable])
def test_other_threads_are_untouched_and_the_network_is_never_hooked_for_long(kind: type[nn.Module]) -> None:
    engine = Engine(open_toy(kind))
    network, image = DifferentiableNetwork(engine), picture()
    batch = engine.inputs([image])
    expected = engine.logits(batch, "SE_1_1=zero")
    alone = gradient_x_gate(network, image, 0).per_block
    stop = threading.Event()

    def others() -> int:
        runs = 0
        while not stop.is_set() or runs < 3:
            assert np.array_equal(engine.logits(batch, "SE_1_1=zero"), expected)
            runs += 1
        return runs

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(others) for _ in range(2)]
        found = list(pool.map(lambda _: gradient_x_gate(network, image, 0).per_block, range(20)))
        stop.set()
        assert all(future.result() >= 3 for future in running)
    assert all(np.array_equal(values, alone) for values in found)
    assert hook_count(engine.network.module) == 0


def test_hooks_are_gone_after_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy(Toy))
    network = DifferentiableNetwork(engine)
    made: list[Probe] = []
    inside: list[int] = []

    def probe() -> Probe:
        made.append(Probe(Broken(), [engine.found(block.name) for block in engine.blocks]))
        return made[-1]

    class Broken:
        def run(self, batch: Tensor, visit: object) -> Tensor:
            inside.append(hook_count(made[-1]))
            assert hook_count(engine.network.module) == 0
            raise RuntimeError("no way back\nand more of it")

    monkeypatch.setattr(network, "probe", probe)
    with pytest.raises(TraceError, match="no way back") as error:
        gradient_x_gate(network, picture(), 0)
    assert "more of it" not in str(error.value)
    assert inside[0] > 0, "captum had its hooks on"
    assert hook_count(made[0]) == 0


class Detached(Toy):
    """Its logits have no gradient."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).detach()


def test_a_network_without_gradients_says_so() -> None:
    engine = Engine(open_toy(Detached))
    with pytest.raises(TraceError, match="PyTorch can differentiate"):
        gradient_x_gate(DifferentiableNetwork(engine), picture(), 0)
    assert hook_count(engine.network.module) == 0


def test_only_errors_of_pytorch_are_retold() -> None:
    with pytest.raises(KeyError), told_kindly("toy"):
        raise KeyError("ours")


def test_rows_keep_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(make_network(open_toy(Toy).module))
    monkeypatch.setattr("se_explorer.engine.differentiable.BUDGET", 1)
    assert DifferentiableNetwork(engine).rows == 1
    monkeypatch.setattr("se_explorer.engine.differentiable.BUDGET", 2**40)
    assert DifferentiableNetwork(engine).rows == 16
    assert noise(16).shape[-1] == engine.network.preprocessing.size
