"""Augmentation: a function of the generator, within bounds, and nothing at all where nothing is asked for."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from se_explorer.training.augment import augment_batch, mix_batch
from se_explorer.training.sections import Augmentation

PLAIN: dict[str, Any] = {"area": (1.0, 1.0), "aspect": (1.0, 1.0), "flip": False}
STRONG = Augmentation(area=(0.1, 1.0), brightness=0.9, contrast=0.9, saturation=0.9)


def seeded(seed: int = 0) -> torch.Generator:
    """A generator."""
    return torch.Generator().manual_seed(seed)


def noise(count: int = 6, side: int = 32) -> Tensor:
    """Pictures with every value from 0 to 255."""
    return torch.randint(0, 256, (count, 3, side, side), generator=seeded(9), dtype=torch.uint8)


def ramp(count: int, side: int = 32) -> Tensor:
    """Pictures whose value is their column times 8."""
    return (torch.arange(side, dtype=torch.uint8) * 8).expand(count, 3, side, side).contiguous()


def test_the_generator_decides_alone() -> None:
    torch.manual_seed(1)
    first = augment_batch(noise(), 16, STRONG, seeded(3))
    torch.manual_seed(2)
    before = torch.get_rng_state()
    assert torch.equal(first, augment_batch(noise(), 16, STRONG, seeded(3)))
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.equal(first, augment_batch(noise(), 16, STRONG, seeded(4)))


def test_a_generator_goes_on_and_does_not_repeat_itself() -> None:
    generator = seeded(3)
    first, second = (augment_batch(noise(), 16, STRONG, generator) for _ in range(2))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("size", [16, 32, 48])
@pytest.mark.parametrize("recipe", [Augmentation(), STRONG, Augmentation(**PLAIN)], ids=["default", "strong", "plain"])
def test_shape_type_and_range(size: int, recipe: Augmentation) -> None:
    given = noise()
    kept = given.clone()
    batch = augment_batch(given, size, recipe, seeded())
    assert batch.shape == (6, 3, size, size)
    assert batch.dtype == torch.float32
    assert 0 <= batch.min() < batch.max() <= 255
    assert torch.equal(given, kept)


@pytest.mark.parametrize("size", [16, 32, 40])
def test_no_augmentation_is_the_resized_picture(size: int) -> None:
    pixels = noise()
    batch = augment_batch(pixels, size, Augmentation(**PLAIN), seeded())
    resized = functional.interpolate(pixels.float(), (size, size), mode="bilinear", antialias=True)
    assert (batch - resized).abs().max() < 1.01  # rounded to whole values on the way
    if size == 32:
        torch.testing.assert_close(batch, pixels.float(), atol=1e-3, rtol=0)


def test_a_quarter_of_the_area_is_half_a_side_anywhere() -> None:
    recipe = Augmentation(area=(0.25, 0.25), aspect=(1.0, 1.0), flip=False)
    batch = augment_batch(ramp(40), 16, recipe, seeded())
    lefts = batch[:, 0, 0, 0] / 8
    torch.testing.assert_close(lefts, lefts.round(), atol=1e-3, rtol=0)
    torch.testing.assert_close(batch.diff(dim=-1), torch.full((40, 3, 16, 15), 8.0), atol=1e-3, rtol=0)
    assert lefts.min() < 3
    assert lefts.max() > 13
    assert len(lefts.round().unique()) > 8


def test_areas_and_aspects_stay_in_their_ranges() -> None:
    recipe = Augmentation(area=(0.25, 0.5), aspect=(0.5, 2.0), flip=False)
    wide = augment_batch(ramp(60), 32, recipe, seeded())[:, 0, 16]
    tall = augment_batch(ramp(60).transpose(2, 3).contiguous(), 32, recipe, seeded())[:, 0, :, 16]
    # The slope in the middle of a stretched crop tells how many of the 32 columns or rows it holds.
    widths, heights = ((values[:, 24] - values[:, 8]) / 16 / 8 * 32 for values in (wide, tall))
    assert bool((widths * heights).div(1024).gt(0.25 * 0.85).all())
    assert bool((widths * heights).div(1024).lt(0.5 * 1.15).all())
    assert (widths / heights).min() < 0.7
    assert (widths / heights).max() > 1.4


def test_about_half_are_mirrored() -> None:
    batch = augment_batch(ramp(64), 32, Augmentation(**{**PLAIN, "flip": True}), seeded())
    mirrored = batch[:, 0, 0, 0] > 100
    assert 20 < int(mirrored.sum()) < 44
    expected = torch.where(mirrored[:, None, None, None], ramp(64).flip(-1), ramp(64)).float()
    torch.testing.assert_close(batch, expected, atol=1e-3, rtol=0)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_brightness_is_one_factor_a_picture(share: float) -> None:
    pixels = torch.full((50, 3, 16, 16), 100, dtype=torch.uint8)
    batch = augment_batch(pixels, 16, Augmentation(**PLAIN, brightness=share), seeded())
    factors = batch.mean((1, 2, 3)) / 100
    torch.testing.assert_close(batch, (factors * 100)[:, None, None, None].expand_as(batch), atol=1e-3, rtol=0)
    assert 1 - share <= factors.min() < 1 - 0.7 * share
    assert 1 + 0.7 * share < factors.max() <= 1 + share


def test_contrast_keeps_the_mean_and_saturation_the_grey() -> None:
    pixels = torch.randint(100, 150, (8, 3, 16, 16), generator=seeded(), dtype=torch.uint8)
    contrast = augment_batch(pixels, 16, Augmentation(**PLAIN, contrast=0.5), seeded())
    saturation = augment_batch(pixels, 16, Augmentation(**PLAIN, saturation=0.5), seeded())
    given = pixels.float()
    torch.testing.assert_close(contrast.mean((1, 2, 3)), given.mean((1, 2, 3)))
    torch.testing.assert_close(saturation.mean(1), given.mean(1))
    for changed in (contrast, saturation):
        assert (changed - given).abs().amax((1, 2, 3)).min() > 0.1


def test_cutmix_takes_a_part_of_each_picture_from_another_and_shares_the_target() -> None:
    pixels = torch.arange(4.0).view(4, 1, 1, 1).expand(4, 3, 32, 32).contiguous()
    targets = torch.tensor([0, 1, 2, 1])
    mixed, wanted = mix_batch(pixels, targets, 3, 1.0, torch.Generator().manual_seed(4))
    again = mix_batch(pixels, targets, 3, 1.0, torch.Generator().manual_seed(4))
    assert torch.equal(mixed, again[0])
    assert torch.equal(wanted, again[1])
    assert wanted.shape == (4, 3)
    assert torch.allclose(wanted.sum(1), torch.ones(4))
    kept = (mixed == pixels)[:, 0].float().mean((1, 2))
    assert ((kept > 0) & (kept < 1)).all()
    one_class = wanted[torch.arange(4), targets]
    assert torch.allclose(one_class[0], kept[0], atol=1e-6), "the target's share is that of the pixels that stayed"


def test_without_cutmix_nothing_is_drawn_and_nothing_changed() -> None:
    generator = torch.Generator().manual_seed(4)
    before = generator.get_state()
    pixels, targets = torch.rand(2, 3, 8, 8), torch.tensor([0, 1])
    mixed, wanted = mix_batch(pixels, targets, 2, 0.0, generator)
    assert mixed is pixels
    assert wanted is targets
    assert torch.equal(generator.get_state(), before)


def test_cutmix_leaves_torchs_own_random_state_alone() -> None:
    pixels = torch.rand(2, 3, 8, 8)
    before = torch.get_rng_state()
    mix_batch(pixels, torch.tensor([0, 1]), 2, 1.0, torch.Generator())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "recipe",
    [
        STRONG,
        Augmentation(crop="shifted", shift=0.2, brightness=0.2),
        Augmentation(crop="shifted", shift=0.2, fill="edge"),
        Augmentation(crop="none", contrast=0.3),
    ],
    ids=["resized", "shifted", "edge", "none"],
)
def test_a_process_of_several_has_its_rows_of_what_one_would_see(recipe: Augmentation) -> None:
    whole, drawn = seeded(3), seeded(3)
    expected = augment_batch(noise(), 16, recipe, whole)
    assert torch.equal(augment_batch(noise(), 16, recipe, drawn, slice(2, 5)), expected[2:5])
    assert torch.equal(whole.get_state(), drawn.get_state())
