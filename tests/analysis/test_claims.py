"""The paper's claims on profiles made so that each holds, fails, or cannot be told."""

from __future__ import annotations

import dataclasses

import pytest

from se_explorer.analysis import Claim, ClaimKind, Doubt, Removal, Verdict, claims_of
from tests.analysis.profiles import made_profile

ALIKE = [[0.30, 0.60], [0.31, 0.61]]  # between 2.5e-5, within 0.01: next to nothing is explained
APART = [[0.2, 0.8], [0.8, 0.2]]  # between 0.09: nine tenths are explained
NAMES = ("SE_2_1", "SE_4_6", "SE_5_1", "SE_5_2", "SE_5_3")
LIKE_THE_PAPER = dict(zip(NAMES, (ALIKE, APART, APART, [[0.97, 0.95]] * 2, ALIKE), strict=True))


def claims(*arguments: object, **options: object) -> dict[ClaimKind, Claim]:
    """The claims on a profile of these means, by kind; ``removal`` goes with them."""
    removal = options.pop("removal", None)
    found = claims_of(made_profile(*arguments, **options), removal)  # type: ignore[arg-type]
    assert [claim.kind for claim in found] == list(ClaimKind)
    return {claim.kind: claim for claim in found}


def test_a_network_like_the_papers() -> None:
    found = claims(LIKE_THE_PAPER, removal=Removal("top-5", 0.94, 0.9395, 0.0001, 0.0009))
    assert {claim.verdict for claim in found.values()} == {Verdict.HOLDS}
    assert {claim.doubt for claim in found.values()} == {None}
    assert found[ClaimKind.EARLY_AGNOSTIC].figure == pytest.approx(2.5e-5 / (2.5e-5 + 0.01), rel=1e-3)
    assert found[ClaimKind.DEEP_SPECIFIC].figure == pytest.approx(0.9 / (2.5e-5 / 0.010025), rel=1e-3)
    assert found[ClaimKind.SATURATED].figure == 1
    assert found[ClaimKind.ONE_PATTERN].figure == pytest.approx(1)
    assert found[ClaimKind.REMOVABLE].figure == pytest.approx(0.0005)
    assert found[ClaimKind.REMOVABLE].interval == (0.0001, 0.0009)
    places = {kind: claim.blocks for kind, claim in found.items()}
    assert places == {
        ClaimKind.EARLY_AGNOSTIC: ("SE_2_1",),
        ClaimKind.DEEP_SPECIFIC: ("SE_4_6", "SE_5_1"),
        ClaimKind.SATURATED: ("SE_5_2",),
        ClaimKind.ONE_PATTERN: ("SE_5_3",),
        ClaimKind.REMOVABLE: ("SE_5_1", "SE_5_2", "SE_5_3"),
    }
    assert {claim.section for claim in found.values()} == {"4", "7.2"}


def test_a_network_that_is_its_opposite() -> None:
    means = dict(zip(NAMES, (APART, ALIKE, ALIKE, [[0.5, 0.4]] * 2, APART), strict=True))
    found = claims(means, removal=Removal("top-1", 0.9, 0.88, 0.015, 0.025))
    assert {claim.verdict for claim in found.values()} == {Verdict.FAILS}
    assert found[ClaimKind.ONE_PATTERN].figure == pytest.approx(-1)


def test_removal_needs_its_measurement_and_an_interval_on_one_side() -> None:
    none = claims(LIKE_THE_PAPER)[ClaimKind.REMOVABLE]
    assert (none.verdict, none.doubt, none.figure, none.interval) == (Verdict.OPEN, Doubt.NOT_MEASURED, None, None)
    wide = claims(LIKE_THE_PAPER, removal=Removal("top-1", 0.9, 0.899, -0.002, 0.004))[ClaimKind.REMOVABLE]
    assert (wide.verdict, wide.doubt) == (Verdict.OPEN, Doubt.INTERVAL)
    assert wide.figure == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("counts", "doubt"), [((100,), Doubt.TOO_FEW_CLASSES), ((5, 5), Doubt.TOO_FEW_PICTURES), ((200, 5), None)]
)
def test_few_pictures_say_nothing_of_classes(counts: tuple[int, ...], doubt: Doubt | None) -> None:
    means = {name: rows[: len(counts)] for name, rows in LIKE_THE_PAPER.items()}
    found = claims(means, counts=counts)
    for kind in (ClaimKind.EARLY_AGNOSTIC, ClaimKind.DEEP_SPECIFIC):
        assert found[kind].doubt == doubt
        assert (found[kind].verdict == Verdict.OPEN) == (doubt is not None)


def test_networks_without_the_papers_places() -> None:
    found = claims({"SE_3_1": ALIKE})
    assert (found[ClaimKind.DEEP_SPECIFIC].doubt, found[ClaimKind.DEEP_SPECIFIC].blocks) == (Doubt.TOO_FEW_BLOCKS, ())
    assert (found[ClaimKind.SATURATED].doubt, found[ClaimKind.SATURATED].figure) == (Doubt.TOO_FEW_BLOCKS, None)
    assert found[ClaimKind.REMOVABLE].blocks == ("SE_3_1",)


def test_gates_without_bounds_do_not_saturate() -> None:
    claim = claims(LIKE_THE_PAPER, gate="ReLU")[ClaimKind.SATURATED]
    assert (claim.verdict, claim.doubt, claim.figure) == (Verdict.OPEN, Doubt.GATE_NOT_BOUNDED, None)
    assert claims(LIKE_THE_PAPER, gate="hard sigmoid")[ClaimKind.SATURATED].verdict == Verdict.HOLDS


def test_gates_that_do_not_move() -> None:
    flat = [[0.5, 0.5], [0.5, 0.5]]
    found = claims(LIKE_THE_PAPER | {"SE_2_1": flat, "SE_5_3": flat}, deviation=0)
    assert found[ClaimKind.DEEP_SPECIFIC].doubt == Doubt.NOT_MOVING
    assert found[ClaimKind.ONE_PATTERN].doubt == Doubt.NOT_MOVING
    assert found[ClaimKind.EARLY_AGNOSTIC].figure == 0


def test_the_threshold_itself_holds() -> None:
    claim = claims(LIKE_THE_PAPER, medians={"SE_5_2": [0.95, 0.1]})[ClaimKind.SATURATED]
    assert (claim.figure, claim.threshold, claim.verdict) == (0.5, 0.5, Verdict.HOLDS)
    below = claims(LIKE_THE_PAPER, medians={"SE_5_2": [0.89, 0.1]})[ClaimKind.SATURATED]
    assert (below.figure, below.verdict) == (0, Verdict.FAILS)


def test_claims_are_values() -> None:
    claim = claims(LIKE_THE_PAPER)[ClaimKind.SATURATED]
    assert dataclasses.replace(claim) == claim
    assert {hash(claim)} == {hash(dataclasses.replace(claim))}
