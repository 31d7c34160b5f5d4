"""oneDNN's operations give what the convolution and the activation give, and stand only where that is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from se_explorer.blocks import SEBlock
from se_explorer.engine.folding import folded
from se_explorer.engine.fusing import MODULES, _OneDNN, fused
from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.row_runner import FOLD_TOLERANCE, RowRunner
from tests.engine.families import opened
from tests.networks import FAMILIES, noise, randomise

pytestmark = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="this PyTorch has no oneDNN")


class Mixed(nn.Module):
    """One of each: what can be fused, and what must not be."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.norm = nn.BatchNorm2d(8)
        self.act = nn.Hardswish(inplace=True)
        self.first = SEBlock(8, 2)
        self.deep = nn.Conv2d(8, 8, 3, 1, 2, dilation=2, groups=8, bias=False)
        self.twice = nn.Conv2d(8, 8, 1)
        self.mirror = nn.Conv2d(8, 8, 3, 1, 1, padding_mode="reflect")
        self.same = nn.Conv2d(8, 8, 3, padding="same")
        self.second = SEBlock(8, 2)
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(self.act(self.norm(self.stem(x))))
        x = functional.silu(self.deep(x))
        two = self.twice(x)
        x = torch.relu(two) + two  # read twice: its activation is a step of its own
        x = self.same(functional.leaky_relu(self.mirror(x)))
        x = self.second(torch.relu(x))
        return self.fc(x.mean((2, 3)))


@pytest.mark.parametrize("activation", [*MODULES, None])
@pytest.mark.parametrize("rows", [1, 3, 8])
@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2, "padding": 1}, {"groups": 8}, {"padding": (1, 2), "dilation": (1, 2), "bias": False}],
    ids=str,
)
def test_against_the_modules(activation: type[nn.Module] | None, rows: int, options: dict[str, object]) -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(8, 16, 3, **options).requires_grad_(False)  # type: ignore[arg-type]
    x = 3 * torch.randn(rows, 8, 9, 11).contiguous(memory_format=torch.channels_last)
    after = MODULES[activation] if activation else ("none", [])
    with torch.inference_mode():
        ours = _OneDNN(convolution, (8, 8, 9, 11), after)(x)
        expected = (activation() if activation else nn.Identity())(convolution(x))
    assert ours.layout is torch.strided
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


def test_what_is_fused_and_what_is_not() -> None:
    torch.manual_seed(0)
    network = randomise(Mixed()).eval().requires_grad_(False)
    steps = folded(NetworkGraph(network).program.steps)
    size = (8, 8, 8, 8)
    sizes = {step.name: size for step in steps} | {steps[0].name: (8, 3, 16, 16)}
    found = {step.name: step.call for step in fused(steps, sizes)}
    kinds = {name: call._after[0] for name, call in found.items() if isinstance(call, _OneDNN)}
    assert kinds == {"act": "hardswish", "silu": "swish", "twice": "none"}
    assert {"norm", "stem", "deep"}.isdisjoint(found)
    assert type(found["mirror"]) is nn.Conv2d
    assert fused(steps, {}) == steps


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_is_folded_and_fused_only_where_it_is_exact_enough(name: str) -> None:
    engine = opened(name).engine
    runner, size = engine._runner, engine.network.preprocessing.size
    assert isinstance(runner, NetworkGraph)
    rows = RowRunner(runner, engine._sites, noise(size, 2))
    with torch.inference_mode():
        expected = opened(name).pristine(noise(size, 2)[:1])
        ours = rows._output(noise(size, 2)[:1])
    assert (ours - expected).abs().amax() <= FOLD_TOLERANCE * expected.abs().amax()
    assert rows.is_fused or not any(isinstance(step.call, _OneDNN) for step in rows._program.steps)
    if name in ("own", "timm resnet", "timm:legacy_seresnet18", "timm:mobilenetv3_small_050"):
        assert rows.is_folded
        assert any(isinstance(step.call, _OneDNN) for step in rows._program.steps)
