"""Texts out of a stranger's file, made fit to show: no markup of theirs is carried out, and nothing is endless."""

from __future__ import annotations

import string

__all__ = ["plain_label", "plain_markdown"]


def _shortened(text: str, most: int) -> str:
    printable = "".join(letter for letter in text[: 4 * most] if letter.isprintable())
    return printable if len(printable) <= most else f"{printable[: most - 1]}…"


def plain_label(text: str, most: int = 32) -> str:
    """A name for a chart or a list: plotly reads a few HTML tags, so that angle brackets become others."""
    return _shortened(text, most).replace("<", "‹").replace(">", "›") or "–"


def plain_markdown(text: str, most: int = 80) -> str:
    """The same letters in Markdown: every sign that could mean something there is escaped."""
    return "".join(f"\\{sign}" if sign in string.punctuation else sign for sign in _shortened(text, most)) or "–"
