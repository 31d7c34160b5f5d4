"""Whether the class that a picture's gates are nearest to is the network's answer, and from which block on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.class_profiles import ClassDistances
from se_explorer.analysis.profile import Profile

__all__ = ["Concord", "answer_in_data", "concord"]


@dataclass(frozen=True)
class Concord:
    """Nearest classes beside one class.

    Attributes:
        overall: whether it is the nearest over all blocks.
        agreeing: the blocks at which it is the nearest, in running order.
        settled: the block from which on it is the nearest at every block; None where it is not so at the last one.
        rank: its place over all blocks, from 1 for the nearest.
    """

    overall: bool
    agreeing: tuple[str, ...]
    settled: str | None
    rank: int


def answer_in_data(profile: Profile, class_id: str, label: str) -> int | None:
    """The place among the profile's classes of a network's class; None where the data have no such class.

    Names are compared first, labels after them, capitals or not: data sets of one origin may name a class otherwise.
    """
    for wanted, names in (
        (class_id, [entry.id for entry in profile.classes]),
        (label, [entry.label for entry in profile.classes]),
    ):
        folded = [name.casefold() for name in names]
        if folded.count(wanted.casefold()) == 1:
            return folded.index(wanted.casefold())
    return None


def _settled(blocks: Sequence[str], agrees: np.ndarray) -> str | None:
    apart = np.flatnonzero(~agrees)
    first = int(apart[-1]) + 1 if len(apart) else 0
    return blocks[first] if first < len(blocks) else None


def concord(found: ClassDistances, place: int) -> Concord:
    """How the nearest classes agree with one class.

    Args:
        place: of the class among the profile's.
    """
    agrees = found.nearest == place
    agreeing = tuple(name for name, agree in zip(found.blocks, agrees.tolist(), strict=True) if agree)
    rank = int(np.flatnonzero(found.order == place)[0]) + 1
    return Concord(found.nearest_overall == place, agreeing, _settled(found.blocks, agrees), rank)
