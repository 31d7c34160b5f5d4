"""ResNets for CIFAR's pictures of 32 x 32 (He et al., arXiv 1512.03385, section 4.2).

A 3x3 stem, three stages of 16, 32 and 64 channels at 32, 16 and 8 pixels a side, each of n basic units, global average
pooling and one layer: 6 n + 2 layers. The shortcuts are parameter-free throughout (option A): where a stage halves the
maps, every second place is taken and the new channels are zeros.

The stages are 1, 2 and 3 here, since a block's stage k works at 1 / 2^(k - 1) of the input's side where the first
works at the input's own (``blocks.naming``).
"""

from __future__ import annotations

from fractions import Fraction

import torch
from torch import Tensor, nn
from torch.nn import functional

from se_explorer.blocks.places import Place

__all__ = ["BasicUnit", "CifarResNet", "cifar_resnet"]

PLANES = 16


class PaddedShortcut(nn.Module):
    """Option A: every second place, and zeros for the channels that are new.

    Shape:
        (N, C, H, W) -> (N, C + extra, ceil(H / stride), ceil(W / stride)).
    """

    def __init__(self, stride: int, extra: int) -> None:
        super().__init__()
        self.stride, self.extra = stride, extra

    def forward(self, x: Tensor) -> Tensor:
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))

    def extra_repr(self) -> str:
        return f"stride={self.stride}, extra={self.extra}"


class BasicUnit(nn.Module):
    """Two 3x3 convolutions, a place for an SE block, and the shortcut.

    Shape:
        (N, in_channels, H, W) -> (N, channels, H / stride, W / stride).
    """

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.se: nn.Module = nn.Identity()
        same = stride == 1 and in_channels == channels
        self.shortcut: nn.Module = nn.Identity() if same else PaddedShortcut(stride, channels - in_channels)

    def forward(self, x: Tensor) -> Tensor:
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.se(self.bn2(self.conv2(out)))
        return torch.relu(out + self.shortcut(x))


class CifarResNet(nn.Module):
    """A plain ResNet for small pictures; SE goes to ``se_places``.

    Args:
        units: n, in each of the three stages.
        planes: channels of the first stage, doubled from stage to stage.
        num_classes: outputs.

    Shape:
        (N, 3, H, W) -> (N, num_classes) logits.
    """

    def __init__(self, units: int, planes: int = PLANES, num_classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, planes, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        channels = planes
        for number in range(1, 4):
            width = planes * 2 ** (number - 1)
            stage = []
            for index in range(units):
                stage.append(BasicUnit(channels, width, 2 if index == 0 and number > 1 else 1))
                channels = width
            self.add_module(f"layer{number}", nn.Sequential(*stage))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.bn1(self.conv1(x)))
        for number in range(1, 4):
            x = self.get_submodule(f"layer{number}")(x)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits

    def se_places(self) -> list[Place]:
        """On the residual branch of each unit, behind its last batch norm (Figure 3 of the SE paper)."""
        return [
            Place(f"{path}.se", unit.conv2.out_channels, int(path[len("layer")]), "alone")
            for path, unit in self.named_modules()
            if isinstance(unit, BasicUnit)
        ]


def cifar_resnet(depth: int = 20, width: Fraction = Fraction(1), num_classes: int = 10) -> CifarResNet:
    """The ResNet of ``depth`` = 6 n + 2 layers; ``width`` scales every stage.

    With SE and r = 16, the paper's for CIFAR as for ImageNet, the hidden layers have 1, 2 and 4 units.
    """
    planes = PLANES * width
    if planes.denominator != 1 or planes < 1:
        raise ValueError(f"width must make {PLANES} * width a whole number of channels, got {width}")
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"depth must be 6 n + 2, got {depth}")
    return CifarResNet((depth - 2) // 6, int(planes), num_classes)
