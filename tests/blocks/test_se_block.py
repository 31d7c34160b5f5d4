"""Our own block."""

from __future__ import annotations

import pytest
import torch
from timm.layers.squeeze_excite import SEModule
from torch import Tensor

from se_explorer.blocks import NoSqueezeBlock, SEBlock
from se_explorer.blocks.se_block import start_at_full_scale
from se_explorer.errors import BlockError


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


def fixed(block: SEBlock | NoSqueezeBlock) -> SEBlock | NoSqueezeBlock:
    """hidden = relu(z0 - z1), and what goes into the gates is (2, -2) times that."""
    with torch.no_grad():
        block.fc1.weight.copy_(torch.tensor([[1.0, -1.0]]).view_as(block.fc1.weight))
        block.fc2.weight.copy_(torch.tensor([[2.0], [-2.0]]).view_as(block.fc2.weight))
    return block


U = torch.tensor([[[[1.0, 3.0]], [[1.0, 1.0]]]])
SIGMOID_2 = 0.880797078


@pytest.mark.parametrize(
    ("options", "gates"),
    [
        ({"squeeze": "max"}, (0.982013790, 0.017986210)),  # z = (3, 1), sigmoid(4, -4)
        ({"squeeze": "both"}, (0.952574127, 0.047425873)),  # z = (2.5, 1), sigmoid(3, -3)
        ({"gate": "tanh"}, (0.964027580, -0.964027580)),  # z = (2, 1), tanh(2, -2)
        ({"gate": "relu"}, (2.0, 0.0)),
    ],
    ids=str,
)
def test_variants_worked_out_by_hand(options: dict[str, str], gates: tuple[float, float]) -> None:
    block = fixed(SEBlock(2, 2, **options))
    torch.testing.assert_close(block(U), U * torch.tensor(gates)[None, :, None, None])


def test_no_squeeze_gates_each_place_by_itself() -> None:
    block = fixed(NoSqueezeBlock(2, 2))  # at the left u = (1, 1): gates of a half; at the right (3, 1): sigmoid(4, -4)
    expected = torch.tensor([[[[0.5, 3 * 0.982013790]], [[0.5, 0.017986210]]]])
    torch.testing.assert_close(block(U), expected)


def test_a_bias_opens_a_gate_when_nothing_was_squeezed() -> None:
    block = fixed(SEBlock(2, 2, bias=True))
    with torch.no_grad():
        block.fc1.bias.zero_()
        block.fc2.bias.copy_(torch.tensor([2.0, 0.0]))
    u = torch.tensor([[[[1.0, -1.0]], [[2.0, -2.0]]]])
    torch.testing.assert_close(block(u), u * torch.tensor([SIGMOID_2, 0.5])[None, :, None, None])


def test_both_is_timms_add_maxpool() -> None:
    theirs, ours = SEModule(16, rd_channels=4, add_maxpool=True), SEBlock(16, 4, bias=True, squeeze="both")
    for name in ("fc1", "fc2"):
        layer, other = getattr(ours, name), getattr(theirs, name)
        layer.load_state_dict({"weight": other.weight.flatten(1), "bias": other.bias})
    u = torch.randn(3, 16, 5, 5, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(ours(u), theirs(u))
        assert torch.equal(ours.pool(u), 0.5 * u.mean((2, 3)) + 0.5 * u.amax((2, 3)))


@pytest.mark.parametrize("kind", [SEBlock, NoSqueezeBlock])
def test_no_such_gate(kind: type[SEBlock | NoSqueezeBlock]) -> None:
    with pytest.raises(BlockError, match="sigmoid, tanh, relu, but got 'softmax'"):
        kind(8, 2, gate="softmax")
    with pytest.raises(ValueError, match="0 and 2"):
        kind(0, 2)


def test_no_such_squeeze() -> None:
    with pytest.raises(BlockError, match="NoSqueezeBlock") as caught:
        SEBlock(8, 2, squeeze="none")
    assert caught.value.received == "'none'"


def variance(tensor: Tensor) -> float:
    return float(tensor.detach().var())


@pytest.mark.parametrize("block", [SEBlock(512, 2, bias=True), NoSqueezeBlock(512, 2, bias=True)], ids=["SE", "none"])
def test_full_scale_is_a_variance_of_2_over_the_inputs(block: SEBlock | NoSqueezeBlock) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        start_at_full_scale(block)
    assert variance(block.fc1.weight) == pytest.approx(2 / 512, rel=0.02)
    assert variance(block.fc2.weight) == pytest.approx(2 / 256, rel=0.02)
    assert block.fc1.bias is not None
    assert block.fc2.bias is not None
    assert not block.fc1.bias.any()
    assert not block.fc2.bias.any()


def test_a_variant_says_what_it_is() -> None:
    assert "squeeze=max" in repr(SEBlock(32, 8, squeeze="max"))
    assert "32, reduction=8" in repr(NoSqueezeBlock(32, 8))
