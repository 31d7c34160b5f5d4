"""A server may allow less than what can be decoded."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from se_explorer.errors import ImageError
from se_explorer.images import decode_picture


def test_bytes_and_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1500, 1000)).save(file, "PNG")
    noise = file.getvalue() + os.urandom(2 * 2**20)
    monkeypatch.setenv("SE_EXPLORER_PICTURE_MIB", "2")
    monkeypatch.setenv("SE_EXPLORER_PICTURE_MEGAPIXELS", "1")
    with pytest.raises(ImageError, match="a file of at most 2 MB"):
        decode_picture(noise)
    with pytest.raises(ImageError, match="a picture of at most 1 million pixels"):
        decode_picture(file.getvalue())
    monkeypatch.delenv("SE_EXPLORER_PICTURE_MEGAPIXELS")
    assert decode_picture(file.getvalue()).width == 1500
