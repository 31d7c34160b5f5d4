"""How many digits a worked equation shows: as few as may be, and as many as make it come out right by hand.

Whoever types the shown numbers into a calculator must get the shown result, and the shown result must be the engine's.
Rounded operands do not always give the rounded result; then one digit more of them does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from se_explorer.analysis.circuits import Circuit, Term
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Places", "ShownSum", "places_for", "rounded", "shown_sum"]

MOST = 9  # decimal places; float32 has no more to say of numbers around 1


@dataclass(frozen=True)
class Places:
    """Decimal places of an equation's operands and of its result."""

    operands: int
    result: int


def rounded(value: float, places: int) -> float:
    """The number that is shown with so many decimal places."""
    return float(f"{value:.{places}f}")


def _alike(one: float, other: float, places: int) -> bool:
    return rounded(one, places) == rounded(other, places)  # -0.0 is 0.0


def places_for(value: float, by_hand: Callable[[int], float], wanted: int) -> Places:
    """The places with which an equation comes out right.

    Args:
        value: the engine's result.
        by_hand: the result worked out from operands that are shown with so many places.
        wanted: places of the result; other numbers of places are taken where these need too many digits.

    Raises:
        TraceError: no number of digits makes it come out right, since the value is not that of the equation.
    """
    results = [wanted, *(places for places in (wanted - 1, wanted + 1, *range(wanted - 2, -1, -1)) if places >= 0)]
    for slack in (2, MOST):
        for result in results:
            for operands in range(result, min(MOST, result + slack) + 1):
                if _alike(by_hand(operands), value, result):
                    return Places(operands, result)
    raise TraceError(later("an equation that comes out right"), f"{value!r}", later("Report this block to us."))


@dataclass(frozen=True)
class ShownSum:
    """A sum with its largest terms written out, and what its result goes through.

    Attributes:
        terms: those that are written out, each a weight times a value.
        others, rest: how many terms are not, and what they add up to.
        bias: 0 where there is none.
        total: the engine's.
        value: what the function after the sum makes of the total: a hidden unit, a gate.
        places: of the terms' weights and values, of rest and bias, and of the total.
        value_places: of the value.
    """

    terms: tuple[Term, ...]
    others: int
    rest: float
    bias: float
    total: float
    value: float
    places: Places
    value_places: int

    def by_hand(self, places: int | None = None) -> float:
        """The total worked out from the terms as they are shown."""
        shown = self.places.operands if places is None else places
        products = (rounded(term.weight, shown) * rounded(term.value, shown) for term in self.terms)
        return sum(products) + rounded(self.rest, shown) + rounded(self.bias, shown)


def shown_sum(
    circuit: Circuit, total: float, value: float, function: Callable[[float], float], count: int, wanted: int = 4
) -> ShownSum:
    """A circuit as it is written out.

    Args:
        total: the engine's sum.
        value: the engine's function of it.
        function: what makes the value of the total.
        count: terms to write out.
        wanted: decimal places of total and value.
    """
    head, rest = circuit.largest(count)
    others = len(circuit.terms) - len(head)
    draft = ShownSum(head, others, rest if others else 0.0, circuit.bias, total, value, Places(0, 0), 0)
    outer = places_for(value, lambda places: function(rounded(total, places)), wanted)
    inner = _total_places(total, draft.by_hand, outer, function, value)
    return ShownSum(head, others, draft.rest, circuit.bias, total, value, inner, outer.result)


def _total_places(
    total: float,
    by_hand: Callable[[int], float],
    outer: Places,
    function: Callable[[float], float],
    value: float,
) -> Places:
    """Places of a total that both comes out of its terms and gives the value."""
    for result in [outer.operands, *range(outer.operands + 1, MOST + 1), *range(outer.operands - 1, -1, -1)]:
        if not _alike(function(rounded(total, result)), value, outer.result):
            continue
        for operands in range(result, MOST + 1):
            if _alike(by_hand(operands), total, result):
                return Places(operands, result)
    raise TraceError(later("a sum that comes out right"), f"{total!r}", later("Report this block to us."))


def exact_sum(values: Sequence[float], places: int) -> float:
    """The sum of numbers as they are shown, which has no more places than they."""
    return rounded(sum(rounded(value, places) for value in values), places)
