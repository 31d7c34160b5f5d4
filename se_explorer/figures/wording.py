"""How figures write: numbers, line breaks, and the door through which a translation comes.

A figure's own words are English templates with named fields. Every figure function takes ``say``, a function from an
English template to the reader's language (gettext's ``_`` fits; the pages hand in theirs), and fills the fields in
afterwards. Titles, names and class labels come from the caller and are used as they are.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable

__all__ = ["Say", "english", "number", "squeeze_name", "wide", "wrap"]

Say = Callable[[str], str]


def english(template: str) -> str:
    """The template unchanged: what ``say`` does when nobody translates."""
    return template


def squeeze_name(kind: str, say: Say = english) -> str:
    """The kind of squeeze, as a block's facts name it, for people; the name itself where we know no other."""
    return {"average": say("average"), "max": say("max"), "average + max": say("average + max")}.get(kind, kind)


def number(value: float, *, digits: int = 3, signed: bool = False) -> str:
    """A value with ``digits`` significant digits, a true minus sign, and a plus sign where ``signed`` asks for it.

    >>> number(-0.012345), number(1234.5), number(0.5, signed=True)
    ('−0.0123', '1234', '+0.500')
    """
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value).replace("-", "−")
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])  # of the rounded value: 9.999 is written like 10
    if exponent < -4 or exponent > 5:
        text = f"{value:{'+' if signed else ''}.{digits - 1}e}"
    else:
        text = f"{value:{'+' if signed else ''}.{max(0, digits - 1 - exponent)}f}"
    return text.replace("-", "−")


def wrap(text: str, width: int) -> str:
    """Text in lines of at most ``width`` letters joined by ``<br>``; Chinese characters count two.

    Lines break at spaces and on either side of a Chinese character; a single longer word stays whole.
    """
    lines, line, taken = [], "", 0
    for piece in _pieces(text):
        size = wide(piece)
        if line.strip() and taken + size - (piece[-1] == " ") > width:
            lines.append(line.rstrip())
            line, taken = "", 0
        line, taken = line + piece, taken + size
    return "<br>".join([*lines, line.rstrip()])


def wide(text: str) -> int:
    """How many letters wide the text is; Chinese characters count two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pieces(text: str) -> list[str]:
    """The text cut where a line may break; every piece keeps the space that follows it."""
    pieces = [""]
    for letter in text:
        last = pieces[-1][-1:]
        chinese = bool(last) and 2 in (wide(last), wide(letter))
        if last == " " or (chinese and letter not in " ，。、；：）”"):
            pieces.append("")
        pieces[-1] += letter
    return pieces
