"""A session against a real server of a tiny app: widgets, pages, uploads, pictures, and what a browser remembers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.Element_pb2 import Element

from benchmarks.media import media_urls
from benchmarks.pages import Visited, visit
from benchmarks.server import running_app
from benchmarks.session import Session, SessionError
from benchmarks.widgets import Value, Widget, state_of, widget_in

APP = """
import numpy as np
import streamlit as st


def first():
    st.text_input("Name", key="name")
    st.toggle("Loud", key="loud")
    st.slider("Age", 0, 99, 30, key="age")
    st.selectbox("Pet", ["cat", "dog"], key="pet")
    st.segmented_control("Sky", ["blue", "grey"], key="sky")
    if st.button("Count", key="count"):
        st.session_state.counted = st.session_state.get("counted", 0) + 1
    if st.session_state.name:
        st.query_params["name"] = st.session_state.name
    file = st.file_uploader("File", key="file")
    told = {key: st.session_state[key] for key in ("name", "loud", "age", "pet", "sky")}
    told |= {"counted": st.session_state.get("counted", 0), "asked": st.query_params.get("name", "")}
    told |= {"file": file.getvalue().decode() if file else ""}
    st.error(repr(told))
    st.image(np.full((8, 8, 3), 200 if st.session_state.loud else 20, np.uint8), output_format="PNG")
    st.code("long " * 4000)


def second():
    if "seen" not in st.session_state:
        st.session_state.seen = True
        st.rerun()
    st.toggle("Alone", key="alone")

    @st.fragment
    def part():
        st.error(f"part {st.toggle('Part', key='part')}")

    part()
    if st.session_state.alone:
        raise ValueError("no such thing")


pages = [st.Page(first, default=True), st.Page(second, url_path="two")]
st.navigation(pages).run()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("app") / "tiny.py"
    script.write_text(APP, encoding="utf-8")
    with running_app(script) as running:
        yield running


def told(alerts: tuple[str, ...]) -> dict[str, object]:
    """What the tiny app says it was given."""
    found = ast.literal_eval(alerts[0])
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
def test_values_are_set_by_key_and_stay(address: str) -> None:
    values: dict[str, Value] = {"name": "Ann", "loud": True, "age": 44, "pet": "dog", "sky": ["grey"]}
    with Session(address) as session:
        first = told(session.run().alerts)
        assert first == {
            "name": "", "loud": False, "age": 30, "pet": "cat", "sky": None, "counted": 0, "asked": "", "file": ""
        }  # fmt: skip
        assert set(session.widgets) == {*values, "count", "file"}
        changed = told(session.run(values).alerts)
        assert changed == first | values | {"sky": "grey", "asked": "Ann"}
        assert session.query == "name=Ann"
        assert told(session.run({"count": True}).alerts)["counted"] == 1
        assert told(session.run().alerts)["counted"] == 1  # a click is not repeated
        with pytest.raises(SessionError, match="nothing"):
            session.run({"nothing": True})


@pytest.mark.slow
def test_a_query_string_opens_a_state(address: str) -> None:
    with Session(address, query="name=Bo") as session:
        assert told(session.run().alerts)["asked"] == "Bo"


@pytest.mark.slow
def test_a_file_is_uploaded(address: str) -> None:
    with Session(address) as session:
        session.run()
        assert told(session.upload("file", "a.txt", b"hello").alerts)["file"] == "hello"
        assert told(session.run({"loud": True}).alerts)["file"] == "hello"


@pytest.mark.slow
def test_bytes_are_counted_and_what_is_known_is_not_sent_again(address: str) -> None:
    with Session(address) as session:
        first = session.run()
        assert first.sent_bytes > 20_000  # the long text is in it
        assert session.load(first) == (1, session.files.loaded[first.media[0]])
        again = session.run()
        assert again.sent_bytes < first.sent_bytes - 19_000
        assert session.load(again) == (0, 0)
        loud = session.run({"loud": True})
        files, size = session.load(loud)
        assert (files, size > 60) == (1, True)


@pytest.mark.slow
def test_pages_reruns_fragments_and_errors_are_followed(address: str) -> None:
    with Session(address) as session:
        session.run()
        there = session.go("two")  # begins anew once
        assert there.alerts == ("part False",)
        assert session.widgets["part"].fragment
        part = session.run({"part": True})
        assert part.alerts == ("part True",)
        assert set(session.widgets) == {"alone", "part"}
        assert part.messages < there.messages
        assert session.run({"alone": True}).exceptions == ("no such thing",)
        with pytest.raises(SessionError, match="three"):
            session.go("three")
    with Session(address, "two") as session:
        assert session.run().alerts == ("part False",)
        assert set(session.widgets) == {"alone", "part"}
        assert session.run().alerts == ("part False",)


@pytest.mark.slow
def test_sessions_do_not_meet(address: str) -> None:
    with Session(address) as one, Session(address) as other:
        one.run()
        other.run()
        one.run({"name": "Ann"})
        assert told(other.run().alerts)["name"] == ""
        assert one.id != other.id


@pytest.mark.slow
def test_a_page_that_shows_an_error_is_not_measured(address: str) -> None:
    with pytest.raises(SessionError, match="shows"):
        visit(address, [Visited("First", "")], 1)


@pytest.mark.slow
def test_a_server_that_stops_is_told_with_its_words(tmp_path: Path) -> None:
    script = tmp_path / "tiny.py"
    with pytest.raises(RuntimeError, match=r"tiny\.py"), running_app(script):
        pass


@pytest.mark.parametrize(
    ("kind", "value", "field", "expected"),
    [
        ("checkbox", True, "bool_value", True),
        ("number_input", 3, "double_value", 3.0),
        ("selectbox", "dog", "string_value", "dog"),
        ("button", True, "trigger_value", True),
        ("plotly_chart", {"selection": {}}, "string_value", '{"selection": {}}'),
    ],
)
def test_a_value_has_its_field(kind: str, value: Value, field: str, expected: object) -> None:
    state = state_of(Widget("key", "$$ID-0-key", kind), value)
    assert state.WhichOneof("value") == field
    assert getattr(state, field) == expected


@pytest.mark.parametrize(
    ("kind", "value", "field", "expected"),
    [
        ("slider", 3, "double_array_value", [3.0]),
        ("slider", (1.0, 2.0), "double_array_value", [1.0, 2.0]),
        ("slider", "16", "string_array_value", ["16"]),
        ("button_group", "blue", "string_array_value", ["blue"]),
        ("multiselect", ["a", "b"], "string_array_value", ["a", "b"]),
    ],
)
def test_values_that_are_lists_have_theirs(kind: str, value: Value, field: str, expected: list[object]) -> None:
    state = state_of(Widget("key", "$$ID-0-key", kind), value)
    assert list(getattr(state, field).data) == expected


@pytest.mark.parametrize("kind", ["file_uploader", "map"])
def test_other_widgets_are_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        state_of(Widget("key", "$$ID-0-key", kind), "x")


def test_widgets_and_pictures_are_found_in_elements() -> None:
    element = Element()
    element.checkbox.id = "$$ID-0ab-_on_SE-5"
    assert widget_in(element, "f") == Widget("_on_SE-5", "$$ID-0ab-_on_SE-5", "checkbox", "f")
    element.checkbox.id = "$$ID-0ab-None"
    assert widget_in(element) is None
    element.markdown.body = "a picture: ![](/media/0ab1.png), no picture: /other/x.png"
    assert widget_in(element) is None
    assert media_urls(element) == ["/media/0ab1.png"]
