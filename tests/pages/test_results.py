"""The Results page, driven as a session."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from se_explorer.models import bundled_cards
from se_explorer.models.published import published
from se_explorer.report import csv_text
from se_explorer.ui.results_tables import cost_pairs, frame_of, printed_rows, row_keys
from tests.pages.driver import assert_healthy, open_app, texts


def test_table_2_at_first_with_all_kinds_of_figures_kept_apart() -> None:
    app = open_app("results")
    assert [header.value for header in app.header] == [
        "Printed in the paper",
        "Measured by us",
        "Published by timm and torchvision",
        "Where the study notes are loose",
    ]
    printed, measured, others = (table.value for table in app.dataframe)
    assert list(printed["Network"]) == [pair.plain.model for pair in published().pairs(2)]
    assert printed["Top-1 change (points)"][0] == pytest.approx(-1.51)
    assert printed["Counted by us: parameters with SE (M)"][0] == pytest.approx(28.071976)
    card = bundled_cards()["seresnet50-imagenette"]
    assert measured["Top-1 error (%)"][0] == pytest.approx(100 - 100 * card.accuracy.right / card.accuracy.count)
    assert measured["95 % interval from (%)"][0] < measured["Top-1 error (%)"][0] < measured["to (%)"][0]
    assert len(others) == 72
    said = texts(app)
    for part in ("2.251 % is an ensemble's", "2,514,944 parameters more", "+0.26%", "209 ms instead of 190 ms"):
        assert part in said
    assert "3,681,826 parameters, 3,328,162 without SE (+10.6%)" in said
    assert "arxiv.org/abs/1709.01507" in said
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert len(app.get("plotly_chart")) == 3


@pytest.mark.parametrize(("table", "rows", "charts"), [("4", 4, 2), ("10", 6, 2), ("15", 1, 2), ("3", 2, 3)])
def test_a_link_opens_a_table(table: str, rows: int, charts: int) -> None:
    app = open_app("results", table=table)
    assert len(app.dataframe[0].value) == rows == len(row_keys(int(table)))
    assert len(app.get("plotly_chart")) == charts
    assert f"Table {table}. " in texts(app)


def test_all_tables_at_once() -> None:
    app = open_app("results", table="all", error="top5", cost="parameters")
    assert len(app.dataframe) == 13
    assert texts(app).count("with another recipe than Table 2") == 1
    next(group for group in app.get("button_group") if group.key == "table").set_value("16").run()
    assert_healthy(app)
    assert app.query_params["table"] == "16"
    assert len(app.dataframe) == 3


@pytest.mark.parametrize("strange", ["", "1", "99", "<script>", "-2", "٢"])
def test_a_strange_address_is_ignored(strange: str) -> None:
    app = open_app("results", table=strange, system=strange, error=strange, cost=strange)
    assert "Table 2. " in texts(app)
    assert not app.get("button") or all(button.key != "_open_system" for button in app.button)


def test_a_system_opens_on_the_architecture_page() -> None:
    app = open_app("results", table="3", system="table3-shufflenet-se")
    said = texts(app)
    assert "#### SE-ShuffleNet" in said
    assert "2,476,144 parameters, 610,416 of them in SE blocks" in said
    app.button(key="_open_system").click().run()
    assert_healthy(app)
    assert app.query_params["model"] == "paper:table3-shufflenet-se"
    assert app.query_params["weights"] == "random:0"
    assert [title.value for title in app.title] == ["Architecture"]
    assert "SE-ShuffleNet, Table 3 of the paper: 16 SE blocks, 1000 classes" in texts(app)
    assert any("random" in warning.value for warning in app.warning)


@pytest.mark.parametrize(
    ("table", "system", "why"),
    [
        ("4", "table4-resnet110-se", "Networks for CIFAR are not built here"),
        ("16", "table16-nosqueeze", "they cannot be opened up"),
        ("10", "table10-original", "has no gates to look at"),
    ],
)
def test_what_cannot_be_opened_says_why(table: str, system: str, why: str) -> None:
    app = open_app("results", table=table, system=system)
    assert why in texts(app)
    assert all(button.key != "_open_system" for button in app.button)


def test_the_printed_tables_are_there_whatever_the_network() -> None:
    app = open_app("results", model="timm:no_such_network")
    assert any("no_such_network" in error.value for error in app.error)
    assert "Table 2. " in texts(app)
    assert len(app.dataframe) == 3


def test_in_chinese() -> None:
    app = open_app("results", lang="zh-Hans")
    said = texts(app)
    assert "表 2" in said
    assert "Single-crop" not in said


def test_the_csv_has_every_row_with_its_source() -> None:
    table = pd.read_csv(io.StringIO(csv_text(printed_rows([*published().tables, None]))))
    assert list(table["id"]) == [row.id for row in published().rows]
    assert set(table["url"]) == {"https://arxiv.org/abs/1709.01507v4"}
    counted = table[table["counted_by_us_parameters"].notna()]
    assert len(counted) == 42
    assert table.set_index("id").loc["table2-resnet50-se", "counted_by_us_parameters"] == 28_071_976


def test_every_table_has_a_frame_and_pairs_have_costs() -> None:
    for number in published().tables:
        frame = frame_of(number)
        assert len(frame) == len(row_keys(number))
        assert not frame.isna().all().any()
    assert len(cost_pairs(2, True, "gflops")) == len(cost_pairs(2, False, "parameters")) == 8
    assert cost_pairs(4, False, "gflops") == []
    assert cost_pairs(4, True) == []
    assert [pair.plain_cost for pair in cost_pairs(3, cost="parameters")] == [4.231976, 1.865728]
