"""What Hu et al. say of gates and classes (arXiv 1709.01507 v4, sections 4 and 7.2), tested on a profile.

The paper shows figures and says what they look like; it gives no thresholds but the cost of the last stage. The others
are ours, and every claim carries its figure, so that a reader may draw the line elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from se_explorer.analysis.class_profiles import open_share, specificity
from se_explorer.analysis.profile import BlockProfile, Profile

__all__ = ["Claim", "ClaimKind", "Doubt", "Removal", "Verdict", "claims_of"]

SECTION = "7.2"
REMOVAL_SECTION = "4"
AGNOSTIC = 0.10
TIMES_AS_SPECIFIC = 2.0
HALF = 0.5
ONE_PATTERN = 0.9
REMOVAL_COST = 0.001
BOUNDED_GATES = ("sigmoid", "hard sigmoid")


class Verdict(StrEnum):
    """Of a test."""

    HOLDS = "holds"
    FAILS = "does not hold"
    OPEN = "cannot be told"


class ClaimKind(StrEnum):
    """Which claim.

    Attributes:
        EARLY_AGNOSTIC: in early layers (SE_2_3) gates are distributed alike whatever the class: the blocks of the first
            stage. Figure: mean share of their gates' variance that lies between classes, at most 0.10.
        DEEP_SPECIFIC: deeper, gates are class-specific (SE_4_6, SE_5_1): the last block of the stage before the last
            and the first of the last stage. Figure: their mean share over that of the first stage, at least 2.
        SATURATED: SE_5_2 tends to be an identity, most gates are near 1: the last block but one of the last stage.
            Figure: share of channels whose median gate is at least 0.9, at least one half.
        ONE_PATTERN: SE_5_3 shows one pattern across classes, up to a scale: the last block. Figure: mean correlation,
            over channels, of the mean gates of two classes, at least 0.9.
        REMOVABLE: the last stage's blocks can go at little cost, below 0.1 % of top-5 (section 4; that network was
            trained anew). Figure: accuracy lost without them, at most 0.001.
    """

    EARLY_AGNOSTIC = "early-agnostic"
    DEEP_SPECIFIC = "deep-specific"
    SATURATED = "saturated"
    ONE_PATTERN = "one-pattern"
    REMOVABLE = "removable"


class Doubt(StrEnum):
    """Why a claim cannot be told."""

    TOO_FEW_CLASSES = "too-few-classes"
    TOO_FEW_PICTURES = "too-few-pictures"
    TOO_FEW_BLOCKS = "too-few-blocks"
    GATE_NOT_BOUNDED = "gate-not-bounded"
    NOT_MOVING = "gates-do-not-move"
    NOT_MEASURED = "not-measured"
    INTERVAL = "interval-holds-both"


@dataclass(frozen=True)
class Removal:
    """Accuracy over data without the last stage's SE blocks, an intervention: the paper trains such a network anew.

    Attributes:
        measure: "top-1" or "top-5".
        with_blocks, without_blocks: accuracies, as shares.
        low, high: 95 % interval of what is lost, ``with_blocks - without_blocks``, paired over the pictures.
    """

    measure: str
    with_blocks: float
    without_blocks: float
    low: float
    high: float

    @property
    def lost(self) -> float:
        """Accuracy lost, as a share; below 0 if it was gained."""
        return self.with_blocks - self.without_blocks


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, tested.

    Attributes:
        kind: which; ``ClaimKind`` says what its figure is.
        section: of the paper.
        paper_blocks: those that the paper speaks of, in SE-ResNet-50.
        blocks: those that have their places here.
        verdict: of the test.
        figure: what was measured; None where nothing could be.
        threshold: where the line is drawn.
        at_most: whether the claim holds up to the threshold; else from it on.
        doubt: why it cannot be told; None where it can.
        interval: 95 %, of the figure; None where there is none.
    """

    kind: ClaimKind
    section: str
    paper_blocks: tuple[str, ...]
    blocks: tuple[str, ...]
    verdict: Verdict
    figure: float | None
    threshold: float
    at_most: bool
    doubt: Doubt | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Places:
    """Blocks by where they stand: by stage, in running order."""

    stages: tuple[tuple[BlockProfile, ...], ...]

    @classmethod
    def of(cls, profile: Profile) -> _Places:
        numbers = [int(block.name.split("_")[1]) for block in profile.blocks]
        pairs = list(zip(numbers, profile.blocks, strict=True))
        return cls(tuple(tuple(b for n, b in pairs if n == stage) for stage in sorted(set(numbers))))

    @property
    def deep(self) -> tuple[BlockProfile, ...]:
        """The last block of the stage before the last, and the first of the last."""
        return (self.stages[-2][-1], self.stages[-1][0]) if len(self.stages) > 1 else ()


