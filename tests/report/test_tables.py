"""CSV: every number in full, and nothing that runs in a spreadsheet."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from se_explorer.language import _, decimal, language
from se_explorer.report import csv_text, file_table, spreadsheet_safe


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1+1", "＝1+1", "＠x"])
def test_a_name_that_would_run_as_a_formula_is_quoted(text: str) -> None:
    assert spreadsheet_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["photo.jpg", "", "1=1", "猫.png", " photo"])
def test_other_names_stay(text: str) -> None:
    assert spreadsheet_safe(text) == text


def test_numbers_come_back_exactly() -> None:
    values = np.random.default_rng(0).normal(size=64)
    table = pd.DataFrame({"wide (nats)": values, "narrow": values.astype(np.float32), "whole": np.arange(64)})
    read = pd.read_csv(io.StringIO(csv_text(table)))
    assert list(read.columns) == list(table.columns)
    assert np.array_equal(read["wide (nats)"], values)
    assert np.array_equal(read["narrow"].to_numpy(np.float32), table["narrow"])
    assert np.array_equal(read["whole"], table["whole"])


def test_cells_headings_and_what_the_table_is_about_are_all_made_safe() -> None:
    table = pd.DataFrame({"=label": ["=1+1", "-cmd", "tench"], "change": [-1.5, 2.0, -3.0]})
    text = csv_text(file_table(lambda: table, lambda: {"Picture": "@evil.png", "Probability": -0.25}))
    assert text.splitlines() == [
        "'=label,change,Picture,Probability",
        "'=1+1,-1.5,'@evil.png,-0.25",
        "'-cmd,2.0,'@evil.png,-0.25",
        "tench,-3.0,'@evil.png,-0.25",
    ]


def test_a_file_is_english_in_every_language_and_the_page_stays_as_it_is() -> None:
    def make() -> pd.DataFrame:
        return pd.DataFrame({_("Block"): [_("Network without SE")], _("Gate"): [decimal(1234.5, 1)]})

    with language("zh-Hans"):
        text = csv_text(file_table(make, lambda: {_("Network"): "SE-ResNet-50"}))
        assert "Block" not in make().columns
    assert text == 'Block,Gate,Network\nNetwork without SE,"1,234.5",SE-ResNet-50\n'
