"""Every page offers its charts, its tables and the report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.pages.driver import assert_healthy, open_app

TABLES = {
    "explore": set(),
    "ablate": {"Ranking as CSV"},
    "architecture": {"CSV"},
    "networks": {"CSV"},
}


def labels(app: Any) -> list[str]:
    """Of the download buttons."""
    return [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("page", TABLES)
def test_what_a_page_hands_out(page: str) -> None:
    app = open_app(page)
    assert set(labels(app)) >= TABLES[page]
    for chart in app.get("plotly_chart"):
        config = json.loads(chart.proto.config)
        assert config["modeBarButtons"] == [["toImage"]]
        assert config["toImageButtonOptions"]["filename"]
    if page != "networks":
        assert "Report (HTML)" in labels(app)
        assert "Maps of SE_4_6 (.npy)" in labels(app)


def test_every_table_of_the_architecture_has_its_csv() -> None:
    app = open_app("architecture")
    tables = len(app.dataframe) + len(app.table) + 1  # and the stage table, which is HTML
    assert labels(app).count("CSV") == tables


def test_it_follows_the_block() -> None:
    app = open_app("explore", block="SE_2_2")
    assert "Maps of SE_2_2 (.npy)" in labels(app)
    app.selectbox(key="block").set_value("SE_5_1").run()
    assert_healthy(app)
    assert "Maps of SE_5_1 (.npy)" in labels(app)
