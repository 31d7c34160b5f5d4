"""An SE block that fits on a blackboard: 4 channels of 2 x 2, r = 2, run by the package's own block in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from se_explorer.blocks.se_block import SEBlock

__all__ = ["Blackboard", "blackboard", "first_board"]

CHANNELS, REDUCTION, SIDE = 4, 2, 2


@dataclass(frozen=True, eq=False)
class Blackboard:
    """The whole block with all its values.

    Attributes:
        u: (4, 4), a channel a row, its 2 x 2 values in one line.
        w1: (2, 4). w2: (4, 2).
        z, s: (4,). hidden_sum, hidden: (2,), before and after the ReLU. gate_sum: (4,), before the sigmoid.
        x: (4, 4), x~ as u.
    """

    u: np.ndarray
    w1: np.ndarray
    w2: np.ndarray
    z: np.ndarray
    hidden_sum: np.ndarray
    hidden: np.ndarray
    gate_sum: np.ndarray
    s: np.ndarray
    x: np.ndarray


def first_board() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """u, W1 and W2 to begin with: small numbers, a hidden unit that is silent, gates that open and close."""
    u = np.array([[4, 0, 0, 0], [1, 1, 1, 1], [0, 2, 2, 4], [-1, 0, 1, 0]], float)
    w1 = np.array([[1, 0, 1, 0], [0, -2, 0, 1]], float)
    w2 = np.array([[1, 0], [-1, 1], [0.5, 0], [-0.5, 2]], float)
    return u, w1, w2


def blackboard(u: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Blackboard:
    """Run the block.

    Args:
        u: (4, 4), finite.
        w1, w2: (2, 4) and (4, 2), finite.
    """
    block = SEBlock(CHANNELS, REDUCTION).double().eval()
    maps = torch.as_tensor(u, dtype=torch.float64).reshape(1, CHANNELS, SIDE, SIDE)
    with torch.inference_mode():
        block.fc1.weight.copy_(torch.as_tensor(w1, dtype=torch.float64))
        block.fc2.weight.copy_(torch.as_tensor(w2, dtype=torch.float64))
        z = block.pool(maps)
        hidden_sum = block.fc1(z)
        hidden = block.act(hidden_sum)
        gate_sum = block.fc2(hidden)
        s, x = block.gate(gate_sum), block(maps)
    flat = [value[0].numpy() for value in (z, hidden_sum, hidden, gate_sum, s)]
    return Blackboard(u, w1, w2, flat[0], flat[1], flat[2], flat[3], flat[4], x[0].flatten(1).numpy())
