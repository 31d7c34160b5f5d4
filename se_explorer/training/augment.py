"""Random crops, mirror images and colour changes for a batch of uint8 pictures.

Every number is drawn on the CPU from the generator that is handed in, so that an epoch is a function of the seed and
its number, on whatever device the pictures are.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2 import CutMix

from se_explorer.training.sections import Augmentation

__all__ = ["augment_batch", "mix_batch"]

ALL = slice(None)


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


def _change_colours(
    pixels: Tensor, recipe: Augmentation, generator: torch.Generator, count: int, rows: slice
) -> Tensor:
    if not (recipe.brightness or recipe.contrast or recipe.saturation or recipe.crop == "resized"):
        return pixels  # nothing is drawn; where crops are resized older recipes count on the numbers that were

    def factor(share: float) -> Tensor:
        drawn = torch.rand((count, 1, 1, 1), generator=generator)[rows]
        return 1 + share * (2 * drawn.to(pixels.device) - 1)

    grey = pixels.mean(dim=1, keepdim=True)
    pixels = grey + (pixels - grey) * factor(recipe.saturation)
    mean = pixels.mean(dim=(1, 2, 3), keepdim=True)
    pixels = (mean + (pixels - mean) * factor(recipe.contrast)) * factor(recipe.brightness)
    return pixels.clamp_(0, 255)


def mix_batch(
    pixels: Tensor, targets: Tensor, classes: int, share: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """CutMix in a ``share`` of the calls: pixels mixed and targets as shares (N, classes), or both as they were.

    torchvision draws from torch's own random state, which is therefore seeded from the generator for the time being.
    Without CutMix nothing is drawn, so that recipes without it keep their random numbers.
    """
    if not share or torch.rand((), generator=generator).item() >= share:
        return pixels, targets
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        mixed: tuple[Tensor, Tensor] = CutMix(num_classes=classes)(pixels, targets)
    return mixed


def _resized_crops(pixels: Tensor, size: int, recipe: Augmentation, generator: torch.Generator, rows: slice) -> Tensor:
    boxes = [_random_box(pixels.shape[-1], recipe, generator) for _picture in pixels]
    crops = []
    for picture, (top, left, height, width) in zip(pixels[rows], boxes[rows], strict=True):
        crops.append(_resize(picture[None, :, top : top + height, left : left + width], size))
    return torch.cat(crops)


def _shifted(pixels: Tensor, recipe: Augmentation, generator: torch.Generator, rows_kept: slice) -> Tensor:
    """Each picture moved by whole pixels, its own number in each direction."""
    count, _channels, side, _width = pixels.shape
    most = round(recipe.shift * side)
    offsets = torch.randint(2 * most + 1, (2, count, 1), generator=generator)[:, rows_kept].to(pixels.device)
    pixels = pixels[rows_kept]
    rows, columns = (torch.arange(side, device=pixels.device) + offset for offset in offsets)  # in the padded picture
    if recipe.fill == "edge":
        rows, columns = ((places - most).clamp(0, side - 1) for places in (rows, columns))
    else:
        pixels = functional.pad(pixels, (most, most, most, most))
    pictures = torch.arange(len(pixels), device=pixels.device)[:, None, None]
    moved = pixels.permute(0, 2, 3, 1)[pictures, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def _cut(pixels: Tensor, size: int, recipe: Augmentation, generator: torch.Generator, rows: slice) -> Tensor:
    if recipe.crop == "resized":
        return _resized_crops(pixels, size, recipe, generator, rows)
    moved = _shifted(pixels, recipe, generator, rows) if recipe.crop == "shifted" else pixels[rows].clone()
    return moved if moved.shape[-1] == size else _resize(moved, size)


def augment_batch(
    pixels: Tensor, size: int, recipe: Augmentation, generator: torch.Generator, rows: slice = ALL
) -> Tensor:
    """uint8 (N, 3, S, S) -> float32 (N, 3, size, size) in 0..255, augmented, not yet normalised.

    With ``rows`` only those are worked out, with the numbers that they have in the whole batch.
    """
    count = len(pixels)
    batch = _cut(pixels, size, recipe, generator, rows)
    if recipe.flip:
        mirrored = (torch.rand(count, generator=generator) < 0.5)[rows].to(batch.device)
        batch[mirrored] = batch[mirrored].flip(-1)
    return _change_colours(batch.float(), recipe, generator, count, rows)
