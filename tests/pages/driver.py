"""Drive a page as a session would, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 300  # a limit against hangs on a busy machine, not a measure of speed


def open_app(page: str = "explore", **query: str) -> AppTest:
    """A new session on a page, with this address."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page != "explore":
        app.switch_page(f"pages/{page}.py").run()
    assert_healthy(app)
    return app


def assert_healthy(app: AppTest) -> None:
    """No exception reached the page."""
    assert not app.exception, [error.value for error in app.exception]


def texts(app: AppTest) -> str:
    """All text of the page in one."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "info", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def metric(app: AppTest, label: str) -> Any:
    """The metric whose label begins so."""
    return next(element for element in app.metric if element.label.startswith(label))


def plan(app: AppTest) -> str:
    """The edit plan in the side bar."""
    return str(app.text_input(key="edits").value or "")


def tables(app: AppTest, column: str) -> list[Any]:
    """The tables that have this column, as data frames."""
    return [element.value for element in app.dataframe if column in element.value.columns]
