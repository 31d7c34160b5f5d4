"""Pictures decoded for training: their squares, their order, and the name of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from se_explorer.errors import DataError, ImageError
from se_explorer.training.data import load_pictures
from tests.training.tiny import SIDE, coloured, on_disk


def test_pictures_of_the_stored_size_arrive_as_they_are(tmp_path: Path) -> None:
    pictures = load_pictures(on_disk(tmp_path, 6, 1) / "train", SIDE)
    pixels, targets = coloured(6, 1)
    order = np.argsort(targets, kind="stable")
    assert pictures.classes == ("blue", "red")
    assert pictures.targets.tolist() == [0, 0, 0, 1, 1, 1]
    assert (pictures.pixels.shape, pictures.pixels.dtype) == ((6, 3, SIDE, SIDE), torch.uint8)
    assert np.array_equal(pictures.pixels.permute(0, 2, 3, 1).numpy(), pixels[order])
    assert pictures.pixels.is_contiguous(memory_format=torch.channels_last)
    assert len(pictures) == 6


@pytest.mark.parametrize("size", [(96, 32), (32, 96), (192, 64), (48, 16)], ids=str)
def test_the_middle_square_of_any_shape(size: tuple[int, int], tmp_path: Path) -> None:
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    third = max(size) // 3
    middle = pixels[:, third : 2 * third] if width > height else pixels[third : 2 * third]
    middle[...] = (0, 200, 0)
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "0.png")
    pictures = load_pictures(tmp_path, SIDE)
    seen = pictures.pixels[0, :, 2:-2, 2:-2]
    assert bool((seen[1] == 200).all())
    assert not seen[[0, 2]].any()


def test_grey_and_transparent_pictures(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("L", (40, 40), 77).save(tmp_path / "a" / "grey.png")
    Image.new("RGBA", (40, 40), (1, 2, 3, 255)).save(tmp_path / "a" / "rgba.png")
    pictures = load_pictures(tmp_path, SIDE)
    assert pictures.pixels[:, :, 16, 16].tolist() == [[77, 77, 77], [1, 2, 3]]


@pytest.mark.parametrize("fault", ["no-picture", "cut-off", "empty"])
def test_a_picture_that_cannot_be_read_is_named(fault: str, tmp_path: Path) -> None:
    path = on_disk(tmp_path, 4, 1) / "train" / "red" / "01.png"
    whole = path.read_bytes()
    path.write_bytes({"no-picture": b"text", "cut-off": whole[: len(whole) // 2], "empty": b""}[fault])
    with pytest.raises(ImageError) as caught:
        load_pictures(tmp_path / "train", SIDE)
    assert str(path) in str(caught.value)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        load_pictures(tmp_path / "missing", SIDE)
