"""Pixels -> model input, held against torchvision's own evaluation preset."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms._presets import ImageClassification

from se_explorer.images import Preprocessing
from se_explorer.images.preprocess import IMAGENET_MEAN, IMAGENET_STD

SIZES = [(224, 224), (256, 256), (333, 257), (41, 301), (300, 37), (17, 16), (1024, 1025), (20, 400)]

Interpolation = Literal["bilinear", "bicubic"]
INTERPOLATIONS: list[Interpolation] = ["bilinear", "bicubic"]

# One of the 255 steps between black and white, as the network sees it: the least spread makes it the largest.
STEP = 1 / 255 / min(IMAGENET_STD)


def pixels(height: int, width: int, count: int = 1) -> torch.Tensor:
    return torch.randint(0, 256, (count, 3, height, width), generator=torch.Generator().manual_seed(height)).byte()


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_agrees_with_torchvisions_steps(height: int, width: int, interpolation: Interpolation) -> None:
    theirs = v2.Compose(
        [
            v2.Resize(73, InterpolationMode(interpolation), antialias=True),
            v2.CenterCrop(64),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(IMAGENET_MEAN, IMAGENET_STD),
        ]
    )
    picture = pixels(height, width, 2)
    ours = Preprocessing(64, interpolation=interpolation)(picture)
    torch.testing.assert_close(ours, theirs(picture), rtol=0, atol=2e-6)


# Enlarging by bicubic, the preset strays from Pillow by some 18 steps; ours follows Pillow, as the next test holds.
@pytest.mark.parametrize(
    ("height", "width", "interpolation"),
    [(*size, mode) for size in SIZES for mode in INTERPOLATIONS if mode == "bilinear" or min(size) >= 73],
)
def test_agrees_with_torchvisions_preset(height: int, width: int, interpolation: Interpolation) -> None:
    # The preset resizes in floats and ours in whole numbers, so a value may round the other way.
    theirs = ImageClassification(crop_size=64, resize_size=73, interpolation=InterpolationMode(interpolation))
    picture = pixels(height, width, 2)
    ours = Preprocessing(64, interpolation=interpolation)(picture)
    torch.testing.assert_close(ours, theirs(picture), rtol=0, atol=STEP + 2e-6)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("side", [20, 64, 73, 300])
def test_agrees_with_pillow(side: int, interpolation: Interpolation) -> None:
    picture = pixels(side, side)
    image = Image.fromarray(picture[0].permute(1, 2, 0).numpy())
    resized = image.resize((73, 73), Image.Resampling[interpolation.upper()])
    # Of the 9 pixels too many, 4 are cut off before and 5 after.
    cut = np.asarray(resized.crop((4, 4, 68, 68))).astype(int)
    seen = Preprocessing(64, interpolation=interpolation).see(picture)[0].permute(1, 2, 0).numpy()
    assert np.abs(seen - cut).max() <= 2


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_shape_type_and_memory_layout(height: int, width: int) -> None:
    prepared = Preprocessing(48)(pixels(height, width, 3))
    assert prepared.shape == (3, 3, 48, 48)
    assert prepared.dtype == torch.float32
    assert prepared.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("size", "crop", "resized"), [(224, 0.875, 256), (224, 1.0, 224), (299, 0.95, 314), (64, 0.875, 73), (32, 2.0, 32)]
)
def test_shorter_side_before_the_cut(size: int, crop: float, resized: int) -> None:
    assert Preprocessing(size, crop).resized == resized


def test_right_size_is_seen_as_it_is() -> None:
    picture = pixels(224, 224)
    preprocessing = Preprocessing(224, crop=1.0)
    seen = preprocessing.see(picture)
    assert torch.equal(seen, picture)
    assert torch.equal(preprocessing.see(seen), seen)


@pytest.mark.parametrize("axis", [2, 3])
def test_cut_keeps_the_middle_of_tall_and_wide_pictures(axis: int) -> None:
    # Three squares in a row, black, grey and white: only the grey one is seen.
    parts = [torch.full((1, 3, 64, 64), value, dtype=torch.uint8) for value in (0, 128, 255)]
    seen = Preprocessing(64, crop=1.0).see(torch.cat(parts, dim=axis))
    assert seen.dtype == torch.uint8
    assert torch.equal(seen, parts[1])


def test_seen_accepts_a_picture_without_a_batch() -> None:
    picture = pixels(50, 70)
    preprocessing = Preprocessing(32)
    assert torch.equal(preprocessing.see(picture[0]), preprocessing.see(picture)[0])


def test_normalising_by_hand() -> None:
    seen = torch.tensor([0, 128, 255], dtype=torch.uint8).view(1, 3, 1, 1)
    expected = [
        (value / 255 - mean) / std for value, mean, std in zip((0, 128, 255), IMAGENET_MEAN, IMAGENET_STD, strict=True)
    ]
    assert Preprocessing(1).normalise(seen).flatten().tolist() == pytest.approx(expected, abs=1e-6)


def test_normalising_leaves_its_input() -> None:
    picture = pixels(32, 32)
    before = picture.clone()
    Preprocessing(32)(picture)
    assert torch.equal(picture, before)


def test_floor_of_the_resized_side_is_torchvisions() -> None:
    for size in range(32, 400):
        assert Preprocessing(size).resized == max(size, math.floor(size / 0.875))
