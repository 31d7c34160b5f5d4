"""Files for programs: offered by one function, which says everything in English."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
import pytest

from se_explorer.language import _, language
from se_explorer.ui import tables
from se_explorer.ui.tables import offer_csv
from tests.test_architecture import PACKAGE, ROOT, SOURCES, imported

#: Downloads that people look at, or that hold no word.
FOR_PEOPLE = ("image/svg+xml", "text/html", "application/octet-stream")
PAGES = sorted((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("label", ["", "下载为 CSV"])
def test_table_and_what_it_is_of_are_english_and_the_button_is_not(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def button(said: str, data: Any, name: str, mime: str, **more: Any) -> None:
        given.update(said=said, data=data, name=name, mime=mime, **more)

    monkeypatch.setattr(tables.st, "download_button", button)
    with language("zh-Hans"):
        offer_csv(
            lambda: pd.DataFrame({_("Block"): ["SE_2_1"], _("Gate"): [_("hard sigmoid")]}),
            "blocks",
            lambda: {_("Network"): "a", _("Input (px)"): 128},
            label=label,
        )
        text = given["data"]()  # as Streamlit asks for it, whatever is spoken then
    assert text == "Block,Gate,Network,Input (px)\nSE_2_1,hard sigmoid,a,128\n"
    assert (given["name"], given["mime"]) == ("se-explorer-blocks.csv", "text/csv")
    assert given["said"] == (label or "CSV")
    assert given["help"] == (None if label else "这张表，每个数字都是完整精度。")


def test_the_table_is_made_at_once_so_that_nothing_else_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    made: list[str] = []

    def make() -> pd.DataFrame:
        made.append("made")
        return pd.DataFrame({"a": [1]})

    monkeypatch.setattr(tables.st, "download_button", lambda _label, data, *_args, **_more: given.append(data))
    offer_csv(make, "blocks")
    assert made == ["made"]
    assert given[0]() == "a\n1\n"
    assert made == ["made"]


def test_nothing_else_writes_tables_for_programs() -> None:
    """A second way to CSV, or a JSON file of a page, would be in the language of the page."""
    writers = {path for path in SOURCES if "se_explorer.report.csv_text" in imported(path)}
    assert writers == {PACKAGE / "ui" / "tables.py"}
    inside = {path for path in SOURCES if "se_explorer.report.tables.csv_text" in imported(path)}
    assert inside == {PACKAGE / "report" / "__init__.py", PACKAGE / "report" / "parts.py"}
    for path in (*SOURCES, *PAGES):
        called = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        if path.parent != PACKAGE / "report":
            assert "to_csv" not in called, path
        if "download_button" in called and path.name != "tables.py":
            offered = {kind for kind in FOR_PEOPLE if kind in path.read_text(encoding="utf-8")}
            assert offered, path
            assert not any(kind in path.read_text(encoding="utf-8") for kind in ("text/csv", "application/json")), path
