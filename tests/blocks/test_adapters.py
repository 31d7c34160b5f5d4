"""Each adapter against the stock module, to the bit, and against equations 2 to 4 worked out from its weights."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from timm.layers.squeeze_excite import EffectiveSEModule, SEModule, SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import Tensor, nn
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.blocks import SEBlock
from se_explorer.blocks.find import require_adapter
from se_explorer.errors import BlockError
from tests.networks import randomise

Array = np.ndarray


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": _sigmoid,
    "hard sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * _sigmoid(x),
    "tanh": np.tanh,
}


@dataclass(frozen=True)
class Case:
    """A module of C channels and h hidden units, and what is known of it from its documentation."""

    build: Callable[[int, int], nn.Module]
    layers: tuple[str, ...]
    activation: str = "relu"
    gate: str = "sigmoid"
    maximum: bool = False
    average: bool = True
    channels_last: bool = False


def _legacy(channels: int, hidden: int) -> nn.Module:
    return senet.SEModule(channels, channels // hidden)


FC = ("fc1", "fc2")
REDUCE = ("conv_reduce", "conv_expand")
CASES = {
    "own": Case(lambda c, h: SEBlock(c, c // h), FC),
    "own, biases": Case(lambda c, h: SEBlock(c, c // h, bias=True), FC),
    "own, max": Case(lambda c, h: SEBlock(c, c // h, squeeze="max"), FC, maximum=True, average=False),
    "own, both": Case(lambda c, h: SEBlock(c, c // h, squeeze="both"), FC, maximum=True),
    "own, tanh": Case(lambda c, h: SEBlock(c, c // h, gate="tanh"), FC, gate="tanh"),
    "own, ReLU": Case(lambda c, h: SEBlock(c, c // h, bias=True, gate="relu"), FC, gate="relu"),
    "torchvision": Case(SqueezeExcitation, FC),
    "torchvision, all in place": Case(
        partial(
            SqueezeExcitation,
            activation=partial(nn.SiLU, inplace=True),
            scale_activation=partial(nn.Hardsigmoid, inplace=True),
        ),
        FC,
        "silu",
        "hard sigmoid",
    ),
    "timm": Case(lambda c, h: SEModule(c, rd_channels=h), FC),
    "timm, no bias": Case(lambda c, h: SEModule(c, rd_channels=h, bias=False), FC),
    "timm, batch norm": Case(lambda c, h: SEModule(c, rd_channels=h, norm_layer=nn.BatchNorm2d), FC),
    "timm, max pool": Case(lambda c, h: SEModule(c, rd_channels=h, add_maxpool=True), FC, maximum=True),
    "timm, hard sigmoid": Case(
        lambda c, h: SEModule(c, rd_channels=h, gate_layer="hard_sigmoid"), FC, gate="hard sigmoid"
    ),
    "timm, SiLU and tanh": Case(
        lambda c, h: SEModule(c, rd_channels=h, act_layer=nn.SiLU, gate_layer="tanh"), FC, "silu", "tanh"
    ),
    "legacy": Case(_legacy, FC),
    "efficientnet": Case(lambda c, h: SqueezeExcite(c, rd_channels=h, act_layer=nn.SiLU), REDUCE, "silu"),
    "efficientnet, hard": Case(
        lambda c, h: SqueezeExcite(c, rd_channels=h, gate_layer="hard_sigmoid"), REDUCE, gate="hard sigmoid"
    ),
    "effective": Case(lambda c, h: EffectiveSEModule(c), ("fc",), gate="hard sigmoid"),
    "effective, max pool": Case(
        lambda c, h: EffectiveSEModule(c, add_maxpool=True), ("fc",), gate="hard sigmoid", maximum=True
    ),
    "channels last": Case(lambda c, h: SqueezeExciteCl(c, rd_channels=h), FC, channels_last=True),
    "channels last, SiLU": Case(
        lambda c, h: SqueezeExciteCl(c, rd_channels=h, act_layer=nn.SiLU), FC, "silu", channels_last=True
    ),
}
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
shapes = st.tuples(*(st.integers(1, most) for most in (6, 8, 3, 7, 7)), st.integers(0, 10**6))


def prepared(case: Case, shape: tuple[int, ...]) -> tuple[nn.Module, Tensor]:
    """The case's module with random weights, and maps for it."""
    hidden, ratio, batch, height, width, seed = shape
    channels = hidden * ratio
    module = case.build(channels, hidden).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator))
    randomise(module, seed)
    size = (batch, height, width, channels) if case.channels_last else (batch, channels, height, width)
    return module, torch.randn(size, generator=generator)


def linear(module: nn.Module, name: str, values: Array) -> Array:
    """A layer by its name, in float64."""
    state = {key: value.double().numpy() for key, value in module.state_dict().items()}
    weight = state[f"{name}.weight"]
    return values @ weight.reshape(len(weight), -1).T + state.get(f"{name}.bias", 0)


def normed(module: nn.Module, values: Array) -> Array:
    """timm's ``bn`` in float64, where there is one."""
    bn = getattr(module, "bn", None)
    if not isinstance(bn, nn.BatchNorm2d):
        return values
    mean, variance, weight, bias = (
        tensor.double().numpy() for tensor in (bn.running_mean, bn.running_var, bn.weight, bn.bias)
    )
    return (values - mean) / np.sqrt(variance + bn.eps) * weight + bias


