"""What goes into the CSV of tried plans."""

from __future__ import annotations

import pytest

from se_explorer.ui.ablate_history import spreadsheet_safe


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_name_that_would_run_as_a_formula_is_quoted(text: str) -> None:
    assert spreadsheet_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["photo.jpg", "", "1=1", "猫.png"])
def test_other_names_stay(text: str) -> None:
    assert spreadsheet_safe(text) == text
