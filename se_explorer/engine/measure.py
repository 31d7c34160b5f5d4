"""What a run measures on its way, collected on the device and handed to the CPU in one transfer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import BlockAdapter, Excitation
from se_explorer.engine.results import BlockArrays

__all__ = ["Measures", "collect"]

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

    def add(self, index: int, adapter: BlockAdapter, u: Tensor, excitation: Excitation, applied: Tensor) -> None:
        """Take down what happened at one block."""
        maps = u.permute(0, 3, 1, 2) if adapter.channels_last else u
        values = [excitation.z, excitation.hidden, excitation.preactivation, excitation.s, applied]
        if self._statistics:
            values += [maps.square().mean((2, 3)), maps.amin((2, 3)), maps.amax((2, 3))]
        else:
            values += [excitation.z.new_full(excitation.s.shape, torch.nan)] * 3
        if index in self._keep:
            rows = self._rows.get(index)
            values.append(maps.clone() if rows is None else maps[list(rows)])
        self._tensors[index] = values

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


def collect(tensors: Sequence[Tensor]) -> list[np.ndarray]:
    """Move tensors to the CPU as float32 in one transfer; the arrays are read-only."""
    flat = torch.cat([tensor.reshape(-1).float() for tensor in tensors]).cpu().numpy()
    flat.setflags(write=False)
    arrays, start = [], 0
    for tensor in tensors:
        arrays.append(flat[start : start + tensor.numel()].reshape(tensor.shape))
        start += tensor.numel()
    return arrays
