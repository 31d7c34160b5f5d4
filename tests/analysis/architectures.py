"""Networks whose architecture is looked at: of the libraries, built without weights, and toys worked out by hand."""

from __future__ import annotations

import functools
from typing import Literal

import torch
from torch import Tensor, nn

from se_explorer.analysis.complexity import Architecture, architecture_of
from se_explorer.analysis.outline import architecture_without_weights
from se_explorer.analysis.stages import StageTable
from se_explorer.analysis.stages_text import step_text
from se_explorer.blocks import SEBlock
from tests.networks import make_network

Position = Literal["standard", "pre", "post", "identity", "plain", "concat", "inside"]


@functools.cache
def known(name: str) -> Architecture:
    """A network of the catalog."""
    return architecture_without_weights(name)


def of(module: nn.Module, size: int = 16) -> Architecture:
    """A module's."""
    return architecture_of(make_network(module, size))


def written(table: StageTable) -> list[tuple[int, int, list[tuple[int, str]]]]:
    """Stages as (number, side, [(count, layers joined by a bar)])."""
    return [
        (stage.number, stage.height, [(row.count, " | ".join(map(step_text, row.steps))) for row in stage.rows])
        for stage in table.stages
    ]


class Unit(nn.Module):
    """3x3, 3x3 of 8 channels with an SE block, r = 2, at one of the places of Table 14 and Figures 2 and 3."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.se = SEBlock(16 if position == "concat" else 8, 2)
        self.position = position

    def forward(self, x: Tensor) -> Tensor:
        match self.position:
            case "standard":
                return x + self.se(self.conv2(torch.relu(self.conv1(x))))
            case "pre":
                return x + self.conv2(self.conv1(self.se(x)))
            case "post":
                return self.se(torch.relu(x + self.conv2(self.conv1(x))))
            case "identity":
                return self.conv2(self.conv1(x)) + self.se(x)
            case "inside":
                return x + self.conv2(self.se(self.conv1(x)))
            case "concat":
                return self.se(torch.cat([self.conv1(x), self.conv2(x)], 1))[:, :8]
        return self.se(self.conv2(self.conv1(x)))


class TwoUnits(nn.Module):
    """A stem at half the size, two units, and a head of 4 classes."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.units = nn.Sequential(Unit(position), Unit(position))
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.units(self.stem(x)).mean((2, 3)))
