"""What the paper prints: Tables 2 to 5 and 10 to 16, and the figures of its text, from ``assets/published``.

The one home of these figures: the systems of ``models/paper`` and all pages take them from here. Every row names its
table and its source; none of them is measured by us.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from se_explorer.errors import ModelError
from se_explorer.files import unreadable
from se_explorer.language import later
from se_explorer.models.bundled import ASSETS

__all__ = ["PUBLISHED", "Pair", "Published", "PublishedRow", "Source", "Statement", "published"]

PUBLISHED = ASSETS / "published" / "figures.json"

Error = Annotated[float, Field(gt=0, lt=100)]


class _Part(BaseModel):
    """A part of the file: it cannot be changed, and an entry that is not of it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """Where figures were read."""

    name: str
    url: str


class PublishedRow(_Part):
    """One network and its figures, as printed.

    Attributes:
        id: such as "table2-resnet50-se"; that of a system of ``models/paper`` where it is one.
        table: its number; None for SENet-154, whose figures stand in the text.
        source: a key of ``Published.sources``.
        data: the data set that the error is of.
        model: the network, without SE in its name where the row is one of a pair.
        variant: "original" (other people's figures), "re-implemented", "SE", or what the row of an ablation changes.
        top1_error, top5_error: in %; single crop on ImageNet's validation set, or CIFAR's test set.
        gflops: multiply-adds in 10^9.
        parameters_millions: of the network.
        input_side: of the crop, in pixels.
        note: in which way the row is unlike the others.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    table: int | None
    source: str
    data: Literal["ImageNet", "CIFAR-10", "CIFAR-100"]
    model: str
    variant: str
    top1_error: Error
    top5_error: Error | None = None
    gflops: Annotated[float, Field(gt=0)] | None = None
    parameters_millions: Annotated[float, Field(gt=0)] | None = None
    input_side: int = 224
    note: str = ""

    @property
    def place(self) -> str:
        """Where in the source it stands, for people."""
        return f"Table {self.table}" if self.table else f"{self.model} at {self.input_side} px"


class Statement(_Part):
    """A figure of the paper's text: ``value`` in ``unit``, of what, and where it stands."""

    id: str
    source: str
    place: str
    value: float
    unit: str
    of: str


class Pair(_Part):
    """A network without and with SE, by the same people with the same recipe."""

    plain: PublishedRow
    with_se: PublishedRow

    @property
    def top1_gain(self) -> float:
        """By how much SE lowers the top-1 error, in percentage points."""
        return self.plain.top1_error - self.with_se.top1_error

    @property
    def top5_gain(self) -> float | None:
        """The same of the top-5 error, where both are printed."""
        before, after = self.plain.top5_error, self.with_se.top5_error
        return None if before is None or after is None else before - after


class Published(_Part):
    """The whole file."""

    sources: dict[str, Source]
    rows: tuple[PublishedRow, ...]
    statements: tuple[Statement, ...]

    @property
    def tables(self) -> tuple[int, ...]:
        """Numbers of the tables, in the paper's order."""
        return tuple(dict.fromkeys(row.table for row in self.rows if row.table))

    def of_table(self, number: int | None) -> tuple[PublishedRow, ...]:
        """The rows of a table, in the paper's order; None for those of the text."""
        return tuple(row for row in self.rows if row.table == number)

    def row(self, name: str) -> PublishedRow:
        """The row of that id, which must be there."""
        return next(row for row in self.rows if row.id == name)

    def statement(self, name: str) -> Statement:
        """The statement of that id, which must be there."""
        return next(statement for statement in self.statements if statement.id == name)

    def pairs(self, number: int) -> tuple[Pair, ...]:
        """The rows of a table that differ in SE alone; none for the ablations."""
        rows = {row.id: row for row in self.of_table(number)}
        return tuple(
            Pair(plain=rows[name.removesuffix("-se")], with_se=row)
            for name, row in rows.items()
            if row.variant == "SE" and name.endswith("-se")
        )


def load_published(path: Path) -> Published:
    """Read published figures.

    Raises:
        ModelError: the file is missing or holds something else.
    """
    try:
        return Published.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(
            later("the paper's figures, a JSON file"),
            unreadable(path, error),
            later("Restore the file from the project."),
        ) from error


@functools.cache
def published() -> Published:
    """The paper's figures."""
    return load_published(PUBLISHED)
