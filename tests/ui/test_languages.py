"""The switch of the language, in a session."""

from __future__ import annotations

import pytest

from tests.pages.driver import assert_healthy, open_app


def test_a_session_speaks_its_own_language() -> None:
    app = open_app("networks", lang="zh-Hans")
    assert app.segmented_control(key="lang").value == "zh-Hans"
    assert app.selectbox(key="_network").label == "网络"
    other = open_app("networks")
    assert other.selectbox(key="_network").label == "Network"
    app.run()
    assert app.selectbox(key="_network").label == "网络"


def test_the_switch_stays_in_the_address_and_on_other_pages() -> None:
    app = open_app("networks")
    assert "lang" not in app.query_params
    app.segmented_control(key="lang").set_value("zh-Hans").run()
    assert_healthy(app)
    assert app.query_params["lang"] in ("zh-Hans", ["zh-Hans"])
    assert app.selectbox(key="_network").label == "网络"
    app.switch_page("pages/ablate.py").run()
    assert_healthy(app)
    assert app.text_input(key="edits").label == "编辑方案"
    assert "zh-Hans" in app.query_params["lang"]
    app.segmented_control(key="lang").set_value("en").run()
    assert app.text_input(key="edits").label == "Edit plan"
    assert "lang" not in app.query_params


@pytest.mark.parametrize("tag", ["fr", "../zh", "", "zh_Hans"])
def test_a_strange_language_is_ignored(tag: str) -> None:
    assert open_app("networks", lang=tag).selectbox(key="_network").label == "Network"
