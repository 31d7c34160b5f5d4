"""Many channels, before and after their gates, in one PNG: one request instead of a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from se_explorer.figures.maps import plain, png_bytes, signed_index
from se_explorer.figures.palette import DIVERGING, SIGNED_STEPS, Theme, colour, rgb
from se_explorer.figures.wording import Say, english, number

__all__ = ["Cell", "Sprite", "pair_sprite"]

_GAP = 3  # px between before and after
_PAD = 12  # px between cells
_FONT = 13  # px
_LINE = 18  # px of a label's line
# Colour numbers that no value takes: from the background's to the letters'.
_INKS = (*range(128 - SIGNED_STEPS), *range(129 + SIGNED_STEPS, 256))


class Cell(NamedTuple):
    """Where a channel's pair lies, label included: from (x0, y0) up to, not including, (x1, y1), in px.

    ``position`` counts the channels as they were given, from 0.
    """

    position: int
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class Sprite:
    """A PNG of many maps.

    Attributes:
        png: the file.
        width, height: in px.
        cells: one a channel, in the given order.
        alt: one sentence for those who cannot see it.
    """

    png: bytes
    width: int
    height: int
    cells: tuple[Cell, ...]
    alt: str

    def at(self, x: float, y: float) -> int | None:
        """The position of the channel drawn at a point, in px of the PNG; None between the cells."""
        for cell in self.cells:
            if cell.x0 <= x < cell.x1 and cell.y0 <= y < cell.y1:
                return cell.position
        return None


def pair_sprite(
    before: np.ndarray,
    after: np.ndarray,
    limit: float | np.ndarray,
    labels: Sequence[str],
    gates: Sequence[float] | np.ndarray,
    columns: int,
    tile: int,
    theme: Theme,
    *,
    say: Say = english,
) -> Sprite:
    """Pairs of maps, u on the left and x~ on the right, each pair on one colour scale and under its label.

    Args:
        before, after: (k, h, w), k at least 1.
        limit: the value at the ends of the colour scale: one for all pairs, or (k,), one a pair.
        labels: (k,), such as the channel numbers; written "17 · 0.42" with the gate.
        gates: (k,).
        columns: pairs side by side.
        tile: width of one map in px; its height keeps the map's shape.
        theme: whose background and letters to use.
    """
    tiles = _tiles(np.stack([before, after], axis=1), np.asarray(limit, dtype=np.float32), tile)
    count, _, tall, wide = tiles.shape
    texts = [plain(f"{label} · {float(gate):.2f}") for label, gate in zip(labels, gates, strict=True)]
    font = ImageFont.load_default(size=_FONT)
    content = max(2 * wide + _GAP, *(int(font.getlength(text)) + 2 for text in texts))
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    step = (content + _PAD, _LINE + tall + _PAD)
    grid = np.full((rows * columns, step[1], step[0]), _INKS[0], dtype=np.uint8)
    grid[:count, _LINE : _LINE + tall, :wide] = tiles[:, 0]
    grid[:count, _LINE : _LINE + tall, wide + _GAP : 2 * wide + _GAP] = tiles[:, 1]
    canvas = grid.reshape(rows, columns, step[1], step[0]).swapaxes(1, 2)
    canvas = canvas.reshape(rows * step[1], columns * step[0])[:-_PAD, :-_PAD]
    cells = _cells(count, columns, step, (content, _LINE + tall))
    png = _png(_lettered(canvas, texts, cells, font), theme)
    return Sprite(png, canvas.shape[1], canvas.shape[0], cells, _alt(before, after, gates, say))


def _tiles(pairs: np.ndarray, limit: np.ndarray, tile: int) -> np.ndarray:
    """Colour numbers of (k, 2, h, w), enlarged without smoothing: uint8 (k, 2, tall, tile)."""
    height, width = pairs.shape[2:]
    tall = max(1, round(tile * height / width))
    index = signed_index(pairs, limit.reshape(-1, 1, 1, 1) if limit.ndim else limit)
    down, across = np.arange(tall) * height // tall, np.arange(tile) * width // tile
    enlarged: np.ndarray = index[:, :, down[:, None], across]
    return enlarged


def _lettered(
    canvas: np.ndarray,
    texts: Sequence[str],
    cells: Sequence[Cell],
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> np.ndarray:
    """The colour numbers with the labels written over the background, in the shades that ``_INKS`` stands for."""
    mask = Image.new("L", (canvas.shape[1], canvas.shape[0]))
    draw = ImageDraw.Draw(mask)
    for text, cell in zip(texts, cells, strict=True):
        draw.text((cell.x0 + 1, cell.y0 + 13), text, fill=255, font=font, anchor="ls")
    ink = np.asarray(mask)
    shade = (ink.astype(np.uint16) * (len(_INKS) - 1) + 127) // 255
    return np.where(ink > 0, np.asarray(_INKS, dtype=np.uint8)[shade], canvas)


def _png(index: np.ndarray, theme: Theme) -> bytes:
    """A PNG of 256 colours: a third of the bytes of one in full colour, and the same to look at."""
    palette = DIVERGING.copy()
    ends = np.asarray([rgb(colour("background", theme)), rgb(colour("text", theme))], dtype=float)
    share = np.linspace(0, 1, len(_INKS))[:, None]
    palette[list(_INKS)] = np.rint(ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)
    picture = Image.fromarray(index)
    picture.putpalette(palette.tobytes())
    return png_bytes(picture)


def _cells(count: int, columns: int, step: tuple[int, int], size: tuple[int, int]) -> tuple[Cell, ...]:
    corners = [(place % columns * step[0], place // columns * step[1]) for place in range(count)]
    return tuple(Cell(place, x, y, x + size[0], y + size[1]) for place, (x, y) in enumerate(corners))


def _alt(before: np.ndarray, after: np.ndarray, gates: Sequence[float] | np.ndarray, say: Say) -> str:
    text = say(
        "Maps of {count} channels before and after their gates, which go from {low} to {high}; the largest value is "
        "{before} before and {after} after."
    )
    return text.format(
        count=len(before),
        low=number(float(np.min(gates))),
        high=number(float(np.max(gates))),
        before=number(float(np.abs(before).max())),
        after=number(float(np.abs(after).max())),
    )
