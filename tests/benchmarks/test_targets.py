"""Targets are found by name, and are met on the right side."""

from __future__ import annotations

import pytest

from benchmarks.results import Ratio
from benchmarks.targets import target_of


def found(numerator: str, denominator: str, value: float, network: str = "timm:seresnet50") -> Ratio:
    return Ratio(network, numerator, denominator, value, value, value, 1.0, 1.0, 1)


@pytest.mark.parametrize(
    ("figure", "text", "reached"),
    [
        (found("trace", "plain forward", 1.05), "<= 1.05", True),
        (found("trace", "plain forward", 1.06), "<= 1.05", False),
        (found("hooked loop", "leave-one-out", 2.9), ">= 3", False),
        (found("multiply-add bound", "leave-one-out", 0.9), ">= 0.85", True),
        (found("toggle at the last block", "plain forward", 0.2, "timm:mobilenetv3_large_100"), "<= 0.2", True),
    ],
)
def test_a_target_says_whether_it_is_reached(figure: Ratio, text: str, reached: bool) -> None:
    target = target_of(figure)
    assert target is not None
    assert target.text(figure.network) == text
    assert target.reached(figure) is reached


def test_other_figures_and_networks_have_no_target() -> None:
    assert target_of(found("trace", "full run", 1.0)) is None
    assert target_of(found("trace", "plain forward", 1.0, "timm:regnety_016")) is None
