"""Our own block."""

from __future__ import annotations

import pytest
import torch

from se_explorer.blocks import SEBlock


def test_two_channels_worked_out_by_hand() -> None:
    block = SEBlock(2, 2)
    with torch.no_grad():
        block.fc1.weight.copy_(torch.tensor([[1.0, -1.0]]))
        block.fc2.weight.copy_(torch.tensor([[2.0], [-2.0]]))
    u = torch.tensor([[[[1.0, 3.0]], [[1.0, 1.0]]]])  # z = (2, 1), hidden = 1, gates = sigmoid(2, -2)
    opened, shut = 0.880797078, 0.119202922
    expected = torch.tensor([[[[opened, 3 * opened]], [[shut, shut]]]])
    torch.testing.assert_close(block(u), expected)


@pytest.mark.parametrize(("channels", "reduction", "hidden"), [(64, 16, 4), (7, 2, 3), (8, 16, 1), (1, 1, 1)], ids=str)
def test_hidden_units_are_rounded_down_but_at_least_one(channels: int, reduction: int, hidden: int) -> None:
    block = SEBlock(channels, reduction)
    assert block.fc1.weight.shape == (hidden, channels)
    assert block.fc2.weight.shape == (channels, hidden)
    assert block.fc1.bias is None
    assert block.fc2.bias is None


@pytest.mark.parametrize(("channels", "reduction"), [(0, 1), (4, 0), (-4, 2), (4, -2)])
def test_sizes_below_one_are_refused(channels: int, reduction: int) -> None:
    with pytest.raises(ValueError, match=f"{channels} and {reduction}"):
        SEBlock(channels, reduction)


def test_it_says_what_it_is() -> None:
    assert "32, reduction=8" in repr(SEBlock(32, 8))