def by_the_equations(case: Case, module: nn.Module, u: Tensor) -> tuple[Array, Array, Array, Array, Array]:
    """z, hidden, what goes into the gate, s and x~ (equations 2 to 4), in float64."""
    maps = u.double().numpy()
    if case.channels_last:
        maps = maps.transpose(0, 3, 1, 2)
    z = maps.mean((2, 3))
    if case.maximum:
        z = (z + maps.max((2, 3))) / 2 if case.average else maps.max((2, 3))
    hidden, values = np.zeros((len(z), 0)), z
    if len(case.layers) == 2:
        values = hidden = FUNCTIONS[case.activation](normed(module, linear(module, case.layers[0], z)))
    preactivation = linear(module, case.layers[-1], values)
    s = FUNCTIONS[case.gate](preactivation)
    scaled = maps * s[:, :, None, None]
    return z, hidden, preactivation, s, scaled.transpose(0, 2, 3, 1) if case.channels_last else scaled


@cases
@given(shape=shapes)
def test_scaling_by_the_gates_is_the_stock_module_to_the_bit(case: Case, shape: tuple[int, ...]) -> None:
    module, u = prepared(case, shape)
    adapter = require_adapter(module)
    formats = [torch.contiguous_format] if case.channels_last else [torch.contiguous_format, torch.channels_last]
    for layout in formats:
        maps = u.contiguous(memory_format=layout)
        stock = copy.deepcopy(module)(maps.clone(memory_format=torch.preserve_format))
        scaled = adapter.scale(maps, adapter.excite(module, maps).s)
        assert torch.equal(scaled, stock)
        assert scaled.is_contiguous(memory_format=layout) == stock.is_contiguous(memory_format=layout)


@cases
@given(shape=shapes)
def test_every_step_is_the_papers_equation(case: Case, shape: tuple[int, ...]) -> None:
    module, u = prepared(case, shape)
    adapter = require_adapter(module)
    given_maps = u.clone()
    found = adapter.excite(module, u)
    z, hidden, preactivation, s, scaled = by_the_equations(case, module, u)
    for name, ours, equation in (
        ("z", found.z, z),
        ("hidden", found.hidden, hidden),
        ("preactivation", found.preactivation, preactivation),
        ("s", found.s, s),
        ("x~", adapter.scale(u, found.s), scaled),
    ):
        assert ours.shape == equation.shape, name
        np.testing.assert_allclose(ours.numpy(), equation, rtol=1e-5, atol=1e-5, err_msg=name)
    assert torch.equal(u, given_maps)


@cases
@given(shape=shapes)
@settings(max_examples=15)
def test_layers_as_matrices_give_the_same_excitation(case: Case, shape: tuple[int, ...]) -> None:
    module, u = prepared(case, shape)
    adapter = require_adapter(module)
    layers, found = adapter.layers(module), adapter.excite(module, u)
    values = found.z.double().numpy()
    assert layers.w2.dtype == torch.float64
    assert (layers.w1 is None) == (layers.b1 is None) == (len(case.layers) == 1)
    if layers.w1 is not None and layers.b1 is not None:
        before = values @ layers.w1.numpy().T + layers.b1.numpy()
        values = FUNCTIONS[case.activation](before)
        np.testing.assert_allclose(found.hidden.numpy(), values, rtol=1e-5, atol=1e-5)
    preactivation = values @ layers.w2.numpy().T + layers.b2.numpy()
    np.testing.assert_allclose(found.preactivation.numpy(), preactivation, rtol=1e-5, atol=1e-5)


def test_a_folded_batch_norm_is_not_left_out() -> None:
    module, _ = prepared(CASES["timm, batch norm"], (4, 4, 2, 5, 5, 0))
    layers = require_adapter(module).layers(module)
    assert layers.w1 is not None
    plain = module.fc1.weight.double().flatten(1)
    assert not torch.allclose(layers.w1, plain, rtol=0.01)


@cases
def test_kept_values_stay_what_they_were(case: Case) -> None:
    """Activations between the layers are in place in both libraries."""
    module, u = prepared(case, (4, 4, 2, 5, 5, 1))
    adapter = require_adapter(module)
    first = adapter.excite(module, u)
    copies = [value.clone() for value in (first.z, first.hidden, first.preactivation, first.s)]
    adapter.scale(u, first.s).zero_()
    module(u.clone())
    for value, copied in zip((first.z, first.hidden, first.preactivation, first.s), copies, strict=True):
        assert torch.equal(value, copied)
    if case.gate in ("sigmoid", "hard sigmoid"):
        assert not torch.equal(first.preactivation, first.s)


class Activated(nn.BatchNorm2d):
    """A batch norm that also activates, as timm's BatchNormAct2d does: no affine map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).relu()


def test_a_norm_that_cannot_be_folded_is_refused_where_a_sum_would_be_wrong() -> None:
    module = SEModule(16, rd_channels=4, norm_layer=Activated).eval()
    adapter = require_adapter(module)
    assert adapter.facts(module).hidden_units == 4
    with pytest.raises(BlockError) as caught:
        adapter.layers(module)
    assert caught.value.received == "Activated"