def _names(blocks: Sequence[BlockProfile]) -> tuple[str, ...]:
    return tuple(block.name for block in blocks)


def _judged(
    kind: ClaimKind,
    paper_blocks: tuple[str, ...],
    blocks: Sequence[BlockProfile],
    figure: float | None,
    threshold: float,
    at_most: bool,
    doubt: Doubt | None,
) -> Claim:
    verdict = Verdict.OPEN
    if doubt is None and figure is not None:
        holds = figure <= threshold if at_most else figure >= threshold
        verdict = Verdict.HOLDS if holds else Verdict.FAILS
    return Claim(kind, SECTION, paper_blocks, _names(blocks), verdict, figure, threshold, at_most, doubt)


def _too_little(profile: Profile) -> Doubt | None:
    """Whether so few pictures of so few classes say nothing: chance alone may explain half of what is agnostic."""
    if len(profile.classes) < 2:
        return Doubt.TOO_FEW_CLASSES
    by_chance = (len(profile.classes) - 1) / max(1, profile.count - 1)
    return Doubt.TOO_FEW_PICTURES if by_chance > AGNOSTIC / 2 else None


def _specific(profile: Profile, places: _Places) -> tuple[Claim, Claim]:
    shares = {each.name: each.explained_mean for each in specificity(profile)}
    early, deep = places.stages[0], places.deep
    doubt = _too_little(profile)
    low = float(np.mean([shares[block.name] for block in early]))
    agnostic = _judged(ClaimKind.EARLY_AGNOSTIC, ("SE_2_3",), early, low, AGNOSTIC, True, doubt)
    if not deep:
        doubt = doubt or Doubt.TOO_FEW_BLOCKS
    elif low == 0:
        doubt = doubt or Doubt.NOT_MOVING
    times = float(np.mean([shares[block.name] for block in deep])) / low if deep and low else None
    specific = _judged(ClaimKind.DEEP_SPECIFIC, ("SE_4_6", "SE_5_1"), deep, times, TIMES_AS_SPECIFIC, False, doubt)
    return agnostic, specific


def _saturated(profile: Profile, places: _Places) -> Claim:
    last = places.stages[-1]
    block = last[-2] if len(last) > 1 else None
    gate = {entry.name: entry.gate for entry in profile.header.blocks}
    doubt = Doubt.TOO_FEW_BLOCKS if block is None else None
    if block is not None and gate[block.name] not in BOUNDED_GATES:
        doubt = Doubt.GATE_NOT_BOUNDED
    figure = None if block is None or doubt else open_share(block)
    return _judged(ClaimKind.SATURATED, ("SE_5_2",), [block] if block else [], figure, HALF, False, doubt)


def _one_pattern(places: _Places) -> Claim:
    block = places.stages[-1][-1]
    means = block.gates.class_mean.astype(np.float64)
    doubt = None
    if len(means) < 2:
        doubt = Doubt.TOO_FEW_CLASSES
    elif means.std(axis=1).min() == 0:
        doubt = Doubt.NOT_MOVING
    figure = None
    if doubt is None:
        correlations = np.asarray(np.corrcoef(means))
        figure = float(correlations[np.triu_indices(len(means), 1)].mean())
    return _judged(ClaimKind.ONE_PATTERN, ("SE_5_3",), [block], figure, ONE_PATTERN, False, doubt)


def _removable(places: _Places, removal: Removal | None) -> Claim:
    verdict, doubt = Verdict.OPEN, Doubt.NOT_MEASURED if removal is None else None
    if removal is not None:
        if removal.high <= REMOVAL_COST:
            verdict = Verdict.HOLDS
        elif removal.low > REMOVAL_COST:
            verdict = Verdict.FAILS
        else:
            doubt = Doubt.INTERVAL
    return Claim(
        ClaimKind.REMOVABLE,
        REMOVAL_SECTION,
        ("SE_5_1", "SE_5_2", "SE_5_3"),
        _names(places.stages[-1]),
        verdict,
        removal.lost if removal else None,
        REMOVAL_COST,
        True,
        doubt,
        (removal.low, removal.high) if removal else None,
    )


def claims_of(profile: Profile, removal: Removal | None = None) -> tuple[Claim, ...]:
    """The paper's claims on this network and these data, one of each ``ClaimKind``.

    Args:
        removal: accuracy without the last stage's blocks; without it that claim cannot be told.
    """
    places = _Places.of(profile)
    return (
        *_specific(profile, places),
        _saturated(profile, places),
        _one_pattern(places),
        _removable(places, removal),
    )
