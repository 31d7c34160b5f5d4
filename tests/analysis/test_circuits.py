"""Why a gate opened: the terms are exact, on every class of SE block."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from timm.layers import EffectiveSEModule, SEModule
from timm.layers.squeeze_excite import SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import nn
from torchvision.ops import SqueezeExcitation

from se_explorer import BlockTrace, Circuit, Engine, SEBlock, gate_circuit, hidden_circuit, load_picture
from se_explorer.blocks import ExcitationLayers
from se_explorer.errors import BlockError
from tests.analysis.toys import scatter, toy_engine

TWO_LAYERS: dict[str, Callable[[], nn.Module]] = {
    "own": lambda: SEBlock(8, 2),
    "torchvision": lambda: SqueezeExcitation(8, 4),
    "timm": lambda: SEModule(8, rd_channels=4),
    "timm-batch-norm": lambda: SEModule(8, rd_channels=4, norm_layer=nn.BatchNorm2d),
    "timm-maximum": lambda: SEModule(8, rd_channels=4, add_maxpool=True),
    "timm-legacy": lambda: senet.SEModule(8, 2),
    "timm-efficientnet": lambda: SqueezeExcite(8, rd_ratio=0.5),
    "timm-channels-last": lambda: SqueezeExciteCl(8, rd_channels=4),
}
ONE_LAYER: dict[str, Callable[[], nn.Module]] = {
    "timm-effective": lambda: EffectiveSEModule(8),
    "timm-effective-maximum": lambda: EffectiveSEModule(8, add_maxpool=True),
}
FAMILIES = TWO_LAYERS | ONE_LAYER

Opened = tuple[Engine, BlockTrace, ExcitationLayers]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    """One picture's way through a network around one class of SE block, and that block's layers."""
    path: Path = tmp_path_factory.mktemp("circuits") / "scatter.png"
    scatter(path, 5)

    def open_family(family: str) -> Opened:
        engine = toy_engine(FAMILIES[family], seed=1, channels_last=family == "timm-channels-last")
        (block,) = engine.trace(load_picture(path)).blocks
        site = engine.found(block.block.name)
        return engine, block, site.adapter.layers(site.module)

    return open_family


def check_sum(circuit: Circuit, values: np.ndarray) -> None:
    """Every term once, the largest first, each a weight times its own value, and no more to the sum than they."""
    assert sorted(term.index for term in circuit.terms) == list(range(len(values)))
    assert all(term.value == values[term.index] for term in circuit.terms)
    assert all(term.contribution == term.weight * term.value for term in circuit.terms)
    sizes = [abs(term.contribution) for term in circuit.terms]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(term.contribution for term in circuit.terms) + circuit.bias == pytest.approx(circuit.total, abs=1e-12)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sum_is_the_preactivation(family: str, opened: Callable[[str], Opened]) -> None:
    _, block, layers = opened(family)
    assert np.ptp(block.gates) > 0.05  # gates that differ, or the test would prove nothing
    for channel in range(8):
        circuit = gate_circuit(block, layers, channel)
        single = family in ONE_LAYER
        assert circuit.source == ("z" if single else "hidden")
        check_sum(circuit, block.squeeze if single else block.hidden)
        assert circuit.total == pytest.approx(block.preactivation[channel], abs=1e-5)


@pytest.mark.parametrize("family", TWO_LAYERS)
def test_the_sum_is_what_a_hidden_unit_is_given(family: str, opened: Callable[[str], Opened]) -> None:
    _, block, layers = opened(family)
    assert block.hidden.any()
    for unit in range(4):
        circuit = hidden_circuit(block, layers, unit)
        assert circuit.source == "z"
        check_sum(circuit, block.squeeze)
        assert max(0.0, circuit.total) == pytest.approx(block.hidden[unit], abs=1e-5)


@pytest.mark.parametrize("family", ["own", "timm-batch-norm"])
def test_weights_and_bias_are_the_layers_own(family: str, opened: Callable[[str], Opened]) -> None:
    engine, block, layers = opened(family)
    module = engine.found(block.block.name).module
    second = module.get_submodule("fc2")
    circuit = gate_circuit(block, layers, 3)
    weights = {term.index: term.weight for term in circuit.terms}
    assert [weights[unit] for unit in range(4)] == pytest.approx(second.weight[3].flatten().tolist())
    assert circuit.bias == (0 if second.bias is None else pytest.approx(second.bias[3].item()))


@pytest.mark.parametrize("count", range(6))
def test_the_largest_and_the_rest(count: int, opened: Callable[[str], Opened]) -> None:
    _, block, layers = opened("timm-batch-norm")
    circuit = gate_circuit(block, layers, 0)
    head, rest = circuit.largest(count)
    assert head == circuit.terms[:count]
    assert sum(term.contribution for term in head) + rest == pytest.approx(circuit.total - circuit.bias, abs=1e-12)
    if count >= 4:
        assert rest == 0


def test_by_hand(tmp_path: Path) -> None:
    scatter(tmp_path / "scatter.png", 1)
    engine = toy_engine(lambda: SEBlock(8, 4))
    module = engine.found("SE_1_1").module
    with torch.no_grad():
        module.get_submodule("fc1").weight.copy_(torch.eye(2, 8))  # the hidden units are z_0 and z_1
        module.get_submodule("fc2").weight.copy_(torch.tensor([[1.0, -20.0]]).expand(8, 2))
    (block,) = engine.trace(load_picture(tmp_path / "scatter.png")).blocks
    first, second = block.squeeze[:2].tolist()
    assert min(first, second) > 0
    circuit = gate_circuit(block, engine.found("SE_1_1").adapter.layers(module), 6)
    assert [term.index for term in circuit.terms] == [1, 0]
    assert [term.contribution for term in circuit.terms] == pytest.approx([-20 * second, first])
    assert (circuit.total, circuit.bias) == (pytest.approx(first - 20 * second), 0)


@pytest.mark.parametrize(
    ("circuit", "index", "message"),
    [
        (gate_circuit, 8, "a channel of SE_1_1, 0 to 7, but got 8"),
        (gate_circuit, -1, "a channel of SE_1_1, 0 to 7, but got -1"),
        (hidden_circuit, 4, "a hidden unit of SE_1_1, 0 to 3, but got 4"),
        (hidden_circuit, -1, "a hidden unit of SE_1_1, 0 to 3, but got -1"),
    ],
)
def test_what_the_block_does_not_have(
    circuit: Callable[[BlockTrace, ExcitationLayers, int], Circuit],
    index: int,
    message: str,
    opened: Callable[[str], Opened],
) -> None:
    _, block, layers = opened("own")
    with pytest.raises(BlockError, match=message):
        circuit(block, layers, index)


def test_a_single_layer_has_no_hidden_units(opened: Callable[[str], Opened]) -> None:
    _, block, layers = opened("timm-effective")
    with pytest.raises(BlockError, match="SE_1_1, which has one layer"):
        hidden_circuit(block, layers, 0)
