"""What is said of a block, from rows made by hand."""

from __future__ import annotations

import pytest

from se_explorer.analysis.data_sweep_record import (
    Baseline,
    Contrast,
    DataRow,
    DataSweep,
    Difference,
    Spread,
)
from se_explorer.analysis.data_verdicts import Verdict, agreement_of_rankings, dependence_of
from se_explorer.analysis.profile_header import CodeVersion

COUNT, RIGHT = 100, 80


def difference(change: int, p: float = 0.5, loss: float = 0.0) -> Difference:
    """So many pictures gained, or lost if negative."""
    share = change / COUNT
    lost, gained = max(0, -change), max(0, change)
    spread = Spread(value=share, low=share, high=share)
    return Difference(
        accuracy=spread, loss=Spread(value=loss, low=loss, high=loss), lost=lost, gained=gained, p=p, p_holm=p
    )


def row(block: str, mode: str, found: Difference) -> DataRow:
    """One block in one mode."""
    right = RIGHT + found.gained - found.lost
    return DataRow(
        edits=f"{block}={mode}",
        blocks=(block,),
        mode=mode,
        right=right,
        right5=95,
        loss=1.0,
        agreeing=90,
        difference=found,
    )


def sweep(rows: list[DataRow], contrasts: list[Contrast], modes: tuple[str, ...] = ("off", "mean")) -> DataSweep:
    """A record of these."""
    return DataSweep(
        model="toy",
        weights="given",
        weights_sha256="0" * 64,
        device="cpu",
        code=CodeVersion(package="0", commit=None, torch="2"),
        date="2026-01-01T00:00:00+00:00",
        data="toys",
        split=None,
        classes=2,
        count=COUNT,
        unreadable=(),
        kind="leave-one-out",
        modes=modes,
        baseline=Baseline(right=RIGHT, right5=95, loss=1.0),
        rows=tuple(rows),
        contrasts=tuple(contrasts),
        seconds=1.0,
        forward_equivalents=1.0,
        one_pass=True,
        resamples=10,
        seed=0,
        level=0.95,
    )


@pytest.mark.parametrize(
    ("off", "mean", "expected"),
    [
        (difference(-20, 0.001), difference(-9, 0.01), "dependence"),
        (difference(-2, 0.4), difference(-9, 0.01), "dependence"),
        (difference(-20, 0.05), difference(-1), "weights"),
        (difference(-3, 0.051), difference(-1), "neither"),
    ],
)
def test_verdicts(off: Difference, mean: Difference, expected: Verdict) -> None:
    change = mean.gained - mean.lost - off.gained + off.lost
    contrast = Contrast(blocks=("SE_2_1",), mode="mean", against="off", difference=difference(change))
    found = dependence_of(sweep([row("SE_2_1", "off", off), row("SE_2_1", "mean", mean)], [contrast]), "SE_2_1")
    assert found is not None
    assert found.verdict == expected
    assert (found.off.difference, found.mean.difference, found.contrast) == (off, mean, contrast)


def test_without_both_modes_nothing_is_said() -> None:
    one = sweep([row("SE_2_1", "off", difference(-3))], [], ("off",))
    assert dependence_of(one, "SE_2_1") is None
    contrast = Contrast(blocks=("SE_2_1",), mode="mean", against="off", difference=difference(0))
    assert dependence_of(sweep([row("SE_2_1", "off", difference(-3))], [contrast]), "SE_2_1") is None
    assert dependence_of(sweep([], [contrast]), "SE_3_1") is None


def test_rankings_that_agree_correlate_positively_by_either_measure() -> None:
    falls = [difference(-9, loss=0.9), difference(-4, loss=0.4), difference(2, loss=-0.2), difference(0, loss=0.1)]
    made = sweep([row(f"SE_2_{place + 1}", "off", found) for place, found in enumerate(falls)], [], ("off",))
    changes = [-5.0, -2.0, 1.0, 0.5]
    assert agreement_of_rankings(made, "off", changes, "accuracy") == pytest.approx(1)
    assert agreement_of_rankings(made, "off", changes, "loss") == pytest.approx(1)
    assert agreement_of_rankings(made, "off", [-change for change in changes], "loss") == pytest.approx(-1)
    assert agreement_of_rankings(made, "off", changes[:3], "loss") is None
    assert agreement_of_rankings(made, "mean", changes, "loss") is None
