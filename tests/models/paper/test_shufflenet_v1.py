"""ShuffleNet v1: the shuffle by hand, the units, and its count by hand."""

from __future__ import annotations

import pytest
import torch

from se_explorer.models.paper.shufflenet_v1 import ShuffleNetV1, ShuffleUnit, shuffled


def test_shuffle_by_hand() -> None:
    x = torch.arange(6.0).view(1, 6, 1, 1)
    assert shuffled(x, 3).flatten().tolist() == [0, 2, 4, 1, 3, 5]  # groups (0 1) (2 3) (4 5)
    assert shuffled(x, 1).flatten().tolist() == [0, 1, 2, 3, 4, 5]


def test_a_unit_with_a_silent_branch_passes_its_input_on() -> None:
    """The last batch norm at 0: what is left is the identity, or its average pool beside zeros."""
    x = torch.rand(1, 24, 4, 4, generator=torch.Generator().manual_seed(0))
    same, halved = ShuffleUnit(24, 24, 1, 3, 3).eval(), ShuffleUnit(24, 48, 2, 3, 1).eval()
    for unit in (same, halved):
        torch.nn.init.zeros_(unit.bn3.weight)
    with torch.inference_mode():
        assert torch.equal(same(x), x)
        out = halved(x)
    assert out.shape == (1, 48, 2, 2)
    torch.testing.assert_close(out[0, :24, 1, 1], x[0, :, 1:4, 1:4].mean((1, 2)))
    assert not out[0, 24:].any()


def unit(before: int, width: int, stride: int, first: int) -> int:
    """Parameters of a unit: three convolutions and their batch norms."""
    middle, outputs = width // 4, width - before if stride == 2 else width
    return before // first * middle + 9 * middle + middle // 3 * outputs + 2 * (2 * middle + outputs)


def test_parameters_by_hand() -> None:
    total = 3 * 24 * 9 + 2 * 24 + 960 * 1000 + 1000
    for before, width, depth in ((24, 240, 4), (240, 480, 8), (480, 960, 4)):
        total += unit(before, width, 2, 1 if before == 24 else 3) + (depth - 1) * unit(width, width, 1, 3)
    with torch.device("meta"):
        network = ShuffleNetV1()
    assert sum(parameter.numel() for parameter in network.parameters()) == total == 1_865_728


@pytest.mark.parametrize("side", [64, 224])
def test_any_size_gives_logits(side: int) -> None:
    with torch.device("meta"):
        assert ShuffleNetV1(7)(torch.empty(2, 3, side, side)).shape == (2, 7)
