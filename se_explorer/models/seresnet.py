"""SE-ResNet-50 as in Table 1 of the paper, at any width.

The module names are torchvision's (``layer1`` .. ``layer4``), so that tools which know ResNets know this one. The SE
block sits on the residual branch, after the last batch norm and before the identity is added (Figure 3). The stride
of a stage lies in its first 3x3 convolution, as in torchvision's and timm's ResNets.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

from se_explorer.blocks.places import Place
from se_explorer.blocks.se_block import SEBlock, start_at_full_scale

__all__ = ["SEBottleneck", "SEResNet", "seresnet50"]

EXPANSION = 4


class SEBottleneck(nn.Module):
    """1x1, 3x3, 1x1 convolutions, an SE block, and the shortcut.

    Shape:
        (N, in_channels, H, W) -> (N, 4 * planes, H / stride, W / stride).
    """

    def __init__(self, in_channels: int, planes: int, stride: int, reduction: int | None) -> None:
        super().__init__()
        out_channels = planes * EXPANSION
        self.conv1 = nn.Conv2d(in_channels, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.se: nn.Module = SEBlock(out_channels, reduction) if reduction else nn.Identity()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        out = self.se(self.bn3(self.conv3(out)))
        return torch.relu(out + self.downsample(x))


class SEResNet(nn.Module):
    """A ResNet of bottlenecks with an SE block in each.

    Args:
        depths: units in the stages 2 to 5; (3, 4, 6, 3) for SE-ResNet-50.
        planes: channels of the 3x3 convolutions of stage 2; doubled from stage to stage.
        num_classes: outputs.
        reduction: r of the SE blocks, or None for the plain twin without them.

    Shape:
        (N, 3, H, W) -> (N, num_classes) logits.
    """

    def __init__(self, depths: Sequence[int], planes: int, num_classes: int, reduction: int | None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, planes, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = planes
        for number, depth in enumerate(depths, start=1):
            width = planes * 2 ** (number - 1)
            units = []
            for index in range(depth):
                stride = 2 if index == 0 and number > 1 else 1
                units.append(SEBottleneck(channels, width, stride, reduction))
                channels = width * EXPANSION
            self.add_module(f"layer{number}", nn.Sequential(*units))
        self.stages = len(depths)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, SEBlock):
                # For the same reason the last batch norm of a unit keeps its weight of 1.
                start_at_full_scale(module)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for number in range(1, self.stages + 1):
            x = self.get_submodule(f"layer{number}")(x)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits

    def se_places(self) -> list[Place]:
        """Where SE goes in the plain twin: on the residual branch of each unit."""
        return [
            Place(f"{path}.se", unit.conv3.out_channels, int(path[len("layer")]) + 1, "alone")
            for path, unit in self.named_modules()
            if isinstance(unit, SEBottleneck)
        ]


def seresnet50(width: Fraction = Fraction(1), num_classes: int = 1000, reduction: int | None = 16) -> SEResNet:
    """SE-ResNet-50 of Table 1, sixteen units [3, 4, 6, 3]; ``width`` scales every stage, 1 is the paper's."""
    planes = 64 * width
    if planes.denominator != 1 or planes < 1:
        raise ValueError(f"width must make 64 * width a whole number of channels, got {width}")
    return SEResNet((3, 4, 6, 3), int(planes), num_classes, reduction)
