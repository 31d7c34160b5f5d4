"""Which classes and channels of a profile are drawn: a few of many, the same ones every time."""

from __future__ import annotations

from typing import Literal

import numpy as np

from se_explorer.analysis.class_profiles import explained_by_class
from se_explorer.analysis.profile import BlockProfile, Profile

__all__ = ["PAPER_CLASSES", "SAMPLED", "Picking", "default_classes", "sampled_channels"]

#: Channels that the paper's Figures 6 and 7 draw of a block.
SAMPLED = 50
#: The four classes of those figures, by the names that data sets give them.
PAPER_CLASSES = (("goldfish",), ("pug",), ("plane", "airplane", "airliner"), ("cliff",))

Picking = Literal["number", "mean", "specific"]


def default_classes(profile: Profile) -> tuple[int, ...]:
    """Four classes, or all where there are fewer: those of the paper that the data have, the rest evenly spread."""
    names = [entry.label.partition(",")[0].strip().casefold() for entry in profile.classes]
    chosen = [names.index(known[0]) for known in _known(names)]
    others = [place for place in range(len(names)) if place not in chosen]
    wanted = min(len(PAPER_CLASSES) - len(chosen), len(others))
    return tuple(chosen + [others[place] for place in _evenly(len(others), wanted)])


def _known(names: list[str]) -> list[list[str]]:
    found = [[name for name in kind if name in names] for kind in PAPER_CLASSES]
    return [kind for kind in found if kind]


def _evenly(count: int, wanted: int) -> list[int]:
    """``wanted`` of 0..count-1 at even distances, the first among them."""
    return [place * count // wanted for place in range(wanted)]


def sampled_channels(profile: Profile, block: BlockProfile, picking: Picking, count: int = SAMPLED) -> np.ndarray:
    """Channels to draw, at most ``count``, in the order of drawing.

    Args:
        picking: "number": at even distances, by number, as the paper's uniform sample; "mean": the same ones, by their
            mean gate over all pictures; "specific": those whose variance lies between classes most, the most first.
    """
    evenly = np.array(_evenly(block.channels, min(count, block.channels)))
    if picking == "number":
        return evenly
    if picking == "mean":
        return evenly[np.argsort(block.gates.mean[evenly], kind="stable")]
    explained = explained_by_class(block.gates, profile.counts)
    return np.argsort(-explained, kind="stable")[:count]
