"""What a learner tries: another z, another function than the sigmoid, a map turned over; the block's layers answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from se_explorer.blocks import FoundBlock
from se_explorer.engine import BlockTrace

__all__ = ["Regated", "most_moved", "other_places", "regate", "softmax_gates"]


@dataclass(frozen=True, eq=False)
class Regated:
    """What equation 3 makes of a squeeze: hidden units (hidden,) and gates (C,)."""

    hidden: np.ndarray
    gates: np.ndarray


def regate(found: FoundBlock, squeeze: np.ndarray) -> Regated:
    """Equation 3 for any z (C,), by the block's own layers.

    The block is given maps of a single place, whose average and maximum are the value itself.
    """
    device = next(found.module.parameters()).device
    z = torch.as_tensor(np.array(squeeze, np.float32), device=device)
    maps = z[None, None, None, :] if found.adapter.channels_last else z[None, :, None, None]
    with torch.inference_mode():
        excited = found.adapter.excite(found.module, maps)
    return Regated(excited.hidden[0].float().cpu().numpy(), excited.s[0].float().cpu().numpy())


def most_moved(before: np.ndarray, after: np.ndarray, count: int) -> list[int]:
    """The channels whose gates changed most, the largest change first."""
    return [int(channel) for channel in np.argsort(-np.abs(after - before), kind="stable")[:count]]


def softmax_gates(block: BlockTrace) -> np.ndarray:
    """Gates that compete: the softmax of the same pre-activations, (C,). Their sum is 1."""
    wide = block.preactivation.astype(np.float64)
    powers = np.exp(wide - wide.max())
    gates: np.ndarray = powers / powers.sum()
    return gates


def other_places(values: np.ndarray) -> Sequence[tuple[str, float]]:
    """The average of a map as it is, mirrored, turned and with its values in order of size: the same up to rounding."""
    orders = {
        "as it is": values,
        "mirrored": values[:, ::-1],
        "turned": values[::-1, ::-1],
        "sorted": np.sort(values, axis=None).reshape(values.shape),
    }
    return [(name, float(order.astype(np.float64).mean())) for name, order in orders.items()]
