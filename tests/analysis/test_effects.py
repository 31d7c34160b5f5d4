"""What an edit changed: two answers side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from se_explorer import compare, load_picture
from se_explorer.errors import TraceError
from tests.analysis.toys import colour_engine, paint, trace_of

logits = st.lists(st.floats(-30, 30, width=32), min_size=4, max_size=4)


def divergence(before: list[float], after: list[float]) -> float:
    """sum p log(p / q) as it stands in the books."""
    p, q = (np.exp(np.asarray(values, np.float64)) for values in (before, after))
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum(p * np.log(p / q)))


def test_the_answer_before_is_watched_unless_another_class_is_named() -> None:
    effect = compare(trace_of([1, 3, 2]), trace_of([1.5, 0, 2]))
    assert effect.target == 1
    assert (effect.before.label, effect.before.logit, effect.after.logit) == ("c1", 3, 0)
    assert effect.logit_delta == -3
    assert effect.flipped
    assert (effect.answer_before.label, effect.answer_after.label) == ("c1", "c2")
    other = compare(trace_of([1, 3, 2]), trace_of([1.5, 0, 2]), target=0)
    assert (other.target, other.before.label, other.logit_delta) == (0, "c0", 0.5)
    assert other.flipped


def test_probabilities_by_hand() -> None:
    effect = compare(trace_of([np.log(1), np.log(3)]), trace_of([np.log(1), np.log(1)]), target=0)
    assert (effect.before.probability, effect.after.probability) == pytest.approx((0.25, 0.5))
    assert effect.probability_delta == pytest.approx(0.25)
    assert effect.kl == pytest.approx(0.25 * np.log(0.25 / 0.5) + 0.75 * np.log(0.75 / 0.5), abs=1e-6)
    assert effect.answer_after.index == 0  # of equals the first


@given(logits, logits)
def test_divergence_agrees_with_the_plain_formula(before: list[float], after: list[float]) -> None:
    effect = compare(trace_of(before), trace_of(after))
    assert effect.kl >= 0
    assert effect.kl == pytest.approx(divergence(before, after), rel=1e-9, abs=1e-12)
    assert effect.flipped == (int(np.argmax(before)) != int(np.argmax(after)))


@given(logits)
def test_nothing_changed(values: list[float]) -> None:
    effect = compare(trace_of(values), trace_of(values))
    assert effect.kl == 0
    assert (effect.logit_delta, effect.probability_delta, effect.flipped) == (0, 0, False)


@given(logits, st.floats(-20, 20, width=16))
def test_a_shift_of_all_logits_is_no_change_of_the_answer(values: list[float], shift: float) -> None:
    effect = compare(trace_of(values), trace_of([value + shift for value in values]))
    assert effect.kl == pytest.approx(0, abs=1e-8)


def test_direction_counts() -> None:
    sure, unsure = trace_of([0, 5]), trace_of([0, 0])
    assert compare(sure, unsure).kl == pytest.approx(divergence([0, 5], [0, 0]))
    assert compare(unsure, sure).kl == pytest.approx(divergence([0, 0], [0, 5]))
    assert compare(unsure, sure).kl > 2 * compare(sure, unsure).kl


def test_logits_that_overflow_a_plain_exponential() -> None:
    assert compare(trace_of([1000, 0]), trace_of([0, 1000])).kl == pytest.approx(1000)


@pytest.mark.parametrize("target", [-1, 3, 10**6])
def test_a_class_that_is_not_there(target: int) -> None:
    with pytest.raises(TraceError, match=f"a class, 0 to 2, but got {target}"):
        compare(trace_of([1, 2, 3]), trace_of([1, 2, 3]), target)


@pytest.mark.parametrize("labels", [("x", "y", "z"), ("b", "a"), ("a",)], ids=["renamed", "swapped", "fewer"])
def test_other_classes_are_refused(labels: tuple[str, ...]) -> None:
    after = trace_of([0.0] * len(labels), labels, model="second")
    with pytest.raises(TraceError, match="toy and second"):
        compare(trace_of([1, 2], ("a", "b")), after)


def test_a_shut_gate_turns_the_answer(tmp_path: Path) -> None:
    paint(tmp_path / "red.png", (204, 102, 51))
    engine, picture = colour_engine(), load_picture(tmp_path / "red.png")
    effect = compare(engine.trace(picture), engine.trace(picture, "SE_1_1.0=0"))
    assert (effect.answer_before.label, effect.answer_after.label) == ("red", "green")
    assert effect.logit_delta == pytest.approx(-0.4)
    assert effect.kl == pytest.approx(divergence([0.4, 0.2, 0.1], [0, 0.2, 0.1]), abs=1e-6)
