"""A stranger's bytes -> a Picture, or an ImageError that says why not.

The order is the safety: count the bytes, read the header, check the size, and only then decode. Each format is opened
by its own class of Pillow's and never by ``Image.open``, which guesses among formats and warns on the way.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from se_explorer.errors import ImageError
from se_explorer.files import system_says
from se_explorer.images.colour import to_rgb
from se_explorer.images.headers import FORMATS, Header, read_header
from se_explorer.images.limits import MAX_ASPECT, MAX_BYTES, MAX_PIXELS, MIN_SIDE, check_bytes, check_size
from se_explorer.images.naming import clean_name, frame_notes, name_notes
from se_explorer.images.picture import Picture, digest_of
from se_explorer.images.quiet import PILLOW_QUIET
from se_explorer.language import later

__all__ = [
    "FORMATS",
    "MAX_ASPECT",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SHORT_SIDE",
    "MIN_SIDE",
    "Picture",
    "decode_picture",
    "load_picture",
]

# Networks see some 224 to 512 pixels. Keeping more than twice that only makes every page that shows the picture carry
# it, so a picture whose shorter side is longer is made smaller once, here.
MAX_SHORT_SIDE = 1024

# JPEG's class also reads the first picture of an MPO, a JPEG file with more pictures behind it (stereo, previews).
_OPENERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}

# Pillow raises any of these on damaged bytes: its parsers index, unpack, look up and convert what the file says. They
# are named one by one so that a mistake of ours elsewhere (ImportError, NameError) still shows itself.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    BufferError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load_picture(path: Path | str) -> Picture:
    """Read and decode the file at ``path``; what cannot be read is an ImageError too."""
    path = Path(path)
    remedy = later("Check the path, and that you may read the file.")
    try:
        if not path.is_file():
            received = later("a folder") if path.is_dir() else later("none")
            raise ImageError(later("a picture file at {path}", path=path), received, remedy)
        with path.open("rb") as file:
            # One byte too many is enough to know, however long the file is.
            data = file.read(MAX_BYTES + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as error:
        fault = later("the answer: {fault}", fault=system_says(error))
        raise ImageError(later("a readable file at {path}", path=path), fault, remedy) from error
    check_bytes(size)
    return decode_picture(data, path.name)


def decode_picture(data: bytes, name: str = "picture") -> Picture:
    """Decode the first frame of a file's bytes, upright, in sRGB.

    Args:
        data: a file of one of FORMATS, at most MAX_BYTES long.
        name: the file's name; it is shown, and its ending compared with the format, but decides nothing.

    Returns:
        The picture. Its shorter side is at most MAX_SHORT_SIDE pixels.

    Raises:
        ImageError: whatever else the bytes are.
    """
    check_bytes(len(data))
    header = read_header(data)
    try:
        with PILLOW_QUIET, _OPENERS[header.format](io.BytesIO(data)) as image:
            check_size(*image.size)
            frames = _frames(image, header)
            image.load()
            upright = _upright(image)
            # A decoder may find another size than the header's.
            check_size(*upright.size)
            rgb, notes = to_rgb(upright)
            pixels = np.asarray(_bounded(rgb))
    except _DECODER_ERRORS as error:
        raise ImageError(
            later("a whole {format} picture", format=header.format),
            later("one that cannot be decoded ({fault})", fault=str(error)[:200] or type(error).__name__),
            later("Save or download the picture again, or send another."),
        ) from error
    pixels.setflags(write=False)
    name = clean_name(name)
    notes = (*name_notes(name, header.format), *frame_notes(header.format, frames), *notes)
    return Picture(pixels, name, header.format, digest_of(pixels), notes)


def _frames(image: ImageFile.ImageFile, header: Header) -> int:
    # For GIF and TIFF, Pillow would read the file to its end to know, for a hostile file in hours.
    return int(getattr(image, "n_frames", 1)) if header.format in ("PNG", "WEBP") else header.frames


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF or XMP says.

    ``ImageOps.exif_transpose`` does this too, but then writes the metadata anew, and that fails where other tags are
    broken though the orientation is sound.
    """
    try:
        method = _UPRIGHT.get(image.getexif().get(0x0112, 1))
    except _DECODER_ERRORS:
        return image
    return image if method is None else image.transpose(method)


def _bounded(image: Image.Image) -> Image.Image:
    shorter = min(image.size)
    if shorter <= MAX_SHORT_SIDE:
        return image
    width, height = (round(side * MAX_SHORT_SIDE / shorter) for side in image.size)
    # A quick average down to three times the size, then Lanczos: the eye cannot tell it from Lanczos alone.
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
