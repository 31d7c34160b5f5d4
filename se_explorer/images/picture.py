"""A person's picture, decoded and safe to pass on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from se_explorer.language import Words

__all__ = ["Picture", "digest_of"]


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright sRGB picture.

    Two pictures are equal if their name, format, pixels (by their digest) and notes are.

    Attributes:
        pixels: uint8 (H, W, 3), read-only.
        name: what to call it, usually the file's name.
        format: of the file that it came in, one of FORMATS.
        digest: SHA-256, in hex, of the shape and the pixels: the same picture by any route has the same one.
        notes: sentences for the person about what was done to the picture; ``str`` says them.
    """

    pixels: NDArray[np.uint8] = field(repr=False, compare=False)
    name: str
    format: str
    digest: str
    notes: tuple[Words, ...] = ()

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])

    @property
    def tensor(self) -> Tensor:
        """uint8 (3, H, W), a contiguous copy of its own: writing to it leaves the picture as it is."""
        return torch.from_numpy(self.pixels.transpose(2, 0, 1).copy())


def digest_of(pixels: NDArray[np.uint8]) -> str:
    """SHA-256, in hex, of the shape and the values of uint8 (H, W, 3)."""
    digest = hashlib.sha256(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()
