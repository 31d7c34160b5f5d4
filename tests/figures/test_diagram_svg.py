"""Boxes, arrows and text that fits."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from se_explorer.figures.diagram_svg import Canvas, box_height, cut, fitted

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("sigmoid", 100, "sigmoid"),
        ("a very long name indeed", 100, "a very long…"),
        ("门控激活函数的名字", 100, "门控激活函数…"),
    ],
)
def test_cut(text: str, width: int, short: str) -> None:
    assert cut(text, width) == short


def test_fitted_breaks_at_spaces() -> None:
    assert fitted("5x5, 1152, depthwise, stride 2", 140) == ["5x5, 1152,", "depthwise, stride 2"]


def test_a_box_and_what_is_below_it() -> None:
    canvas = Canvas(200, "light")
    assert canvas.box(10, 20, 100, ["one", "two"], "#123456") == 20 + box_height(["one", "two"])
    canvas.path([(0, 0), (0, 10), (20, 10)], "#123456")
    canvas.sign(50, 50, "+", "#123456")
    tree = ElementTree.fromstring(canvas.finish(100, "Title", "Words", ground=True))
    assert (tree.find(f"{SVG}title").text, tree.find(f"{SVG}desc").text) == ("Title", "Words")
    assert [text.text for text in tree.iter(f"{SVG}text")] == ["one", "two", "+"]
    assert tree.get("viewBox") == "0 0 200 100"
    assert len(tree.findall(f"{SVG}rect")) == 2
    head = tree.find(f"{SVG}polygon").get("points")
    assert head == "20,10 13,6 13,14", "the head points to the right"


def test_text_is_escaped() -> None:
    canvas = Canvas(200, "dark")
    canvas.text(0, 0, "</text><script>")
    drawn = canvas.finish(10, "<b>", '"&"', ground=False)
    assert "<script>" not in drawn
    assert ElementTree.fromstring(drawn).find(f"{SVG}title").text == "<b>"
