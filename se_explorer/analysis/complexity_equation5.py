"""Equation 5 beside the counted number, and what lies between them, term by term.

Equation 5: SE adds (2 / r) sum_s N_s C_s^2 parameters, for N_s blocks of C_s channels in stage s, two layers without
biases and C / r hidden units. Real blocks have biases, round their hidden units, take them from another number of
channels than C, or have a single layer; each such departure is a term, and the terms add up exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from se_explorer.analysis.complexity import Architecture, BlockCost

__all__ = ["Account", "Departure", "DepartureKind", "StageRow", "account", "hidden_rule", "own_reduction"]

DepartureKind = Literal["from the unit's input", "another ratio", "rounding", "single layer", "biases", "norm", "other"]
ORDER: tuple[DepartureKind, ...] = (
    "from the unit's input",
    "another ratio",
    "rounding",
    "single layer",
    "biases",
    "norm",
    "other",
)
STEP = 8  # MobileNetV3 and its kin round channels to multiples of this
SINGLE_LAYER_REDUCTION = Fraction(2)  # at which equation 5 gives C^2, the size of a single layer


@dataclass(frozen=True)
class StageRow:
    """``count`` blocks of ``channels`` channels in one stage: the summand of equation 5, and the counted parameters."""

    stage: int
    count: int
    channels: int
    equation5: Fraction
    counted: int


@dataclass(frozen=True)
class Departure:
    """A reason why the counted number differs from equation 5, and by how much; ``blocks`` is how many have it."""

    kind: DepartureKind
    amount: Fraction
    blocks: int


@dataclass(frozen=True)
class Account:
    """Equation 5 and the count for one r.

    Attributes:
        reduction: r.
        is_own: whether it is the network's own r, so that ``counted`` was counted; else it would be.
        rows: by stage and channels.
        departures: their amounts add up to ``counted - equation5`` exactly.
    """

    reduction: Fraction
    is_own: bool
    rows: tuple[StageRow, ...]
    departures: tuple[Departure, ...]

    @property
    def equation5(self) -> Fraction:
        """The sum of equation 5."""
        return sum((row.equation5 for row in self.rows), Fraction(0))

    @property
    def counted(self) -> int:
        """Parameters of all SE modules, or what they would be with this r."""
        return sum(row.counted for row in self.rows)


def _ratio(block: BlockCost) -> Fraction:
    return Fraction(block.facts.channels, block.facts.hidden_units)


def own_reduction(blocks: Sequence[BlockCost]) -> Fraction:
    """The network's own r: the most frequent C / hidden of its blocks, of equally frequent ones the largest.

    Blocks with a single layer have none; for a network of these alone it is 2, where equation 5 gives their C^2.
    """
    ratios = Counter(_ratio(block) for block in blocks if block.facts.hidden_units)
    if not ratios:
        return SINGLE_LAYER_REDUCTION
    return max(ratios, key=lambda ratio: (ratios[ratio], ratio))


def hidden_rule(blocks: Sequence[BlockCost]) -> tuple[Literal["C", "C_in"], Fraction]:
    """What a network's hidden units are a share of: the block's channels, or the channels that its unit takes.

    Read off the blocks: whichever of the two has the same ratio in more of them; C where they tie.

    Returns:
        "C" or "C_in", and the most frequent ratio to the hidden units.
    """
    with_hidden = [block for block in blocks if block.facts.hidden_units]
    own = Counter(_ratio(block) for block in with_hidden)
    taken = Counter(Fraction(block.placement.input_channels, block.facts.hidden_units) for block in with_hidden)
    if not own:
        return "C", SINGLE_LAYER_REDUCTION
    if max(taken.values()) > max(own.values()):
        return "C_in", max(taken, key=lambda ratio: (taken[ratio], ratio))
    return "C", own_reduction(blocks)


def _hidden(block: BlockCost, reduction: Fraction, own: Fraction) -> int:
    """Hidden units that the block would have with another r: as many times fewer as r is larger, at least one."""
    units = block.facts.hidden_units
    return units if reduction == own or not units else max(1, int(units * own / reduction))


def _resized(block: BlockCost, hidden: int) -> tuple[int, int, int]:
    """Numbers in the matrices, biases and norm with so many hidden units."""
    units, weights = block.facts.hidden_units, block.weights
    if hidden == units:
        return weights.matrices, weights.biases, weights.norm
    matrices = weights.matrices * hidden // units
    biases = weights.biases - units + hidden if weights.biases >= units + block.facts.channels else weights.biases
    return matrices, biases, weights.norm * hidden // units


def _reason(block: BlockCost, own: Fraction, rule: tuple[str, Fraction]) -> DepartureKind:
    """Why a block's matrices are not those of equation 5, at its network's own r."""
    units = block.facts.hidden_units
    if not units:
        return "single layer"
    away = abs(units - block.facts.channels / own)
    if away < 1:
        return "rounding"
    if rule[0] == "C_in" and abs(units - block.placement.input_channels / rule[1]) < 1:
        return "from the unit's input"
    return "rounding" if away < STEP and units % STEP == 0 else "another ratio"


def _departures(
    block: BlockCost, reduction: Fraction, own: Fraction, rule: tuple[str, Fraction]
) -> list[tuple[DepartureKind, Fraction]]:
    matrices, biases, norm = _resized(block, _hidden(block, reduction, own))
    return [
        (_reason(block, own, rule), matrices - 2 * block.facts.channels**2 / reduction),
        ("biases", Fraction(biases)),
        ("norm", Fraction(norm)),
        ("other", Fraction(block.weights.other)),
    ]


def account(architecture: Architecture, reduction: Fraction | int | None = None) -> Account:
    """Equation 5, the counted number and their difference, for the network's own r or another one.

    Args:
        reduction: r, above 0; None takes the network's own.
    """
    blocks = architecture.modules
    own = own_reduction(blocks)
    wanted = own if reduction is None else Fraction(reduction)
    rule = hidden_rule(blocks)
    amounts: dict[DepartureKind, Fraction] = dict.fromkeys(ORDER, Fraction(0))
    having: Counter[DepartureKind] = Counter()
    rows: dict[tuple[int, int], tuple[int, int]] = {}
    for block in blocks:
        matrices, biases, norm = _resized(block, _hidden(block, wanted, own))
        key = (block.stage, block.facts.channels)
        count, counted = rows.get(key, (0, 0))
        rows[key] = count + 1, counted + matrices + biases + norm + block.weights.other
        for kind, amount in _departures(block, wanted, own, rule):
            amounts[kind] += amount
            having[kind] += amount != 0
    return Account(
        reduction=wanted,
        is_own=wanted == own,
        rows=tuple(
            StageRow(stage, count, channels, Fraction(2 * count * channels**2) / wanted, counted)
            for (stage, channels), (count, counted) in rows.items()
        ),
        departures=tuple(Departure(kind, amounts[kind], having[kind]) for kind in ORDER if having[kind]),
    )
