"""Networks small enough to work out by hand, and pictures to send through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from se_explorer import EditPlan, Engine, SEBlock, Trace
from se_explorer.images import LabelledFolder, Preprocessing, open_folder
from se_explorer.models import Network

Colour = tuple[int, int, int]
SIDE = 16


class Colours(nn.Module):
    """Its logits are half of the mean red, green and blue, in 0..1: every gate is a half, whatever was squeezed."""

    def __init__(self) -> None:
        super().__init__()
        self.se = SEBlock(3, 1)
        nn.init.zeros_(self.se.fc2.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.se(x).mean((2, 3))


class ColourGates(Colours):
    """``Colours`` whose gates are the sigmoids of the mean red, green and blue, in 0..1."""

    def __init__(self) -> None:
        super().__init__()
        for layer in (self.se.fc1, self.se.fc2):
            nn.init.eye_(layer.weight)


class Toy(nn.Module):
    """A convolution, an SE module, the mean over places, and a layer of classes, all of them random."""

    def __init__(self, gate: nn.Module, channels: int, classes: int, channels_last: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, 2, 1)
        self.se = gate
        self.fc = nn.Linear(channels, classes)
        self.channels_last = channels_last

    def forward(self, x: Tensor) -> Tensor:
        u = self.stem(x).abs()
        scaled = self.se(u.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if self.channels_last else self.se(u)
        return self.fc(scaled.mean((2, 3)))


def _stir(module: nn.Module) -> None:
    """Large weights and batch norms that do something, so that a mistake anywhere shows itself."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values, low, high in (
                (part.running_mean, -1, 1),
                (part.running_var, 0.5, 2),
                (part.weight, 0.5, 2),
                (part.bias, -1, 1),
            ):
                assert values is not None
                nn.init.uniform_(values, low, high)
        elif isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.normal_(part.weight, std=3 * part.weight[0].numel() ** -0.5)


def _engine(module: nn.Module, labels: Sequence[str], ids: Sequence[str]) -> Engine:
    preprocessing = Preprocessing(SIDE, 1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    network = Network(
        "toy", "Toy", module.eval().requires_grad_(False), preprocessing, tuple(labels), tuple(ids), "random:0"
    )
    return Engine(network, "cpu")


def colour_engine() -> Engine:
    """``Colours``; its classes are red, green and blue, known to the data set as r, g and b."""
    return _engine(Colours(), ("red", "green", "blue"), ("r", "g", "b"))


def colour_gate_engine() -> Engine:
    """``ColourGates``, with the classes of ``colour_engine``."""
    return _engine(ColourGates(), ("red", "green", "blue"), ("r", "g", "b"))


def toy_engine(gate: Callable[[], nn.Module], classes: int = 3, seed: int = 0, channels_last: bool = False) -> Engine:
    """A ``Toy`` around an SE module of 8 channels; its classes are c0, c1 and so on."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = Toy(gate(), 8, classes, channels_last)
        _stir(module)
    labels = [f"c{number}" for number in range(classes)]
    return _engine(module, labels, labels)


def paint(path: Path, colour: Colour) -> None:
    """Save a picture of one colour, without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (SIDE, SIDE), colour).save(path)


def scatter(path: Path, seed: int) -> None:
    """Save a picture of random pixels, brighter or darker by the seed, without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (20, 24, 3)) * random.uniform(0.1, 1, 3)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def painted_folder(root: Path, colours: Mapping[str, Sequence[Colour]]) -> LabelledFolder:
    """A folder of one-coloured pictures, by class."""
    for name, chosen in colours.items():
        for number, colour in enumerate(chosen):
            paint(root / name / f"{number}.png", colour)
    return open_folder(root)


def trace_of(logits: Sequence[float], labels: Sequence[str] = (), model: str = "toy") -> Trace:
    """A trace that says no more than these logits."""
    values = np.asarray(logits, np.float32)
    odds = np.exp(values.astype(np.float64) - values.max())
    names = tuple(labels) or tuple(f"c{number}" for number in range(len(values)))
    return Trace(model, "random:0", "cpu", EditPlan(), names, values, (odds / odds.sum()).astype(np.float32), ())
