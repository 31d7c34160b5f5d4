"""Many pairs in one PNG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from se_explorer.figures import DIVERGING, Sprite, Theme, colour, colour_map, pair_sprite
from se_explorer.figures.palette import rgb
from tests.figures.checks import shouting

BEFORE = np.asarray([[[-2, 0], [1, 2]], [[4, 4], [-4, 0]]], dtype=np.float32)
GATES = np.asarray([0.5, 1.0], dtype=np.float32)
AFTER = BEFORE * GATES[:, None, None]
LABEL = 18  # px above the maps
TILE = 40


def pixels(sprite: Sprite) -> np.ndarray:
    picture = Image.open(io.BytesIO(sprite.png))
    assert picture.format == "PNG"
    assert picture.size == (sprite.width, sprite.height)
    return np.asarray(picture.convert("RGB"))


def halves(sprite: Sprite, position: int, tile: int = TILE) -> tuple[np.ndarray, np.ndarray]:
    """Before and after of one cell, in pixels."""
    cell = sprite.cells[position]
    cut = pixels(sprite)[cell.y0 + LABEL : cell.y1, cell.x0 : cell.x1]
    return cut[:, :tile], cut[:, tile + 3 : 2 * tile + 3]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_two_by_two_maps(theme: Theme) -> None:
    sprite = pair_sprite(BEFORE, AFTER, 4.0, ["17", "3"], GATES, 2, TILE, theme)
    before, after = halves(sprite, 0)
    assert before.shape == after.shape == (TILE, TILE, 3)
    # Limit 4: -2 is 60 steps down, 1 is 30 up, 2 is 60 up; after the gate of 0.5 half of that.
    corners = ([0, 0, -1, -1], [0, -1, 0, -1])
    np.testing.assert_array_equal(before[corners], DIVERGING[[68, 128, 158, 188]])
    np.testing.assert_array_equal(after[corners], DIVERGING[[98, 128, 143, 158]])
    np.testing.assert_array_equal(before[: TILE // 2, : TILE // 2], np.full((20, 20, 3), DIVERGING[68]))
    background = rgb(colour("background", theme))
    first = sprite.cells[0]
    gap = pixels(sprite)[LABEL : first.y1, TILE : TILE + 3]
    assert (gap == background).all()


def test_equal_values_have_equal_colours_before_and_after() -> None:
    sprite = pair_sprite(BEFORE, AFTER, np.asarray([2.0, 4.0]), ["17", "3"], GATES, 2, TILE, "light")
    before, after = halves(sprite, 1)  # gate 1: nothing changes
    np.testing.assert_array_equal(before, after)
    before, after = halves(sprite, 0)
    np.testing.assert_array_equal(before[-1, 0], colour_map(np.float32(1), 2.0))
    np.testing.assert_array_equal(after[-1, -1], before[-1, 0])  # 0.5 x 2 looks like the 1 before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_labels_are_written_above_the_maps(theme: Theme) -> None:
    sprite = pair_sprite(BEFORE, AFTER, 4.0, ["17", "3"], GATES, 1, TILE, theme)
    background, text = np.asarray(rgb(colour("background", theme))), np.asarray(rgb(colour("text", theme)))
    for cell in sprite.cells:
        line = pixels(sprite)[cell.y0 : cell.y0 + LABEL, cell.x0 : cell.x1]
        assert (line == text).all(axis=2).any()
        assert (line[0] == background).all()
        assert (line[:, -1] == background).all()


@pytest.mark.parametrize(
    ("count", "columns", "rows", "across"), [(1, 8, 1, 1), (2, 1, 2, 1), (5, 2, 3, 2), (48, 8, 6, 8), (3, 0, 3, 1)]
)
def test_cells_tile_the_picture_in_order(count: int, columns: int, rows: int, across: int) -> None:
    maps = np.ones((count, 3, 3), dtype=np.float32)
    sprite = pair_sprite(maps, maps, 1.0, [str(place) for place in range(count)], np.ones(count), columns, 30, "dark")
    assert pixels(sprite).shape == (sprite.height, sprite.width, 3)
    assert [cell.position for cell in sprite.cells] == list(range(count))
    assert len({cell.y0 for cell in sprite.cells}) == rows
    assert len({cell.x0 for cell in sprite.cells}) == across
    assert max(cell.x1 for cell in sprite.cells) == sprite.width
    assert max(cell.y1 for cell in sprite.cells) == sprite.height
    for cell in sprite.cells:
        assert sprite.at(cell.x0, cell.y0) == sprite.at(cell.x1 - 1, cell.y1 - 1) == cell.position
    assert sprite.at(sprite.width, 0) is None
    assert sprite.at(-1, 0) is None


def test_small_tiles_leave_room_for_their_labels() -> None:
    maps = np.ones((2, 2, 2), dtype=np.float32)
    sprite = pair_sprite(maps, maps, 1.0, ["2047", "1"], [0.5, 0.5], 2, 4, "light")
    assert sprite.cells[0].x1 - sprite.cells[0].x0 > 60


def test_maps_keep_their_shape() -> None:
    maps = np.ones((1, 2, 4), dtype=np.float32)
    before, _ = halves(pair_sprite(maps, maps, 1.0, ["0"], [1.0], 1, TILE, "light"), 0)
    assert before.shape == (TILE // 2, TILE, 3)


@pytest.mark.parametrize("limit", [0.0, np.zeros(2)])
def test_zero_limit_is_neutral(limit: float | np.ndarray) -> None:
    sprite = pair_sprite(0 * BEFORE, 0 * AFTER, limit, ["0", "1"], GATES, 2, TILE, "light")
    before, after = halves(sprite, 1)
    assert (before == DIVERGING[128]).all()
    assert (after == DIVERGING[128]).all()


def test_alternative_text_tells_the_numbers() -> None:
    sprite = pair_sprite(BEFORE, AFTER, 4.0, ["17", "3"], GATES, 2, TILE, "light", say=shouting)
    assert sprite.alt == (
        "MAPS OF 2 CHANNELS BEFORE AND AFTER THEIR GATES, WHICH GO FROM 0.500 TO 1.00; THE LARGEST VALUE IS "
        "4.00 BEFORE AND 4.00 AFTER."
    )


def test_labels_and_gates_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        pair_sprite(BEFORE, AFTER, 4.0, ["17"], GATES, 2, TILE, "light")
