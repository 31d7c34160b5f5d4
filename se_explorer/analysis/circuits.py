"""Why a gate opened: the exact sums of equation 3, term by term.

The pre-activation of gate c is  sum_h W2[c, h] hidden_h + b2[c];  what goes into hidden unit h is
sum_c W1[h, c] z_c + b1[h]. Both are sums, so that each term is a share of the result and nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from se_explorer.blocks import ExcitationLayers
from se_explorer.engine import BlockTrace
from se_explorer.errors import BlockError
from se_explorer.language import Text, later

__all__ = ["Circuit", "Term", "gate_circuit", "hidden_circuit"]


@dataclass(frozen=True)
class Term:
    """One term of a sum: ``weight * value``, from the hidden unit or channel ``index``."""

    index: int
    weight: float
    value: float

    @property
    def contribution(self) -> float:
        """What the term adds to the sum."""
        return self.weight * self.value


@dataclass(frozen=True)
class Circuit:
    """A sum worked out.

    Attributes:
        terms: the largest contributions first, by absolute value.
        source: what a term's index counts: hidden units, or the squeezed channels.
        bias: added at the end; 0 where the layer has none.
        total: the sum of all terms and the bias, in float64.
    """

    terms: tuple[Term, ...]
    source: Literal["hidden", "z"]
    bias: float
    total: float

    def largest(self, count: int) -> tuple[tuple[Term, ...], float]:
        """The ``count`` largest terms, and the sum of all the others."""
        head = self.terms[:count]
        return head, sum(term.contribution for term in self.terms[count:])


def _circuit(weights: np.ndarray, values: np.ndarray, bias: float, source: Literal["hidden", "z"]) -> Circuit:
    wide = values.astype(np.float64)
    order = np.argsort(-np.abs(weights * wide), kind="stable")
    terms = tuple(Term(int(i), float(weights[i]), float(wide[i])) for i in order)
    return Circuit(terms, source, bias, float(weights @ wide) + bias)


def _check(index: int, count: int, expected: Text) -> None:
    if not 0 <= index < count:
        raise BlockError(expected, str(index), later("Choose another one."))


def gate_circuit(block: BlockTrace, layers: ExcitationLayers, channel: int) -> Circuit:
    """The sum that gives a gate's pre-activation; from z itself where the block has a single layer.

    Raises:
        BlockError: the block has no such channel.
    """
    last = len(block.gates) - 1
    expected = later("a channel of {name}, 0 to {last}", name=block.block.name, last=last)
    _check(channel, len(block.gates), expected)
    weights, bias = layers.w2[channel].cpu().numpy(), float(layers.b2[channel])
    if layers.w1 is None:
        return _circuit(weights, block.squeeze, bias, "z")
    return _circuit(weights, block.hidden, bias, "hidden")


def hidden_circuit(block: BlockTrace, layers: ExcitationLayers, unit: int) -> Circuit:
    """The sum that goes into a hidden unit's activation; a batch norm between the layers is folded in.

    Raises:
        BlockError: the block has no such hidden unit.
    """
    if layers.w1 is None or layers.b1 is None:
        raise BlockError(
            later("a block with hidden units"),
            later("{name}, which has one layer", name=block.block.name),
            later("Look at z instead."),
        )
    last = len(layers.w1) - 1
    expected = later("a hidden unit of {name}, 0 to {last}", name=block.block.name, last=last)
    _check(unit, len(layers.w1), expected)
    return _circuit(layers.w1[unit].cpu().numpy(), block.squeeze, float(layers.b1[unit]), "z")
