"""Colours of maps, worked out by hand."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from se_explorer.figures import DIVERGING, Theme, colour, colour_map, colour_scale_png, map_png, overlay
from se_explorer.figures.palette import rgb

MAP = np.asarray([[-2, 0], [1, 4]], dtype=np.float32)


def decoded(png: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGB"))


def test_two_by_two() -> None:
    # Limit 2: -2 is the lower end, 0 the middle, 1 half way (60 of 120 steps) up, 4 beyond the upper end.
    expected = [[DIVERGING[8], DIVERGING[128]], [DIVERGING[188], DIVERGING[248]]]
    coloured = colour_map(MAP, 2.0)
    assert coloured.dtype == np.uint8
    np.testing.assert_array_equal(coloured, expected)
    np.testing.assert_array_equal(coloured[0, 0], DIVERGING[0])
    np.testing.assert_array_equal(coloured[1, 1], DIVERGING[255])


@pytest.mark.parametrize("limit", [0.0, 5.0])
def test_zero_maps_and_zero_limits_are_neutral(limit: float) -> None:
    np.testing.assert_array_equal(colour_map(np.zeros((3, 2)), limit), np.broadcast_to(DIVERGING[128], (3, 2, 3)))
    np.testing.assert_array_equal(colour_map(MAP, 0.0), np.broadcast_to(DIVERGING[128], (2, 2, 3)))


def test_a_limit_a_map() -> None:
    both = colour_map(np.stack([MAP, 2 * MAP]), np.asarray([4.0, 8.0])[:, None, None])
    np.testing.assert_array_equal(both[0], both[1])


@pytest.mark.parametrize(("shape", "expected"), [((2, 2), (40, 40)), ((2, 4), (20, 40)), ((4, 2), (40, 20))])
def test_one_map_large(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    values = np.linspace(-1, 1, 8, dtype=np.float32)[: shape[0] * shape[1]].reshape(shape)
    pixels = decoded(map_png(values, 1.0, 40))
    assert pixels.shape == (*expected, 3)
    block = expected[0] // shape[0]
    np.testing.assert_array_equal(pixels[block // 2 :: block, block // 2 :: block], colour_map(values, 1.0))
    np.testing.assert_array_equal(pixels[:block, :block], np.broadcast_to(pixels[0, 0], (block, block, 3)))


def test_overlay_mixes_by_size_of_value() -> None:
    seen = np.full((4, 4, 3), (200, 100, 50), dtype=np.uint8)
    grey = np.asarray(Image.fromarray(seen).convert("L"), dtype=float)[0, 0]
    constant = np.ones((2, 2), dtype=np.float32)
    half = decoded(overlay(seen, constant, 2.0, 1.0))  # |1| / 2: half covered by the colour of half the scale
    np.testing.assert_allclose(half[0, 0], 0.5 * grey + 0.5 * DIVERGING[188], atol=0.51)
    full = decoded(overlay(seen, 2 * constant, 2.0, 1.0))
    np.testing.assert_array_equal(full[3, 3], DIVERGING[248])
    faint = decoded(overlay(seen, 2 * constant, 2.0, 0.25))
    np.testing.assert_allclose(faint[0, 0], 0.75 * grey + 0.25 * DIVERGING[248], atol=0.51)


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_overlay_of_nothing_is_the_grey_picture_at_its_size(limit: float) -> None:
    seen = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    pixels = decoded(overlay(seen, np.zeros((7, 7), dtype=np.float32), limit, 0.8))
    np.testing.assert_array_equal(pixels, np.asarray(Image.fromarray(seen).convert("L").convert("RGB")))


def test_overlay_is_smooth() -> None:
    seen = np.zeros((8, 8, 3), dtype=np.uint8)
    pixels = decoded(overlay(seen, np.asarray([[0, 1]], dtype=np.float32), 1.0, 1.0))
    red = pixels[0, :, 0].astype(int)
    assert len(set(red.tolist())) > 4


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("limit", [0.0, 1.234])
def test_the_scale_bar(limit: float, theme: Theme) -> None:
    pixels = decoded(colour_scale_png(limit, theme, 201))
    assert pixels.shape[1] == 201
    np.testing.assert_array_equal(pixels[0, [0, 100, 200]], DIVERGING[[0, 128, 255]])
    words = pixels[14:]
    written = (words != np.asarray(rgb(colour("background", theme)))).any(axis=(0, 2))
    assert written[90:110].any()
    assert written[:40].any() == written[160:].any() == (limit > 0)
