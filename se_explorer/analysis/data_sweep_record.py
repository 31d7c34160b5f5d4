"""The record of an ablation over data: what a JSON file of it holds, checked as a file from anywhere must be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from se_explorer.analysis.intervals import wilson
from se_explorer.analysis.profile_header import CodeVersion
from se_explorer.analysis.validation import first_fault
from se_explorer.engine import BlockEdit, EditPlan, Mode
from se_explorer.errors import DataError, EditPlanError
from se_explorer.files import unreadable, write_whole
from se_explorer.language import later

__all__ = [
    "MAX_BYTES",
    "Baseline",
    "Contrast",
    "DataRow",
    "DataSweep",
    "Difference",
    "Spread",
    "read_data_sweep",
    "write_data_sweep",
]

MAX_BYTES = 8 * 2**20
MAX_ROWS = 4096
CLOSE = 1e-6  # between shares that are counted and shares that are told
BLOCK = r"^SE_[0-9]{1,6}(_[0-9]{1,6})?$"


def _plain(text: str) -> str:
    if any(not letter.isprintable() for letter in text):
        raise ValueError(later("only printable letters are expected"))
    return text


def _plan(text: str) -> str:
    try:
        known = str(EditPlan.parse(text)) == text
    except EditPlanError as error:
        raise ValueError(later("{error}", error=error)) from error
    if not known:
        raise ValueError(later("an edit plan as it is written out is expected"))
    return text


def _mode(text: str) -> str:
    try:
        if str(Mode.parse(text)) == text:
            return text
    except EditPlanError as error:
        raise ValueError(later("{error}", error=error)) from error
    raise ValueError(later("a mode as it is written out is expected"))


Text = Annotated[str, Field(max_length=300), AfterValidator(_plain)]
PlanText = Annotated[str, Field(max_length=20_000), AfterValidator(_plan)]
ModeText = Annotated[str, Field(max_length=100), AfterValidator(_mode)]
BlockName = Annotated[str, Field(pattern=BLOCK)]
Blocks = Annotated[tuple[BlockName, ...], Field(max_length=1000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=2**40)]


class Part(BaseModel):
    """A part of the record: it cannot be changed, and nothing that is not of it is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Spread(Part):
    """A mean difference with its bootstrap interval."""

    value: Number
    low: Number
    high: Number

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.low > 0 or self.high < 0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(later("an interval's low end lies above its high end"))
        return self


class Difference(Part):
    """What a run has other than another over the same pictures.

    Attributes:
        accuracy: this run's share of right answers less the other's.
        loss: this run's mean cross entropy less the other's, in nats.
        lost: pictures that the other had right and this has wrong.
        gained: the other way round.
        p: of McNemar's exact test, two-sided.
        p_holm: the same, adjusted for all that were tested with it (Holm): within one mode, or one pair of modes.
    """

    accuracy: Spread
    loss: Spread
    lost: Count
    gained: Count
    p: Share
    p_holm: Share

    @property
    def significant(self) -> bool:
        """Whether the accuracy differs at the 5 % level after Holm's adjustment."""
        return self.p_holm <= 0.05


class Baseline(Part):
    """The unedited network over the data: pictures right, right among the first five, mean loss in nats."""

    right: Count
    right5: Count
    loss: Number


class DataRow(Part):
    """One plan over the data.

    Attributes:
        edits: the plan.
        blocks: the SE blocks that it edits, in running order.
        mode: what it does to them, or "" where it is a plan of one's own.
        right, right5, loss: as of ``Baseline``.
        agreeing: pictures to which it answers as the unedited network does, right or wrong.
        difference: to the unedited network.
    """

    edits: PlanText
    blocks: Blocks
    mode: ModeText | Literal[""]
    right: Count
    right5: Count
    loss: Number
    agreeing: Count
    difference: Difference


class Contrast(Part):
    """The same blocks in two modes: ``mode`` less ``against``."""

    blocks: Blocks
    mode: ModeText
    against: ModeText
    difference: Difference


