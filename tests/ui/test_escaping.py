"""Texts of strangers: shown, never carried out."""

from __future__ import annotations

import html

import pytest
from markdown_it import MarkdownIt

from se_explorer.ui.escaping import plain_label, plain_markdown


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://example.org/pixel.png)",
        "[a](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "**bold** _em_ `code` ~~gone~~",
        "# title",
        ":red[x] $x^2$",
        "1. a",
        "&lt;b&gt;",
        "a\\",
    ],
)
def test_markdown_shows_the_letters_themselves(text: str) -> None:
    (line,) = MarkdownIt().render(f"before {plain_markdown(text)} after").splitlines()
    inner = line.removeprefix("<p>before ").removesuffix(" after</p>")
    assert "<" not in inner
    assert html.unescape(inner) == text


def test_labels_have_no_tags_and_an_end() -> None:
    assert plain_label("<a href='x'>y</a>") == "‹a href='x'›y‹/a›"
    assert plain_label("x" * 100) == "x" * 31 + "…"
    assert plain_label("a\u202eb\n\0c") == "abc"
    assert plain_label("\n") == "–"
    assert len(plain_markdown("*" * 10**6, 50)) == 99
    assert plain_markdown("") == "–"
