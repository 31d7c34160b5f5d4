"""What a network gets right of a split, by the network alone: no engine, so that plain networks are measured too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from se_explorer.images.preprocess import Preprocessing
from se_explorer.training.data import LabelledPictures

__all__ = ["Score", "count_right", "measure"]


@dataclass(frozen=True)
class Score:
    """How a network did on a split.

    Attributes:
        right, count: pictures.
        loss: mean cross-entropy, without label smoothing.
    """

    right: int
    count: int
    loss: float


def measure(
    network: nn.Module,
    pictures: LabelledPictures,
    preprocessing: Preprocessing,
    batch: int = 128,
    report: Callable[[int, int], None] | None = None,
) -> Score:
    """Run ``pictures`` through ``network`` in evaluation mode and float32, on the device where it is."""
    network.eval()
    device = next(network.parameters()).device
    right, loss = 0, 0.0
    with torch.inference_mode():
        for start in range(0, len(pictures), batch):
            pixels = pictures.pixels[start : start + batch].to(device)
            targets = pictures.targets[start : start + batch].to(device)
            logits = network(preprocessing(pixels))
            right += int((logits.argmax(1) == targets).sum())
            loss += float(functional.cross_entropy(logits, targets, reduction="sum"))
            if report:
                report(min(start + batch, len(pictures)), len(pictures))
    return Score(right, len(pictures), loss / max(1, len(pictures)))


def count_right(network: nn.Module, pictures: LabelledPictures, preprocessing: Preprocessing, batch: int = 128) -> int:
    """How many pictures ``network`` gets right, in float32."""
    return measure(network, pictures, preprocessing, batch).right
