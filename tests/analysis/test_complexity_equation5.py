"""Equation 5: the paper's sum, and a difference that adds up exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from timm.layers.squeeze_excite import EffectiveSEModule, SEModule
from torch import nn

from se_explorer.analysis.complexity_equation5 import account, hidden_rule, own_reduction
from tests.analysis.architectures import TwoUnits, known, of
from tests.analysis.toys import Toy

NETWORKS = [
    "seresnet50-imagenette",
    "timm:seresnet50",
    "timm:mobilenetv3_large_100",
    "timm:efficientnet_b0",
    "torchvision:regnet_y_400mf",
    "timm:ese_vovnet19b_dw",
    "timm:rexnet_100",
    "timm:mixnet_s",
]


def test_se_resnet_50() -> None:
    result = account(known("timm:seresnet50"))
    assert result.is_own
    assert result.reduction == 16
    assert [(row.stage, row.count, row.channels, row.equation5) for row in result.rows] == [
        (2, 3, 256, 24_576),
        (3, 4, 512, 131_072),
        (4, 6, 1024, 786_432),
        (5, 3, 2048, 1_572_864),
    ]
    assert result.equation5 == 2_514_944
    assert result.counted == 2_530_992
    assert [(term.kind, term.amount, term.blocks) for term in result.departures] == [("biases", 16_048, 16)]
    plain = known("timm:seresnet50").plain_parameters
    assert f"{float(result.rows[-1].equation5 / result.equation5):.1%}" == "62.5%"
    assert f"{(result.counted - result.rows[-1].counted) / plain:.1%}" == "3.7%"


@pytest.mark.parametrize("ratio", [None, 2, 4, 8, 16, 32, 64, Fraction(7, 2)])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_terms_add_up_exactly(name: str, ratio: Fraction | int | None) -> None:
    found = known(name)
    result = account(found, ratio)
    assert sum(term.amount for term in result.departures) == result.counted - result.equation5
    assert result.counted == sum(row.counted for row in result.rows)
    if result.is_own:
        assert result.counted == found.se_parameters


@pytest.mark.parametrize(
    ("name", "own", "rule", "kinds"),
    [
        ("seresnet50-imagenette", 16, ("C", 16), []),
        ("timm:mobilenetv3_large_100", 4, ("C", 4), ["rounding", "biases"]),
        ("timm:efficientnet_b0", 24, ("C_in", 4), ["from the unit's input", "biases"]),
        ("torchvision:regnet_y_400mf", 4, ("C_in", 4), ["from the unit's input", "biases"]),
        ("timm:ese_vovnet19b_dw", 2, ("C", 2), ["biases"]),
        ("timm:rexnet_100", 12, ("C", 12), ["rounding", "biases", "norm"]),
        ("timm:mixnet_s", 12, ("C_in", 2), ["from the unit's input", "another ratio", "biases"]),
    ],
)
def test_why_they_differ(name: str, own: int, rule: tuple[str, int], kinds: list[str]) -> None:
    blocks = known(name).modules
    assert own_reduction(blocks) == own
    assert hidden_rule(blocks) == rule
    assert [term.kind for term in account(known(name)).departures] == kinds


def test_by_hand() -> None:
    """Two blocks of 8 channels and r = 2: 2 x 8 x 4 weights each, no biases; with r = 3 two hidden units each."""
    found = of(TwoUnits("standard"))
    assert account(found).equation5 == account(found).counted == 2 * 64
    other = account(found, 3)
    assert (other.is_own, other.counted, other.equation5) == (False, 2 * 32, Fraction(2 * 2 * 64, 3))
    (term,) = other.departures
    assert (term.kind, term.amount, term.blocks) == ("rounding", 64 - Fraction(256, 3), 2)


def test_a_batch_norm_and_biases_by_hand() -> None:
    found = of(Toy(SEModule(8, rd_channels=2, norm_layer=nn.BatchNorm2d), 8, 3, False))
    amounts = {term.kind: term.amount for term in account(found).departures}
    assert amounts == {"biases": 10, "norm": 4}
    wider = account(found, 2)
    assert wider.counted == 2 * 8 * 4 + (4 + 8) + 2 * 4


def test_a_single_layer_does_not_know_r() -> None:
    found = of(Toy(EffectiveSEModule(8), 8, 3, False))
    for ratio, rest in ((2, 0), (8, 64 - 16), (64, 64 - 2)):
        result = account(found, ratio)
        assert result.counted == 64 + 8
        assert {term.kind: term.amount for term in result.departures}.get("single layer", 0) == rest


def test_at_least_one_hidden_unit_stays() -> None:
    result = account(of(TwoUnits("standard")), 64)
    assert result.counted == 2 * 16
