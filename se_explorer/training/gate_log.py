"""How a network's gates lie over a fixed sample of test pictures, from its initialisation on."""

from __future__ import annotations

import copy
import math
from typing import Annotated

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from torch import Tensor, nn

from se_explorer.blocks import find_blocks
from se_explorer.blocks.find import FoundBlock
from se_explorer.blocks.naming import name_blocks
from se_explorer.images.preprocess import Preprocessing
from se_explorer.training.data import LabelledPictures

__all__ = ["BINS", "QUANTILES", "SAMPLE", "BlockGates", "EpochGates", "measure_gate_log", "sample_pictures"]

SAMPLE = 256
BINS = 32
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Where gates can lie, by gate function; others are binned between their own least and greatest.
RANGES = {"sigmoid": (0.0, 1.0), "hard sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
DIGITS = 5


class BlockGates(BaseModel):
    """One block's gates, all channels and pictures of the sample together.

    Attributes:
        block: its name, SE_stage_index.
        mean, std, min, max: of the gates s.
        between, within: standard deviation of the channels' means, and the mean one of a channel over the pictures.
        quantiles: at ``QUANTILES``.
        low, high: ends of the histogram.
        histogram: counts in ``BINS`` equal bins.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    block: Annotated[str, Field(max_length=40)]
    mean: FiniteFloat
    std: FiniteFloat
    min: FiniteFloat
    max: FiniteFloat
    between: FiniteFloat
    within: FiniteFloat
    quantiles: Annotated[tuple[FiniteFloat, ...], Field(min_length=len(QUANTILES), max_length=len(QUANTILES))]
    low: FiniteFloat
    high: FiniteFloat
    histogram: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=BINS, max_length=BINS)]


class EpochGates(BaseModel):
    """All blocks' gates after an epoch; epoch 0 is the initialisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epoch: Annotated[int, Field(ge=0)]
    blocks: tuple[BlockGates, ...]


def sample_pictures(pictures: LabelledPictures, count: int = SAMPLE) -> LabelledPictures:
    """As many pictures, evenly spaced: the same ones every time, of all classes where these lie one after another."""
    chosen = torch.from_numpy(np.unique(np.linspace(0, len(pictures) - 1, min(count, len(pictures))).round()))
    places = chosen.long()
    return LabelledPictures(pictures.pixels[places], pictures.targets[places], pictures.classes)


def _statistics(name: str, gates: np.ndarray, kind: str) -> BlockGates:
    """Of gates (pictures, channels)."""
    values = gates.astype(np.float64)
    low, high = RANGES.get(kind, (float(values.min()), float(values.max())))
    high = high if high > low else low + 1.0
    counts, _edges = np.histogram(values, BINS, (low, high))
    numbers = {
        "mean": values.mean(),
        "std": values.std(),
        "min": values.min(),
        "max": values.max(),
        "between": values.mean(0).std(),
        "within": values.std(0).mean(),
        "low": low,
        "high": high,
    }
    return BlockGates(
        block=name,
        quantiles=tuple(round(float(value), DIGITS) for value in np.quantile(values, QUANTILES)),
        histogram=tuple(int(count) for count in counts),
        **{key: round(float(value), DIGITS) for key, value in numbers.items()},
    )


def _watch(blocks: tuple[FoundBlock, ...], network: nn.Module, inputs: Tensor) -> dict[str, tuple[int, np.ndarray]]:
    """Side of the maps and gates by path, in the order in which the blocks run."""
    seen: dict[str, tuple[int, np.ndarray]] = {}

    def noting(block: FoundBlock) -> torch.utils.hooks.RemovableHandle:
        def note(module: nn.Module, given: tuple[Tensor, ...]) -> None:
            u = given[0]
            places = u.shape[1] * u.shape[2] if block.adapter.channels_last else u.shape[2] * u.shape[3]
            side = round(math.sqrt(places))
            seen[block.path] = side, block.adapter.excite(module, u).s.float().cpu().numpy()

        return block.module.register_forward_pre_hook(note)

    handles = [noting(block) for block in blocks]
    try:
        with torch.no_grad():
            network(inputs)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def measure_gate_log(
    network: nn.Module, sample: LabelledPictures, preprocessing: Preprocessing, epoch: int
) -> EpochGates | None:
    """The gates of all blocks over the sample, in evaluation mode; None for a network without SE blocks.

    At epoch 0 the batch norms have seen no picture: they then take the sample's own statistics, in a copy.
    """
    if not find_blocks(network).blocks:
        return None
    watched = network
    if epoch == 0:
        watched = copy.deepcopy(network)
    watched.eval()
    if epoch == 0:
        for module in watched.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.train()
    blocks = find_blocks(watched).blocks
    inputs = preprocessing(sample.pixels.to(next(network.parameters()).device))
    seen = _watch(blocks, watched, inputs)
    kinds = {block.path: block.facts.gate for block in blocks}
    names = name_blocks(inputs.shape[-1], [side for side, _gates in seen.values()])
    return EpochGates(
        epoch=epoch,
        blocks=tuple(
            _statistics(name, gates, kinds[path])
            for name, (path, (_side, gates)) in zip(names, seen.items(), strict=True)
        ),
    )
