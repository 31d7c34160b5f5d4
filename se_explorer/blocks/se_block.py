"""The Squeeze-and-Excitation block as the paper writes it (section 3, equations 2 to 4).

No biases: equation 3 has none, and so equation 5 counts this block exactly. A bias in the excitation would also let
a gate move without any channel having been squeezed, which is harder to teach.
"""

from __future__ import annotations

from torch import Tensor, nn

__all__ = ["SEBlock"]


class SEBlock(nn.Module):
    """Squeeze, excite, scale.

    Args:
        channels: C, the channels of ``u``.
        reduction: r; the hidden layer has C / r units, rounded down, at least one (section 3.2).

    Shape:
        ``u`` (N, C, H, W) -> ``x~`` (N, C, H, W).

    Raises:
        ValueError: ``channels`` or ``reduction`` is below 1.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        if channels < 1 or reduction < 1:
            raise ValueError(f"channels and reduction must be at least 1, got {channels} and {reduction}")
        self.channels = channels
        self.reduction = reduction
        hidden = max(1, channels // reduction)
        self.fc1 = nn.Linear(channels, hidden, bias=False)
        self.act = nn.ReLU()
        self.fc2 = nn.Linear(hidden, channels, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, u: Tensor) -> Tensor:
        z = u.mean(dim=(2, 3))  # eq. 2
        s = self.gate(self.fc2(self.act(self.fc1(z))))  # eq. 3
        scaled: Tensor = u * s[:, :, None, None]  # eq. 4
        return scaled

    def extra_repr(self) -> str:
        return f"{self.channels}, reduction={self.reduction}"
