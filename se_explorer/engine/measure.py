"""What a run measures on its way, collected on the device and handed to the CPU in one transfer."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import BlockAdapter, Excitation
from se_explorer.engine.results import BlockArrays

__all__ = ["Measures", "collect"]

VECTOR = 32  # floats
FIELDS = tuple(field.name for field in fields(BlockArrays) if field.name != "maps")


class Measures:
    """Gathers tensors during one run.

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
        self._tensors: dict[int, list[Tensor]] = {}
        self._squares: Tensor | None = None

    def add(self, index: int, adapter: BlockAdapter, u: Tensor, excitation: Excitation, applied: Tensor) -> None:
        """Take down what happened at one block."""
        maps = u.permute(0, 3, 1, 2) if adapter.channels_last else u
        values = [excitation.z, excitation.hidden, excitation.preactivation, excitation.s, applied]
        if self._statistics:
            values += [self._energy(maps), *_extremes(maps)]
        else:
            values += [excitation.z.new_full(excitation.s.shape, torch.nan)] * 3
        if index in self._keep:
            rows = self._rows.get(index)
            values.append(maps.clone() if rows is None else maps[list(rows)])
        self._tensors[index] = values

    def _energy(self, maps: Tensor) -> Tensor:
        """Mean square of each map, (N, C). The squares of all blocks take turns in one piece of memory."""
        if not (maps.is_contiguous() or maps.permute(0, 2, 3, 1).is_contiguous()):
            return maps.square().mean((2, 3))
        if self._squares is None or self._squares.numel() < maps.numel() or self._squares.dtype != maps.dtype:
            self._squares = torch.empty(maps.numel(), dtype=maps.dtype, device=maps.device)
        squares = self._squares[: maps.numel()].as_strided(maps.shape, maps.stride())
        return torch.mul(maps, maps, out=squares).mean((2, 3))

    def finish(self, logits: Tensor) -> tuple[np.ndarray, tuple[BlockArrays, ...]]:
        """Logits (N, classes) and the blocks in running order, on the CPU."""
        order = sorted(self._tensors)
        arrays = collect([logits, *(tensor for index in order for tensor in self._tensors[index])])
        blocks = []
        position = 1
        for index in order:
            count = len(self._tensors[index])
            values = arrays[position : position + count]
            kept = values[len(FIELDS)] if count > len(FIELDS) else None
            blocks.append(BlockArrays(**dict(zip(FIELDS, values, strict=False)), maps=kept))
            position += count
        return arrays[0], tuple(blocks)


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