class DataSweep(Part):
    """An ablation over data.

    Attributes:
        model, weights: as the network was opened.
        weights_sha256: see ``models.digest``.
        device: on what it ran.
        code: by which it was made.
        date: when it was made, in UTC.
        data, split: names of the data and of the part of it, as ``LabelledFolder`` has them; no path.
        classes: class folders.
        count: pictures that were read.
        unreadable: files that were left out, one message each.
        kind, modes: of the sweep; "" and none for plans of one's own.
        baseline: the unedited network.
        rows: plan by plan; of a sweep, mode by mode.
        contrasts: the modes side by side: each mode after the first against the first.
        seconds, forward_equivalents, one_pass: what it cost.
        resamples, seed, level: of the bootstrap intervals.
    """

    format: Literal["se-explorer ablation over data"] = "se-explorer ablation over data"
    version: Literal[1] = 1
    model: Text
    weights: Text
    weights_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    device: Text
    code: CodeVersion
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")]
    data: Text
    split: Text | None
    classes: Annotated[int, Field(ge=1)]
    count: Annotated[int, Field(ge=1, le=2**40)]
    unreadable: Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=1_000_000)]
    kind: Text
    modes: Annotated[tuple[ModeText, ...], Field(max_length=16)]
    baseline: Baseline
    rows: Annotated[tuple[DataRow, ...], Field(max_length=MAX_ROWS)]
    contrasts: Annotated[tuple[Contrast, ...], Field(max_length=MAX_ROWS)]
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    forward_equivalents: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    one_pass: bool
    resamples: Annotated[int, Field(ge=1)]
    seed: Count
    level: Annotated[float, Field(gt=0, lt=1)]

    @property
    def accuracy(self) -> float:
        """The unedited network's share of right answers."""
        return self.baseline.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of ``accuracy``."""
        return wilson(self.baseline.right, self.count)

    def of_mode(self, mode: str) -> tuple[DataRow, ...]:
        """The rows of one mode."""
        return tuple(row for row in self.rows if row.mode == mode)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Counts that contradict each other are no measurement."""
        _check_counts(self.count, [self.baseline, *self.rows])
        for row in self.rows:
            found = row.difference
            if row.right - self.baseline.right != found.gained - found.lost or row.agreeing > self.count:
                raise ValueError(later("the counts of {edits} do not add up", edits=row.edits[:80]))
            if row.blocks and row.mode and row.edits != _written(row.blocks, row.mode):
                raise ValueError(later("{edits} does not do what its blocks and mode say", edits=row.edits[:80]))
            if row.mode and row.mode not in self.modes:
                raise ValueError(later("the mode {mode} is not among the modes", mode=row.mode))
        for found in (*(row.difference for row in self.rows), *(each.difference for each in self.contrasts)):
            told = (found.gained - found.lost) / self.count
            if found.lost + found.gained > self.count or not math.isclose(told, found.accuracy.value, abs_tol=CLOSE):
                raise ValueError(later("a difference of accuracy does not follow from its counts"))
        if len({(row.edits, row.mode) for row in self.rows}) != len(self.rows):
            raise ValueError(later("a plan is there twice"))
        return self


def _check_counts(count: int, scores: Iterable[Baseline | DataRow]) -> None:
    if any(not score.right <= score.right5 <= count for score in scores):
        raise ValueError(later("counts of right answers exceed the pictures"))


def _written(blocks: tuple[str, ...], mode: str) -> str:
    chosen = Mode.parse(mode)
    return str(EditPlan.of({block: BlockEdit(block, chosen) for block in blocks}))


def read_data_sweep(data: bytes, name: str) -> DataSweep:
    """A record out of a file's bytes, which may come from anywhere.

    Args:
        name: of the file, for messages.

    Raises:
        DataError: it is no such record, or contradicts itself.
    """
    remedy = later("Make it with python -m se_explorer sweep DIR --out FILE.")
    if len(data) > MAX_BYTES:
        raise DataError(
            later("at most {size} MiB", size=MAX_BYTES >> 20),
            later("{file}, of {size} MiB", file=name, size=len(data) >> 20),
            remedy,
        )
    try:
        return DataSweep.model_validate_json(data)
    except ValidationError as error:
        received = later("{name} ({fault})", name=name, fault=first_fault(error, later("the file")))
        raise DataError(later("an ablation over data, as sweep DIR --out writes it"), received, remedy) from error


def write_data_sweep(path: Path, sweep: DataSweep) -> None:
    """Write a record, whole or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    text = sweep.model_dump_json(indent=1) + "\n"
    try:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise DataError(later("a place to write to"), unreadable(path, error), later("Choose another file.")) from error
