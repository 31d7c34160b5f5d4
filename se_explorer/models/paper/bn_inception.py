"""BN-Inception (Ioffe and Szegedy 2015, Figure 5), which neither library has.

The widths are those of the Caffe network that people use and that the authors' own SE-BN-Inception has: modules 4c and
4d give 608 channels, where Figure 5 has 576. Convolutions have no biases, since a batch norm follows each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from se_explorer.blocks.places import Place

__all__ = ["BNInception", "InceptionModule", "Widths"]


@dataclass(frozen=True)
class Widths:
    """One line of Figure 5.

    Attributes:
        single: of the 1x1 branch; 0 in the modules that halve the maps.
        three: of the 3x3 branch, reduction and convolution.
        double: of the double 3x3 branch: reduction and both convolutions.
        pool: of the projection behind the pooling; 0 where it passes its input through.
        pooling: what the pooling branch takes.
    """

    single: int
    three: tuple[int, int]
    double: tuple[int, int]
    pool: int
    pooling: Literal["average", "max"] = "average"

    @property
    def stride(self) -> int:
        """2 in the modules that halve the maps, which have no 1x1 branch and no projection."""
        return 1 if self.single else 2


MODULES = {
    "3a": Widths(64, (64, 64), (64, 96), 32),
    "3b": Widths(64, (64, 96), (64, 96), 64),
    "3c": Widths(0, (128, 160), (64, 96), 0, "max"),
    "4a": Widths(224, (64, 96), (96, 128), 128),
    "4b": Widths(192, (96, 128), (96, 128), 128),
    "4c": Widths(160, (128, 160), (128, 160), 128),
    "4d": Widths(96, (128, 192), (160, 192), 128),
    "4e": Widths(0, (128, 192), (192, 256), 0, "max"),
    "5a": Widths(352, (192, 320), (160, 224), 128),
    "5b": Widths(352, (192, 320), (192, 224), 128, "max"),
}


def _conv(in_channels: int, channels: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
    )


class InceptionModule(nn.Module):
    """Branches side by side, joined channel by channel.

    Shape:
        (N, in_channels, H, W) -> (N, ``channels``, H / stride, W / stride).
    """

    def __init__(self, in_channels: int, widths: Widths) -> None:
        super().__init__()
        stride = widths.stride
        branches: list[nn.Module] = [_conv(in_channels, widths.single, 1)] if widths.single else []
        reduce, three = widths.three
        branches.append(nn.Sequential(_conv(in_channels, reduce, 1), _conv(reduce, three, 3, stride)))
        reduce, double = widths.double
        branches.append(
            nn.Sequential(_conv(in_channels, reduce, 1), _conv(reduce, double, 3), _conv(double, double, 3, stride))
        )
        if stride == 2:
            branches.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        else:
            pooling = nn.AvgPool2d(3, 1, 1) if widths.pooling == "average" else nn.MaxPool2d(3, 1, 1)
            branches.append(nn.Sequential(pooling, _conv(in_channels, widths.pool, 1)))
        self.branches = nn.ModuleList(branches)
        self.channels = widths.single + three + double + (widths.pool or in_channels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


class BNInception(nn.Module):
    """BN-Inception.

    Shape:
        (N, 3, H, W) -> (N, num_classes) logits.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = _conv(3, 64, 7, 2)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = nn.Sequential(_conv(64, 64, 1), _conv(64, 192, 3))
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        channels = 192
        for name, widths in MODULES.items():
            module = InceptionModule(channels, widths)
            self.add_module(f"inception{name}", module)
            channels = module.channels
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)
        for inner in self.modules():
            if isinstance(inner, nn.Conv2d):
                nn.init.kaiming_normal_(inner.weight, mode="fan_out", nonlinearity="relu")

    def se_places(self) -> list[Place]:
        """After each of the ten Inception modules (Figure 2), as the authors' SE-BN-Inception has it."""
        places = []
        for name, widths in MODULES.items():
            module = self.get_submodule(f"inception{name}")
            assert isinstance(module, InceptionModule)
            stage = int(name[0]) + (widths.stride == 2)  # 3c gives maps of stage 4 already
            places.append(Place(f"inception{name}", module.channels, stage))
        return places

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool2(self.conv2(self.pool1(self.conv1(x))))
        for name in MODULES:
            x = self.get_submodule(f"inception{name}")(x)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits
