"""Choices that live in the page's address, so that a link opens the same state.

Streamlit's own ``bind="query-params"`` was tried first. It writes a widget's label where the address should hold a
stable id, and drops what belongs to another page when the page changes. So: a choice is kept in the session under its
key, is put into its widget before that is drawn, and is written to the address whenever it is not the default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

__all__ = ["Choice", "number", "one_of", "restore_address", "text", "whole"]

T = TypeVar("T")
KEPT = "_choices"


def _kept() -> dict[str, tuple[Any, Any]]:
    kept: dict[str, tuple[Any, Any]] = st.session_state.setdefault(KEPT, {})
    return kept


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One choice of the session.

    Attributes:
        key: of its widget, its place in the session and its name in the address.
        default: what holds where nothing was chosen; it is left out of the address.
        accept: gives the value that a text from the address means, or None if it means nothing here. Texts come from
            anywhere, so that whatever is not a value of this choice is ignored.
    """

    key: str
    default: T
    accept: Callable[[str], T | None]

    @property
    def value(self) -> T:
        """What holds now, whether or not its widget has been drawn."""
        if self.key in st.session_state:
            present = self.accept(str(st.session_state[self.key]))
        elif self.key in _kept():
            present = self.accept(str(_kept()[self.key][0]))
        else:
            present = self.accept(st.query_params.get(self.key, ""))
        return self.default if present is None else present

    def prepare(self) -> T:
        """Put the present value into the state of the widget that is about to be drawn, and give it."""
        st.session_state[self.key] = self.value
        return self.value

    def keep(self, value: T) -> T:
        """Take down what the widget gave, for other pages and the address."""
        _kept()[self.key] = (value, self.default)
        if value == self.default:
            st.query_params.pop(self.key, None)
        elif st.query_params.get(self.key) != str(value):
            st.query_params[self.key] = str(value)
        return value

    @property
    def is_open(self) -> bool:
        """Whether neither the session nor the address says anything of it yet."""
        return self.key not in st.session_state and self.key not in _kept() and self.key not in st.query_params


def one_of(key: str, options: Sequence[str], default: str) -> Choice[str]:
    """A choice among texts."""
    return Choice(key, default, lambda given: given if given in options else None)


def whole(key: str, low: int, high: int, default: int) -> Choice[int]:
    """A choice of a whole number; what lies outside is brought to the nearest end."""

    def accept(given: str) -> int | None:
        digits = given.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            return None
        return min(high, max(low, int(given)))

    return Choice(key, default, accept)


def number(key: str, low: float, high: float, default: float) -> Choice[float]:
    """A choice of a number; what lies outside is ignored."""

    def accept(given: str) -> float | None:
        try:
            value = float(given)
        except ValueError:
            return None
        return value if low <= value <= high else None

    return Choice(key, default, accept)


def text(key: str) -> Choice[str]:
    """A text, empty at first."""
    return Choice(key, "", lambda given: given)


def restore_address() -> None:
    """Write the choices of other pages to the address again: a change of page empties it."""
    for key, (value, default) in _kept().items():
        if value != default and key not in st.query_params:
            st.query_params[key] = str(value)
