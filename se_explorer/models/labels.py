"""Names of a network's classes, from a file or a list: one a class, in the order of the network's outputs.

A text file has one label a line. A JSON file is a list of labels or an object with the index of each, ``{"0": "cat"}``
or ``{"cat": 0}`` (torchvision's ``class_to_idx``).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from se_explorer.errors import ModelError
from se_explorer.files import system_says
from se_explorer.language import Text, Words, later, whole
from se_explorer.models.refusal import shown_name

__all__ = ["MAX_CLASSES", "MAX_LABEL", "LabelSource", "read_labels"]

#: A file's path, its bytes, or the labels themselves. A string is a path.
LabelSource = Path | str | bytes | Sequence[str]

MAX_BYTES = 8 * 2**20
MAX_LABEL = 200
MAX_CLASSES = 100_000
# Control characters, halves of letters, separators of lines and paragraphs; and the marks that turn the direction of
# writing, with which a label could pass for another.
FORBIDDEN = ("Cc", "Cs", "Zl", "Zp")
TURNING = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
REMEDY = later("Write one label a line, as UTF-8, or a JSON list of labels, in the order of the network's outputs.")


def _wrong(name: Words, fault: Words, remedy: Words = REMEDY) -> ModelError:
    return ModelError(later("a file of labels, one a class"), later("{name}, {fault}", name=name, fault=fault), remedy)


def _bytes(source: Path | bytes, name: Words) -> bytes:
    """A file's contents, no longer than MAX_BYTES + 1."""
    if isinstance(source, bytes):
        return source
    try:
        if source.exists() and not source.is_file():  # a folder, or a pipe that never ends
            raise _wrong(name, later("which is no file"), later("Check the path."))
        with source.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        fault = system_says(error) if isinstance(error, OSError) else later("which cannot be read")
        raise _wrong(name, fault, later("Check the path.")) from error


def _text(data: bytes, name: Words) -> str:
    if len(data) > MAX_BYTES:
        raise _wrong(name, later("which is over {limit} MiB long", limit=MAX_BYTES >> 20))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(name, later("which is no UTF-8 text (byte {place})", place=error.start)) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("a key that comes twice")
    return entries


def _from_json(text: str, name: Words) -> list[Any]:
    try:
        content = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        twice = "twice" in str(error)
        fault = later("which has a key that comes twice") if twice else later("which begins as JSON and is none")
        raise _wrong(name, fault) from error
    if isinstance(content, list):
        return content
    by_index = content if all(key.isascii() and key.isdigit() for key in content) else _turned(content, name)
    indices = [str(index) for index in range(len(by_index))]
    if set(indices) != set(by_index):
        raise _wrong(name, later("whose indices are not 0 to {last}, each once", last=len(by_index) - 1))
    return [by_index[index] for index in indices]


def _turned(content: dict[str, Any], name: Words) -> dict[str, str]:
    """Labels by index, from indices by label."""
    by_index = {str(index): label for label, index in content.items() if type(index) is int}
    if len(by_index) != len(content):
        raise _wrong(name, later("whose object is no map between labels and indices"))
    return by_index


def _from_lines(text: str) -> list[str]:
    lines = [line.removesuffix("\r").strip(" ") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _checked(labels: Sequence[Any], name: Words) -> tuple[str, ...]:
    if not 1 <= len(labels) <= MAX_CLASSES:
        count, limit = Text.of(whole, len(labels)), Text.of(whole, MAX_CLASSES)
        raise _wrong(name, later("with {count} labels, outside 1 to {limit}", count=count, limit=limit))
    for place, label in enumerate(labels, start=1):
        if not isinstance(label, str) or not label.strip():
            raise _wrong(name, later("whose label {place} is empty or no text", place=place))
        if len(label) > MAX_LABEL:
            raise _wrong(
                name, later("whose label {place} is over {limit} characters long", place=place, limit=MAX_LABEL)
            )
        if any(letter in TURNING or unicodedata.category(letter) in FORBIDDEN for letter in label):
            raise _wrong(name, later("whose label {place} has a control character in it (a tab, say)", place=place))
    return tuple(labels)


def read_labels(source: LabelSource, count: int) -> tuple[str, ...]:
    """The labels of a network with ``count`` classes.

    Raises:
        ModelError: the file cannot be read, a label is not fit to show, or there are more or fewer than ``count``.
    """
    if isinstance(source, (str, Path, bytes)):
        source = Path(source) if isinstance(source, str) else source
        name: Words = later("the labels") if isinstance(source, bytes) else shown_name(source.name)
        text = _text(_bytes(source, name), name)
        labels = _checked(_from_json(text, name) if text.lstrip()[:1] in ("[", "{") else _from_lines(text), name)
    else:
        name = later("the list of labels")
        labels = _checked(source, name)
    if len(labels) != count:
        raise ModelError(
            later("{count} labels, as the network has classes", count=Text.of(whole, count)),
            later("{count} in {name}", count=Text.of(whole, len(labels)), name=name),
            later("Give one label a class."),
        )
    return labels
