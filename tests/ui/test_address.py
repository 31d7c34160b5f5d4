"""Choices in the address, in a session of their own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.ui import address


def script() -> None:
    import streamlit as st

    from se_explorer.ui import address

    address.restore_address()
    if st.toggle("other page", key="other"):
        st.stop()
    choice = address.one_of("fruit", ["apple", "pear"], "apple")
    choice.prepare()
    choice.keep(st.selectbox("Fruit", ["apple", "pear"], format_func=str.upper, key="fruit"))
    count = address.whole("count", 0, 9, 3)
    count.prepare()
    count.keep(st.slider("Count", 0, 9, key="count"))


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_the_address_sets_the_widgets_by_stable_ids() -> None:
    app = opened(fruit="pear", count="7")
    assert app.selectbox(key="fruit").value == "pear"
    assert app.slider(key="count").value == 7


@pytest.mark.parametrize("query", [{"fruit": "PEAR"}, {"fruit": "plum"}, {"count": "x"}, {"count": "٣"}, {"count": ""}])
def test_what_means_nothing_is_ignored_and_taken_out(query: dict[str, str]) -> None:
    app = opened(**query)
    assert app.selectbox(key="fruit").value == "apple"
    assert app.slider(key="count").value == 3
    assert not set(query) & set(app.query_params)


def test_widgets_set_the_address_and_defaults_leave_it() -> None:
    app = opened()
    assert not app.query_params
    app.selectbox(key="fruit").set_value("pear").run()
    assert app.query_params["fruit"] in ("pear", ["pear"])
    app.selectbox(key="fruit").set_value("apple").run()
    assert "fruit" not in app.query_params


def test_choices_outlive_their_widgets() -> None:
    app = opened()
    app.selectbox(key="fruit").set_value("pear").run()
    app.toggle(key="other").set_value(True).run()
    assert app.query_params["fruit"] in ("pear", ["pear"])
    app.toggle(key="other").set_value(False).run()
    assert app.selectbox(key="fruit").value == "pear"


def test_numbers_are_brought_inside() -> None:
    choice = address.whole("n", 0, 9, 3)
    assert [choice.accept(text) for text in ("-4", "99", "5", "1e3", "999999999999")] == [0, 9, 5, None, None]
    share = address.number("x", 0, 1, 0.5)
    assert [share.accept(text) for text in ("0.25", "1.5", "nan", "inf", "")] == [0.25, None, None, None, None]
