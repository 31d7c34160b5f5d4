"""The language that people are spoken to in: gettext catalogs, looked up when a text is said and not before.

The language belongs to a context (a session's thread, a command), never to the process: many sessions speak different
languages at the same time. A thread that was not told a language speaks English. The catalogs lie in
``assets/translations``; ``make translations`` gathers, updates and compiles them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent

__all__ = [
    "CATALOGS",
    "DOMAIN",
    "LANGUAGES",
    "Text",
    "Words",
    "_",
    "clauses_of",
    "current_language",
    "decimal",
    "either_of",
    "in_english",
    "known_language",
    "language",
    "later",
    "later_n",
    "list_of",
    "ngettext",
    "percent",
    "sentences",
    "set_language",
    "whole",
]

#: Languages by their tag (BCP 47), each by the name that its own readers know.
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
CATALOGS = Path(__file__).resolve().parents[1] / "assets" / "translations"
DOMAIN = "se_explorer"
SOURCE = "en"  # the language of the texts in the code

_language: ContextVar[str] = ContextVar("se_explorer_language", default=SOURCE)


@cache
def _catalog(tag: str) -> NullTranslations:
    if tag == SOURCE:
        return NullTranslations()
    with (CATALOGS / _locale(tag) / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)


def _locale(tag: str) -> str:
    """A tag as Babel and gettext write it, ``zh_Hans``."""
    return tag.replace("-", "_")


def current_language() -> str:
    """The tag of the language in force here, one of ``LANGUAGES``."""
    return _language.get()


def known_language(wanted: str | None) -> str:
    """The language of ours that comes nearest to a tag such as ``zh-CN`` or ``zh_CN.UTF-8``; English if none does.

    Every Chinese is answered in simplified characters, the only ones there are.
    """
    spoken = (wanted or "").replace("_", "-").split("-")[0].split(".")[0].lower()
    return next((tag for tag in LANGUAGES if tag.split("-")[0] == spoken), SOURCE)


def set_language(tag: str) -> None:
    """Speak this language in the present context from now on; an unknown tag is taken for the nearest known one."""
    _language.set(tag if tag in LANGUAGES else known_language(tag))


@contextmanager
def language(tag: str) -> Iterator[None]:
    """Speak this language within the block."""
    token = _language.set(tag if tag in LANGUAGES else known_language(tag))
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str) -> str:
    """A text in the language in force. Fields in braces are filled in afterwards: ``_("{count} blocks").format(...)``.

    The text must be a literal, for else it cannot be gathered; an f-string is none.
    """
    return _catalog(current_language()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """A text for one or for many, as the language in force counts."""
    return _catalog(current_language()).ngettext(one, many, count)


def decimal(value: float, places: int) -> str:
    """A number with so many decimal places, grouped and pointed as the language writes it, with a true minus sign."""
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return _signed(format_decimal(value, format=pattern, locale=_locale(current_language())))


def _signed(text: str) -> str:
    """With a true minus sign, and none before what was rounded to nothing."""
    shown = any(digit in text for digit in "123456789") or not any(letter.isdigit() for letter in text)
    return text.replace("-", "−" if shown else "")


def whole(value: int) -> str:
    """A whole number, grouped: 353,664."""
    return decimal(value, 0)


def sentences(*texts: str) -> str:
    """Sentences in one line; empty ones are left out. After a Chinese full stop comes no space."""
    said = ""
    for text in filter(None, texts):
        said += text if not said or unicodedata.east_asian_width(said[-1]) in "WF" else f" {text}"
    return said


def percent(value: float, places: int = 1) -> str:
    """A share of 1 in per cent: 0.971 is 97.1%."""
    pattern = f"#,##0.{'0' * places}%" if places else "#,##0%"
    return _signed(format_percent(value, format=pattern, locale=_locale(current_language())))


def list_of(parts: Iterable[object]) -> str:
    """Parts of a list in one line: with commas, or with the mark that Chinese uses between the parts of a list."""
    return _(", ").join(map(str, parts))


def clauses_of(parts: Iterable[object]) -> str:
    """Parts with commas of their own, in one line with semicolons."""
    return _("; ").join(map(str, parts))


def either_of(parts: Iterable[object]) -> str:
    """What may be chosen, in one line: "val or test"."""
    return _(" or ").join(map(str, parts))


@dataclass(frozen=True)
class Text:
    """A text that is said later, ``str(text)``, in the language of whoever reads it and not of whoever wrote it.

    For what outlives the context that it is written in: an error that a worker raises and a page shows, a note of a
    network that many sessions share. It can be compared, hashed and pickled; fields may be texts of this kind too.
    ``later`` and ``later_n`` make one of a literal, ``Text.of`` one of a number or a list.

    Args:
        say: a function of a module, so that it can be pickled.
        what: its arguments.
        fields: name and value of what is filled in afterwards.
    """

    say: Callable[..., str]
    what: tuple[Any, ...]
    fields: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, say: Callable[..., str], *what: object) -> Text:
        """What a function says later: ``Text.of(decimal, 2.5, 1)``, ``Text.of(list_of, names)``.

        Lists among the arguments become tuples, for nothing may change until it is said.
        """
        return cls(say, tuple(tuple(each) if isinstance(each, list) else each for each in what))

    def format(self, **fields: object) -> Text:
        """The same text with (more) fields filled in, as ``str.format`` does it."""
        return Text(self.say, self.what, (*self.fields, *fields.items()))

    def __str__(self) -> str:
        said = self.say(*self.what)
        return said.format(**dict(self.fields)) if self.fields else said


def in_english(said: object) -> str:
    """A text or an error as it goes into a file or to a program, which get the same in every language."""
    with language(SOURCE):
        return str(said)


#: What takes either: a name or a number is a ``str``, a sentence a ``Text``.
Words = str | Text


def later(message: str, /, **fields: object) -> Text:
    """A text that is said later: ``later("a folder at {path}", path=path)``. It must be a literal, as in ``_``."""
    return Text(_, (message,), tuple(fields.items()))


def later_n(one: str, many: str, count: int, /, **fields: object) -> Text:
    """A text for one or for many that is said later; ``{count}`` is filled in, written as the language does."""
    return Text(ngettext, (one, many, count), (("count", Text.of(whole, count)), *fields.items()))
