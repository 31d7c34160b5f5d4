"""What a run measures on its way, collected on the device and handed to the CPU in one transfer."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import BlockAdapter, Excitation
from se_explorer.engine.results import BlockArrays

__all__ = ["Measures", "collect", "energies"]

VECTOR = 32  # floats
LEDGER = 2**18  # values; the bundled network writes 45,000 a picture, SE-ResNet-50 125,000
FEW = 2**15  # values a picture; up to here PyTorch works in one thread, and two kernels cost 9 microseconds
MEASURED = ("squeeze", "hidden", "preactivation", "gates", "applied")
OF_MAPS = ("energy", "low", "high")


class _Ledger:
    """One piece of memory into which a run writes what it measures.

    Small tensors that outlive a block would lie among the maps that come and go, so that the C library could not give
    the maps of the next block the place of the last ones: SE-ResNet-50 touched 17 MiB of new pages a run, a third of
    what measuring cost.
    """

    def __init__(self) -> None:
        self._pieces: list[Tensor] = []
        self._room = self._used = 0  # of the last piece

    def write(self, values: list[Tensor], width: int) -> tuple[int, int]:
        """Write rows (N, .), together ``width`` wide, side by side; gives piece and place."""
        rows = len(values[0])
        size = rows * width
        if self._used + size > self._room:
            self._room = max(LEDGER, size)
            self._pieces.append(values[0].new_empty(self._room))
            self._used = 0
        place = self._used
        self._used += size
        torch.cat(values, 1, out=self._pieces[-1][place : self._used].view(rows, width))
        return len(self._pieces) - 1, place

    @property
    def pieces(self) -> list[Tensor]:
        """All of them; of the last what was written."""
        return [*self._pieces[:-1], *(piece[: self._used] for piece in self._pieces[-1:])]


class _Entry(NamedTuple):
    """Where one block's values lie, and how many each has a row."""

    piece: int
    place: int
    rows: int
    widths: tuple[int, ...]
    maps: Tensor | None


class Measures:
    """Gathers what is measured during one run.

    Args:
        statistics: whether energy, least and largest value of the maps are wanted; they cost a pass over the maps.
        keep: places (indices of SE blocks) whose maps are kept.
        rows: by place, the rows whose maps are kept, if not all are.
    """

    def __init__(
        self, statistics: bool, keep: Collection[int] = (), rows: Mapping[int, Sequence[int]] | None = None
    ) -> None:
        self._statistics = statistics
        self._keep = keep
        self._rows = rows or {}
        self._entries: dict[int, _Entry] = {}
        self._ledger = _Ledger()

    def add(self, index: int, adapter: BlockAdapter, u: Tensor, excitation: Excitation, applied: Tensor) -> None:
        """Take down what happened at one block."""
        maps = u.permute(0, 3, 1, 2) if adapter.channels_last else u
        values = [excitation.z, excitation.hidden, excitation.preactivation, excitation.s, applied]
        if self._statistics:
            values += [energies(maps), *_extremes(maps)]
        kept = None
        if index in self._keep:
            rows = self._rows.get(index)
            kept = maps.clone() if rows is None else maps[list(rows)]
        widths = tuple([value.shape[1] for value in values])
        self._entries[index] = _Entry(*self._ledger.write(values, sum(widths)), len(maps), widths, kept)

    def finish(self, logits: Tensor) -> tuple[np.ndarray, tuple[BlockArrays, ...]]:
        """Logits (N, classes) and the blocks in running order, on the CPU."""
        entries = [self._entries[index] for index in sorted(self._entries)]
        pieces = self._ledger.pieces
        maps = [entry.maps for entry in entries if entry.maps is not None]
        arrays = collect([logits, *pieces, *maps])
        written, kept = arrays[1 : 1 + len(pieces)], iter(arrays[1 + len(pieces) :])
        blocks = [
            _as_arrays(entry, written[entry.piece], None if entry.maps is None else next(kept)) for entry in entries
        ]
        return arrays[0], tuple(blocks)


def _as_arrays(entry: _Entry, written: np.ndarray, maps: np.ndarray | None) -> BlockArrays:
    size = entry.rows * sum(entry.widths)
    table = written[entry.place : entry.place + size].reshape(entry.rows, -1)
    values, start = {}, 0
    for name, width in zip((*MEASURED, *OF_MAPS), entry.widths, strict=False):
        values[name] = table[:, start : start + width]
        start += width
    if len(entry.widths) == len(MEASURED):
        unknown = np.broadcast_to(np.float32(np.nan), values["gates"].shape)
        values |= dict.fromkeys(OF_MAPS, unknown)
    return BlockArrays(**values, maps=maps)


def energies(maps: Tensor) -> Tensor:
    """Mean square of each map, (N, C).

    PyTorch's batch norm has a kernel that gives mean and variance of every channel and writes no maps: on the CPU up to
    six times as fast as squares and their mean, where the maps are more than a few.
    """
    few = maps.numel() <= FEW * len(maps)
    if few or maps.device.type != "cpu" or maps.dtype not in (torch.float32, torch.float64):
        return maps.square().mean((2, 3))
    found = [torch.batch_norm_update_stats(maps[row : row + 1], None, None, 0.0) for row in range(len(maps))]
    energies = [variance.addcmul_(mean, mean)[None] for mean, variance in found]
    return energies[0] if len(energies) == 1 else torch.cat(energies)


def _extremes(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Least and largest value of each map, (N, C) each.

    PyTorch's kernels take a vector of channels at a time only where their number is a multiple of it. Pixels whose
    channels lie side by side are therefore taken several at once, and these few then compared: up to five times as fast
    for 144 channels of 56 x 56.
    """
    pictures, channels, height, width = maps.shape
    pixels = maps.permute(0, 2, 3, 1)
    several = VECTOR // math.gcd(channels, VECTOR)
    if maps.device.type != "cpu" or height * width % several or not pixels.is_contiguous():
        return maps.amin((2, 3)), maps.amax((2, 3))
    wide = pixels.view(pictures, height * width // several, several * channels)
    low, high = wide.amin(1), wide.amax(1)
    if several == 1:
        return low, high
    return low.view(pictures, several, channels).amin(1), high.view(pictures, several, channels).amax(1)


def collect(tensors: Sequence[Tensor]) -> list[np.ndarray]:
    """Move tensors to the CPU as float32 in one transfer; the arrays are read-only."""
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors]).float().cpu().numpy()
    flat.setflags(write=False)
    arrays, start = [], 0
    for tensor in tensors:
        arrays.append(flat[start : start + tensor.numel()].reshape(tensor.shape))
        start += tensor.numel()
    return arrays
