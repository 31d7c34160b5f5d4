"""Where a squeeze comes from, in words."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis import SqueezeParts
from se_explorer.ui.channel_squeeze import tell_parts
from se_explorer.ui.state import local_paths


def parts(*values: float) -> SqueezeParts:
    """Parts in a row; z is their sum."""
    row = np.array([values])
    return SqueezeParts(row, float(row.sum()))


def test_a_positive_squeeze() -> None:
    told = tell_parts(parts(0.5, 0.25, 0.25), "average")
    assert told.startswith("**50% of z = 1.00 comes from the brightest tenth of positions** (1 of 3)")
    assert told.endswith("where all were equally bright it would be 33%.")


def test_negative_parts_are_told() -> None:
    told = tell_parts(parts(2.0, -0.5, -0.5), "average")
    assert "**200% of z = 1.00" in told
    assert "Positions below 0 take 100% of z away." in told


def test_a_negative_squeeze_comes_from_the_darkest() -> None:
    told = tell_parts(parts(-1.5, -1.0, 0.5), "average")
    assert told.startswith("z = −2.00 is negative: **75% of it comes from the darkest tenth of positions** (1 of 3)")
    assert told.endswith("The brightest tenth speaks against it: +0.500, 25% of z.")
    assert tell_parts(parts(-3.0, -1.0), "average").endswith("The brightest tenth is negative too and gives 25%.")


@pytest.mark.parametrize("values", [(1.0, -1.0), (0.0, 0.0), (1.0, -0.99)])
def test_a_squeeze_of_nothing_has_no_shares(values: tuple[float, float]) -> None:
    told = tell_parts(parts(*values), "average")
    assert "a share of it would mean nothing" in told
    assert "%" not in told


def test_other_squeezes() -> None:
    assert "by the maximum: z = 2.00 is the brightest position alone" in tell_parts(parts(2.0, 0.0), "max")
    assert "Half of this block's z is the average" in tell_parts(parts(2.0, 1.0), "average + max")


@pytest.mark.parametrize(("value", "allowed"), [(None, True), ("", True), ("local", True), ("public", False)])
def test_local_paths_are_the_profiles(monkeypatch: pytest.MonkeyPatch, value: str | None, allowed: bool) -> None:
    monkeypatch.delenv("SE_EXPLORER_PROFILE", raising=False)
    if value is not None:
        monkeypatch.setenv("SE_EXPLORER_PROFILE", value)
    assert local_paths() is allowed
