"""The sample pictures that come with the project."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from se_explorer.errors import DataError, ImageError
from se_explorer.files import unreadable
from se_explorer.images.decode import load_picture
from se_explorer.images.picture import Picture
from se_explorer.language import Text, later, list_of

__all__ = ["Sample", "open_sample", "samples"]

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "samples"


class Sample(BaseModel):
    """A sample picture. ``shows``: which of the bundled network's classes, or None."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    file: str
    title: dict[str, str]
    alt: dict[str, str]
    shows: str | None = Field(alias="class")
    licence: str
    source: str


def samples() -> tuple[Sample, ...]:
    """All samples, the default first.

    Raises:
        DataError: the list is missing or damaged.
    """
    path = FOLDER / "samples.json"
    try:
        entries = TypeAdapter(list[Sample]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise DataError(
            later("the list of samples"), unreadable(path, error), later("Restore it from the project.")
        ) from error
    return tuple(entries)


def open_sample(sample_id: str) -> Picture:
    """Open a sample by its id.

    Raises:
        ImageError: there is none of that id, or its file is gone.
    """
    for sample in samples():
        if sample.id == sample_id:
            return load_picture(FOLDER / sample.file)
    known = Text.of(list_of, [sample.id for sample in samples()])
    raise ImageError(later("one of the samples {names}", names=known), repr(sample_id), later("Choose one of these."))
