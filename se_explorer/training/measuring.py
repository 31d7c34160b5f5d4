"""What a network gets right of a split, by the network alone: no engine, so that plain networks are measured too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from se_explorer.images.picture_set import PictureSet
from se_explorer.images.preprocess import Preprocessing
from se_explorer.training.data import LabelledPictures

__all__ = ["Score", "count_right", "measure", "measure_set"]


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


Report = Callable[[int, int], None]


def _score(network: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], total: int, report: Report | None) -> Score:
    """Over batches of inputs and their targets."""
    network.eval()
    device = next(network.parameters()).device
    right, count, loss = 0, 0, 0.0
    with torch.inference_mode():
        for inputs, targets in batches:
            logits, wanted = network(inputs.to(device)), targets.to(device)
            right += int((logits.argmax(1) == wanted).sum())
            loss += float(functional.cross_entropy(logits, wanted, reduction="sum"))
            count += len(targets)
            if report:
                report(count, total)
    return Score(right, count, loss / max(1, count))


def measure(
    network: nn.Module,
    pictures: LabelledPictures,
    preprocessing: Preprocessing,
    batch: int = 128,
    report: Report | None = None,
) -> Score:
    """Run decoded ``pictures`` through ``network`` in evaluation mode and float32, on the device where it is."""
    parts = (
        (preprocessing(p), t)
        for p, t in zip(torch.split(pictures.pixels, batch), torch.split(pictures.targets, batch), strict=True)
    )
    return _score(network, parts, len(pictures), report)


def measure_set(
    network: nn.Module,
    pictures: PictureSet,
    preprocessing: Preprocessing,
    batch: int = 64,
    report: Report | None = None,
) -> Score:
    """``measure`` over a set of pictures, each decoded and cut from its own size.

    Raises:
        ImageError: a picture cannot be read.
    """

    def parts() -> Iterator[tuple[Tensor, Tensor]]:
        targets = torch.tensor(pictures.targets)
        for found, indices, errors in pictures.batches(batch):
            if errors:
                raise errors[0]
            seen = torch.stack([preprocessing.see(picture.tensor) for picture in found])
            yield preprocessing.normalise(seen), targets[indices]

    return _score(network, parts(), len(pictures), report)


def count_right(network: nn.Module, pictures: LabelledPictures, preprocessing: Preprocessing, batch: int = 128) -> int:
    """How many pictures ``network`` gets right, in float32."""
    return measure(network, pictures, preprocessing, batch).right
