"""Names as the paper gives them: SE_stage_index.

The paper calls a stage the blocks whose maps share their size (section 3.2), and numbers stages so that stage k of a
ResNet works at 1 / 2^k of the input's side: stage 2 at 56 x 56 of 224 x 224, stage 5 at 7 x 7. The same rule names the
blocks of every network, whatever its modules are called. A network whose first blocks work at the input's own size
(CIFAR ResNets) starts at stage 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["name_blocks"]


def name_blocks(input_side: int, sides: Sequence[int]) -> tuple[str, ...]:
    """Names for blocks in the order in which they run.

    Args:
        input_side: of the picture, in pixels.
        sides: of each block's maps, in places.

    Returns:
        One name a block; the index counts from 1 within a stage.
    """
    stages = [max(0, round(math.log2(input_side / side))) for side in sides]
    first = 1 if stages and min(stages) == 0 else 0
    counts: dict[int, int] = {}
    names = []
    for stage in stages:
        number = stage + first
        counts[number] = counts.get(number, 0) + 1
        names.append(f"SE_{number}_{counts[number]}")
    return tuple(names)
