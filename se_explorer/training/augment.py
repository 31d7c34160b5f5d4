"""Random crops, mirror images and colour changes for a batch of uint8 pictures.

Every number is drawn from the generator that is handed in, so that an epoch is a function of the seed and its number.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from se_explorer.training.recipe import Augmentation

__all__ = ["augment_batch"]


def _resize(pixels: Tensor, size: int) -> Tensor:
    return functional.interpolate(pixels, (size, size), mode="bilinear", antialias=True, align_corners=False)


def _random(generator: torch.Generator, low: float, high: float) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def _random_box(side: int, recipe: Augmentation, generator: torch.Generator) -> tuple[int, int, int, int]:
    """Top, left, height, width of a crop whose share of the area and aspect ratio are uniform (log-uniform)."""
    area = side * side * _random(generator, *recipe.area)
    aspect = math.exp(_random(generator, math.log(recipe.aspect[0]), math.log(recipe.aspect[1])))
    width = min(side, max(1, round(math.sqrt(area * aspect))))
    height = min(side, max(1, round(math.sqrt(area / aspect))))
    top = int(torch.randint(side - height + 1, (), generator=generator))
    left = int(torch.randint(side - width + 1, (), generator=generator))
    return top, left, height, width


def _change_colours(pixels: Tensor, recipe: Augmentation, generator: torch.Generator) -> Tensor:
    def factor(share: float) -> Tensor:
        return 1 + share * (2 * torch.rand((len(pixels), 1, 1, 1), generator=generator) - 1)

    grey = pixels.mean(dim=1, keepdim=True)
    pixels = grey + (pixels - grey) * factor(recipe.saturation)
    mean = pixels.mean(dim=(1, 2, 3), keepdim=True)
    pixels = (mean + (pixels - mean) * factor(recipe.contrast)) * factor(recipe.brightness)
    return pixels.clamp_(0, 255)


def augment_batch(pixels: Tensor, size: int, recipe: Augmentation, generator: torch.Generator) -> Tensor:
    """uint8 (N, 3, S, S) -> float32 (N, 3, size, size) in 0..255, augmented, not yet normalised."""
    side = pixels.shape[-1]
    crops = []
    for picture in pixels:
        top, left, height, width = _random_box(side, recipe, generator)
        crops.append(_resize(picture[None, :, top : top + height, left : left + width], size))
    batch = torch.cat(crops)
    if recipe.flip:
        mirrored = torch.rand(len(batch), generator=generator) < 0.5
        batch[mirrored] = batch[mirrored].flip(-1)
    return _change_colours(batch.float(), recipe, generator)
