"""The small network of the notes' simulation on CIFAR-10 (roshaan7zafar/SENet_Keras), layer by layer.

Four unpadded 3x3 convolutions (32, 32, 64, 64), each followed by a batch norm and swish, one max pool, global average
pooling, dense 256, dense 128, and ten logits. Two things are not written down where the notes are kept, and follow
from the published count, 118,698:

- the two hidden dense layers have a batch norm each. Without them there would be 1,536 parameters fewer, four for each
  of their 384 units. They are activated like the convolutions, behind the batch norm.
- it counts as Keras does, the moving statistics of the batch norms included: 117,546 of them are trained.

Where the max pool stands changes no count. It follows the second convolution here, as in Keras's own CIFAR example.
SE with biases behind the swish of convolutions 1 and 3 adds 10,432 with r = 1, as published: 129,130.
"""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction

import torch
from torch import Tensor, nn

from se_explorer.blocks.places import Place

__all__ = ["NotesCNN", "keras_parameters", "notes_cnn"]

PLANES = 32
DENSE = (256, 128)


class NotesCNN(nn.Module):
    """The plain network; SE goes to ``se_places``.

    Args:
        planes: channels of the first two convolutions; the last two have twice as many.
        num_classes: outputs.

    Shape:
        (N, 3, H, W) -> (N, num_classes) logits; H and W of at least 14.
    """

    def __init__(self, planes: int = PLANES, num_classes: int = 10) -> None:
        super().__init__()
        self.planes = planes
        channels = 3
        for number, width in enumerate((planes, planes, 2 * planes, 2 * planes), start=1):
            self.add_module(f"conv{number}", nn.Conv2d(channels, width, 3))
            self.add_module(f"norm{number}", nn.BatchNorm2d(width))
            self.add_module(f"act{number}", nn.SiLU())
            channels = width
        self.pool = nn.MaxPool2d(2)
        layers: list[tuple[str, nn.Module]] = []
        for number, units in enumerate(DENSE, start=1):
            layers += [
                (f"dense{number}", nn.Linear(channels, units)),
                (f"norm{number}", nn.BatchNorm1d(units)),
                (f"act{number}", nn.SiLU()),
            ]
            channels = units
        self.hidden = nn.Sequential(OrderedDict(layers))
        self.fc = nn.Linear(channels, num_classes)
        self._initialise()

    def _initialise(self) -> None:
        """As Keras does: Glorot's uniform distribution, biases at 0."""
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(module.weight)
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        for number in range(1, 5):
            x = self.get_submodule(f"conv{number}")(x)
            x = self.get_submodule(f"act{number}")(self.get_submodule(f"norm{number}")(x))
            if number == 2:
                x = self.pool(x)
        logits: Tensor = self.fc(self.hidden(torch.mean(x, dim=(2, 3))))
        return logits

    def se_places(self) -> list[Place]:
        """Behind the swish of convolutions 1 and 3."""
        return [Place("act1", self.planes, 1), Place("act3", 2 * self.planes, 2)]


def notes_cnn(width: Fraction = Fraction(1), num_classes: int = 10) -> NotesCNN:
    """The network at a width: 1 is the notes' own, 17/16 has as many parameters as the notes' with SE and r = 1.

    By Keras's count n channels in the first layers give 63 n^2 + 569 n + 35,978 parameters: 118,698 at 32, 128,152 at
    34 and 133,068 at 35; 34 comes nearest to the 129,130 with SE.
    """
    planes = PLANES * width
    if planes.denominator != 1 or planes < 1:
        raise ValueError(f"width must make {PLANES} * width a whole number of channels, got {width}")
    return NotesCNN(int(planes), num_classes)


def keras_parameters(network: nn.Module) -> int:
    """Parameters as Keras counts them: those that are trained, and the moving statistics of batch norms."""
    statistics = sum(
        value.numel()
        for module in network.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
        for value in (module.running_mean, module.running_var)
        if value is not None
    )
    return statistics + sum(parameter.numel() for parameter in network.parameters())
