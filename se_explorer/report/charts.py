"""From traces to charts, the same for a page and for a report."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from se_explorer.analysis import Circuit
from se_explorer.engine import BlockTrace, Trace
from se_explorer.figures import Say, Theme, compare_predictions, english, sum_waterfall

__all__ = ["answers_chart", "circuit_chart", "map_limits", "shown_answers"]

SHOWN = 5
TERMS = 10


def shown_answers(before: Trace, after: Trace | None) -> list[int]:
    """Classes that are among the first five in either trace, the most probable first."""
    traces = [before] if after is None else [before, after]
    indices = {answer.index: None for trace in traces for answer in trace.top(SHOWN)}
    return sorted(indices, key=lambda index: -max(float(trace.probabilities[index]) for trace in traces))


def answers_chart(before: Trace, after: Trace | None, theme: Theme, say: Say = english) -> go.Figure:
    """Their probabilities, without and with the edits."""
    answers = shown_answers(before, after)
    edited = None if after is None else [float(after.probabilities[index]) for index in answers]
    shares = [float(before.probabilities[index]) for index in answers]
    return compare_predictions([before.labels[index] for index in answers], shares, edited, theme, say=say)


def circuit_chart(circuit: Circuit, theme: Theme, title: str, say: Say = english) -> go.Figure:
    """The sum behind a pre-activation: the ten largest terms, all others in one, and the bias."""
    head, rest = circuit.largest(TERMS)
    source = say("hidden {index}") if circuit.source == "hidden" else say("z {index}")
    labels = [source.format(index=term.index) for term in head]
    values = [term.contribution for term in head]
    keys: list[int | str | None] = [term.index for term in head]
    others = len(circuit.terms) - len(head)
    if others:
        labels.append(say("{count} others").format(count=others))
        values.append(rest)
        keys.append(None)
    if circuit.bias:
        labels.append(say("bias"))
        values.append(circuit.bias)
        keys.append(None)
    return sum_waterfall(labels, values, say("sum"), theme, title, keys=keys, say=say)


def map_limits(blocks: tuple[BlockTrace, ...], block: BlockTrace, channels: np.ndarray, each: bool) -> np.ndarray:
    """The value at the end of the colour scale, (channels,): the largest absolute value of u and x~.

    Args:
        blocks: those that share one scale.
        each: whether every channel has its own scale instead.
    """
    if each:
        extremes: np.ndarray = _extremes(block)[channels]
        return extremes
    return np.full(len(channels), max(_extremes(other).max() for other in blocks), np.float32)


def _extremes(trace: BlockTrace) -> np.ndarray:
    absolute: np.ndarray = np.maximum(np.abs(trace.low), np.abs(trace.high)) * np.maximum(1, trace.applied)
    return absolute
