"""What a report's sections are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from se_explorer.report.tables import csv_text, file_table

__all__ = ["Chart", "Image", "Part", "Section", "Table", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph, plain text."""

    text: str


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its alternative text. ``name`` goes into the file's name, ``caption`` stands under it."""

    figure: go.Figure
    name: str
    caption: str = ""


@dataclass(frozen=True, eq=False)
class Image:
    """A PNG picture; ``alt`` for those who cannot see it."""

    png: bytes
    name: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """A table: shown in full, folded up where it is long, and to be saved as CSV.

    Attributes:
        make: gives it in the language in force.
        shown: whether it stands in the page; else there is only the file, for tables of many thousand lines.
        folded: whether it is closed at first; printing opens it.
    """

    make: Callable[[], pd.DataFrame]
    name: str
    caption: str
    shown: bool = True
    folded: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """As people read it."""
        return self.make()

    @property
    def file(self) -> str:
        """As programs read it: CSV, in English in every language."""
        return csv_text(file_table(self.make))


Part = Text | Chart | Image | Table


@dataclass(frozen=True, eq=False)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: Sequence[Part]
