"""RGB pixels -> the tensor that a network sees, and back to the crop that it saw.

The steps are those of torchvision's evaluation presets: resize the shorter side, cut the centre square, scale to
0..1, take out a mean and a standard deviation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

__all__ = ["IMAGENET_MEAN", "IMAGENET_STD", "Preprocessing"]

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Preprocessing:
    """How a network wants its pictures.

    Attributes:
        size: side of the input in pixels.
        crop: share of the resized picture's shorter side that the centre square keeps.
        mean, std: per channel, on the scale 0..1.
        interpolation: of the resize, always with antialiasing.
    """

    size: int
    crop: float = 0.875
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"

    @property
    def resized(self) -> int:
        """The shorter side, in pixels, before the centre square is cut."""
        return max(self.size, math.floor(self.size / self.crop))

    def see(self, pixels: Tensor) -> Tensor:
        """uint8 (..., 3, H, W) -> uint8 (..., 3, size, size): the crop that the network sees, before normalising."""
        mode = InterpolationMode(self.interpolation)
        resized = functional.resize(pixels, [self.resized], interpolation=mode, antialias=True)
        seen: Tensor = functional.center_crop(resized, [self.size, self.size])
        return seen

    def normalise(self, seen: Tensor) -> Tensor:
        """Pixels (N, 3, H, W) in 0..255 -> float32 of the same shape, channels last in memory."""
        mean = torch.tensor(self.mean, device=seen.device).view(1, 3, 1, 1) * 255
        std = torch.tensor(self.std, device=seen.device).view(1, 3, 1, 1) * 255
        return ((seen.float() - mean) / std).contiguous(memory_format=torch.channels_last)

    def __call__(self, pixels: Tensor) -> Tensor:
        """uint8 (N, 3, H, W) -> float32 (N, 3, size, size)."""
        return self.normalise(self.see(pixels))
