"""The Squeeze-and-Excitation block as the paper writes it (section 3, equations 2 to 4), and the variants it compares.

No biases unless they are asked for: equation 3 has none, and so equation 5 counts this block exactly. A bias in the
excitation would also let a gate move without any channel having been squeezed, which is harder to teach.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from se_explorer.errors import BlockError
from se_explorer.language import Text, later, list_of

__all__ = ["GATES", "SQUEEZES", "NoSqueezeBlock", "SEBlock", "start_at_full_scale"]

#: How a channel's map becomes one number (Table 11). "both" is the paper's average and maximum, half of each.
SQUEEZES = ("average", "max", "both")
#: The last function of equation 3 (Table 12).
GATES: dict[str, type[nn.Module]] = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}


def _hidden_units(channels: int, reduction: int) -> int:
    """C / r, rounded down, at least one (section 3.2)."""
    if channels < 1 or reduction < 1:
        raise ValueError(f"channels and reduction must be at least 1, got {channels} and {reduction}")
    return max(1, channels // reduction)


def _gate(name: str) -> nn.Module:
    if name not in GATES:
        raise BlockError(
            later("a gate among {names}", names=Text.of(list_of, tuple(GATES))),
            repr(name),
            later("Choose one of these."),
        )
    return GATES[name]()


class SEBlock(nn.Module):
    """Squeeze, excite, scale.

    Args:
        channels: C, the channels of ``u``.
        reduction: r; the hidden layer has C / r units, rounded down, at least one (section 3.2).
        bias: whether the two layers have biases; equation 3 has none.
        squeeze: "average" (equation 2), "max" (Table 11), or "both": half of each, as timm's ``add_maxpool`` takes it.
        gate: "sigmoid" (equation 3), "tanh" or "relu" (Table 12).

    Shape:
        ``u`` (N, C, H, W) -> ``x~`` (N, C, H, W).

    Raises:
        ValueError: ``channels`` or ``reduction`` is below 1.
        BlockError: there is no such squeeze or gate.
    """

    def __init__(
        self, channels: int, reduction: int = 16, *, bias: bool = False, squeeze: str = "average", gate: str = "sigmoid"
    ) -> None:
        super().__init__()
        hidden = _hidden_units(channels, reduction)
        if squeeze not in SQUEEZES:
            raise BlockError(
                later("a squeeze among {names}", names=Text.of(list_of, tuple(SQUEEZES))),
                repr(squeeze),
                later("Choose one of these. A block that does not squeeze is a NoSqueezeBlock."),
            )
        self.channels = channels
        self.reduction = reduction
        self.squeeze = squeeze
        self.fc1 = nn.Linear(channels, hidden, bias=bias)
        self.act = nn.ReLU()
        self.fc2 = nn.Linear(hidden, channels, bias=bias)
        self.gate = _gate(gate)

    def pool(self, u: Tensor) -> Tensor:
        """Equation 2, or its variant: maps (N, C, H, W) to z (N, C)."""
        if self.squeeze == "average":
            return u.mean(dim=(2, 3))
        if self.squeeze == "max":
            return u.amax(dim=(2, 3))
        return 0.5 * u.mean(dim=(2, 3)) + 0.5 * u.amax(dim=(2, 3))

    def forward(self, u: Tensor) -> Tensor:
        z = self.pool(u)  # eq. 2
        s = self.gate(self.fc2(self.act(self.fc1(z))))  # eq. 3
        scaled: Tensor = u * s[:, :, None, None]  # eq. 4
        return scaled

    def extra_repr(self) -> str:
        variant = "" if self.squeeze == "average" else f", squeeze={self.squeeze}"
        return f"{self.channels}, reduction={self.reduction}{variant}"


class NoSqueezeBlock(nn.Module):
    """The NoSqueeze variant of Table 16: no global pooling, the two layers are 1x1 convolutions at each place.

    The gates differ from place to place, so this is no channel gate: no block that ``find_blocks`` can open up.

    Args:
        channels, reduction, bias, gate: as for ``SEBlock``; it holds exactly as many parameters.

    Shape:
        ``u`` (N, C, H, W) -> (N, C, H, W).

    Raises:
        ValueError, BlockError: as ``SEBlock``.
    """

    def __init__(self, channels: int, reduction: int = 16, *, bias: bool = False, gate: str = "sigmoid") -> None:
        super().__init__()
        hidden = _hidden_units(channels, reduction)
        self.channels = channels
        self.reduction = reduction
        self.fc1 = nn.Conv2d(channels, hidden, 1, bias=bias)
        self.act = nn.ReLU()
        self.fc2 = nn.Conv2d(hidden, channels, 1, bias=bias)
        self.gate = _gate(gate)

    def forward(self, u: Tensor) -> Tensor:
        scaled: Tensor = u * self.gate(self.fc2(self.act(self.fc1(u))))
        return scaled

    def extra_repr(self) -> str:
        return f"{self.channels}, reduction={self.reduction}"


def start_at_full_scale(block: SEBlock | NoSqueezeBlock) -> None:
    """Draw the block's layers from a normal distribution at full scale (He et al. 2015), biases at 0.

    With smaller ones, as PyTorch draws them by itself, z hardly moves the gates, and they stay at a half for good.
    """
    for layer in (block.fc1, block.fc2):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            with torch.no_grad():
                layer.bias.zero_()
