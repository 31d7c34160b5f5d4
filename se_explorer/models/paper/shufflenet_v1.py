"""ShuffleNet v1 (Zhang et al. 2018), which neither library has: 1x with 3 groups, the ShuffleNet of Table 3."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from se_explorer.blocks.places import Place

__all__ = ["ShuffleNetV1", "ShuffleUnit", "shuffled"]

STAGES = ((4, 240), (8, 480), (4, 960))  # units and channels of 1x with 3 groups


def shuffled(x: Tensor, groups: int) -> Tensor:
    """Channels (g, C / g) read as (C / g, g), so that the next groups see all of these ones."""
    return torch.unflatten(x, 1, (groups, -1)).transpose(1, 2).flatten(1, 2)


class ShuffleUnit(nn.Module):
    """Its Figure 2: grouped 1x1, shuffle, depthwise 3x3, grouped 1x1, with a quarter of the channels between.

    With stride 1 the input is added; with stride 2 its average pool is joined on, and the branch gives what is
    lacking.

    Shape:
        (N, in_channels, H, W) -> (N, channels, H / stride, W / stride).
    """

    def __init__(self, in_channels: int, channels: int, stride: int, groups: int, first_groups: int) -> None:
        super().__init__()
        middle = channels // 4
        outputs = channels - in_channels if stride == 2 else channels
        self.groups = groups
        self.stride = stride
        self.conv1 = nn.Conv2d(in_channels, middle, 1, groups=first_groups, bias=False)
        self.bn1 = nn.BatchNorm2d(middle)
        self.conv2 = nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False)
        self.bn2 = nn.BatchNorm2d(middle)
        self.conv3 = nn.Conv2d(middle, outputs, 1, groups=groups, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.pool = nn.AvgPool2d(3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        out = shuffled(torch.relu(self.bn1(self.conv1(x))), self.groups)
        out = self.bn3(self.conv3(self.bn2(self.conv2(out))))
        return torch.relu(torch.cat((self.pool(x), out), 1) if self.stride == 2 else out + x)


class ShuffleNetV1(nn.Module):
    """ShuffleNet 1x with 3 groups; the first 1x1 convolution has no groups, as its input has few channels.

    Shape:
        (N, 3, H, W) -> (N, num_classes) logits.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        groups, channels = 3, 24
        self.conv1 = nn.Conv2d(3, channels, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for number, (depth, width) in enumerate(STAGES, start=2):
            units = []
            for index in range(depth):
                first = 1 if number == 2 and index == 0 else groups
                units.append(ShuffleUnit(channels, width, 1 if index else 2, groups, first))
                channels = width
            self.add_module(f"stage{number}", nn.Sequential(*units))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def se_places(self) -> list[Place]:
        """On each branch, before it is added or joined (Figure 3); what ShuffleNet calls stage 2 is at 1/8: stage 3."""
        places = []
        for number, (depth, _) in enumerate(STAGES, start=2):
            for index in range(depth):
                path = f"stage{number}.{index}"
                conv = self.get_submodule(f"{path}.conv3")
                assert isinstance(conv, nn.Conv2d)
                places.append(Place(f"{path}.bn3", conv.out_channels, number + 1))
        return places

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for number in range(2, 2 + len(STAGES)):
            x = self.get_submodule(f"stage{number}")(x)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits
