"""Questions whose answers come from the network at hand: what may be chosen, what is right, and what was measured.

A question is made of a few channels or blocks that lie well apart, so that the right answer does not hang on rounding;
they are shown in an order that does not give it away. What is asked stands in the pages, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.sweeps import Sweep
from se_explorer.engine import BlockTrace

__all__ = [
    "Question",
    "closest_to_median",
    "energy_question",
    "gate_question",
    "harm_question",
    "place_question",
    "squeeze_question",
]


@dataclass(frozen=True)
class Question:
    """Some things to choose among.

    Attributes:
        options: their names: numbers of channels, or names of blocks.
        values: what was measured of each, in the order of the options.
        right: place of the right one.
    """

    options: tuple[str, ...]
    values: tuple[float, ...]
    right: int


def closest_to_median(values: np.ndarray, places: Sequence[int]) -> int:
    """Of the places, the one whose value lies nearest to halfway between the least and the largest of them."""
    chosen = values[list(places)]
    middle = (float(chosen.min()) + float(chosen.max())) / 2
    return places[int(np.argmin(np.abs(chosen - middle)))]


def _three(values: np.ndarray, seed: int, among: np.ndarray | None = None) -> tuple[int, ...]:
    """The least, the largest and one halfway, in an order that depends on the seed alone."""
    places = np.arange(len(values)) if among is None else among
    order = places[np.argsort(values[places], kind="stable")]
    low, high = int(order[0]), int(order[-1])
    rest = [int(place) for place in order[1:-1]]
    three = [low, high] + ([closest_to_median(values, [low, *rest, high])] if rest else [])
    three = list(dict.fromkeys(three))
    if len(three) < 3 and rest:
        three.append(rest[len(rest) // 2])
    return tuple(int(place) for place in np.random.default_rng(seed).permutation(three))


def _highest(values: np.ndarray, seed: int, among: np.ndarray | None = None) -> Question:
    places = _three(values, seed, among)
    chosen = tuple(float(values[place]) for place in places)
    return Question(tuple(str(place) for place in places), chosen, int(np.argmax(chosen)))


def gate_question(block: BlockTrace) -> Question:
    """Which of these channels opens widest for this picture? Among channels that have something to let through."""
    loud = np.flatnonzero(block.energy >= np.median(block.energy))
    return _highest(block.gates, 3, loud)


def squeeze_question(block: BlockTrace) -> Question:
    """Which of these maps is squeezed to the largest number?"""
    return _highest(block.squeeze, 1)


def place_question(block: BlockTrace, row: int, column: int) -> Question:
    """Which of these maps has the largest value at a place?"""
    return _highest(block.kept_maps[:, row, column], 2)


def energy_question(block: BlockTrace) -> Question:
    """Which of these channels loses the largest share of its energy to its gate? Shares are 1 - s^2."""
    loud = np.flatnonzero(block.energy >= np.median(block.energy))
    return _highest(1 - block.applied.astype(np.float64) ** 2, 4, loud)


def harm_question(sweep: Sweep) -> Question:
    """Which of these blocks can be switched off with least harm? Harm is the divergence of the answer, in nats.

    Args:
        sweep: leaves each block out in turn.
    """
    harms = np.array([row.kl for row in sweep.rows])
    places = _three(harms, 8)
    chosen = tuple(float(harms[place]) for place in places)
    names = tuple(sweep.rows[place].edits.edits[0].block for place in places)
    return Question(names, chosen, int(np.argmin(chosen)))
