"""The language that people are spoken to in: gettext catalogs, looked up when a text is said and not before.

The language belongs to a context (a session's thread, a command), never to the process: many sessions speak different
languages at the same time. A thread that was not told a language speaks English. The catalogs lie in
``assets/translations``; ``make translations`` gathers, updates and compiles them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.numbers import format_decimal, format_percent

__all__ = [
    "CATALOGS",
    "DOMAIN",
    "LANGUAGES",
    "_",
    "current_language",
    "decimal",
    "known_language",
    "language",
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
    text: str = format_decimal(value, format=pattern, locale=_locale(current_language()))
    return text.replace("-", "−")


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
    text: str = format_percent(value, format=pattern, locale=_locale(current_language()))
    return text.replace("-", "−")


def list_of(parts: list[str]) -> str:
    """Parts of a list in one line: with commas, or with the mark that Chinese uses between the parts of a list."""
    return _(", ").join(parts)
