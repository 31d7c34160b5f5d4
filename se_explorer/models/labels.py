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
REMEDY = "Write one label a line, as UTF-8, or a JSON list of labels, in the order of the network's outputs."


def _wrong(name: str, fault: str, remedy: str = REMEDY) -> ModelError:
    return ModelError("a file of labels, one a class", f"{name}, {fault}", remedy)


def _bytes(source: Path | bytes, name: str) -> bytes:
    """A file's contents, no longer than MAX_BYTES + 1."""
    if isinstance(source, bytes):
        return source
    try:
        if source.exists() and not source.is_file():  # a folder, or a pipe that never ends
            raise _wrong(name, "which is no file", "Check the path.")
        with source.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        fault = getattr(error, "strerror", None) or "it cannot be read"
        raise _wrong(name, fault, "Check the path.") from error


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise _wrong(name, f"which is over {MAX_BYTES >> 20} MiB long")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(name, f"which is no UTF-8 text (byte {error.start})") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("a key that comes twice")
    return entries


def _from_json(text: str, name: str) -> list[Any]:
    try:
        content = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        fault = "a key that comes twice" if "twice" in str(error) else "which begins as JSON and is none"
        raise _wrong(name, fault) from error
    if isinstance(content, list):
        return content
    by_index = content if all(key.isascii() and key.isdigit() for key in content) else _turned(content, name)
    indices = [str(index) for index in range(len(by_index))]
    if set(indices) != set(by_index):
        raise _wrong(name, f"whose indices are not 0 to {len(by_index) - 1}, each once")
    return [by_index[index] for index in indices]


def _turned(content: dict[str, Any], name: str) -> dict[str, str]:
    """Labels by index, from indices by label."""
    by_index = {str(index): label for label, index in content.items() if type(index) is int}
    if len(by_index) != len(content):
        raise _wrong(name, "whose object is no map between labels and indices")
    return by_index


def _from_lines(text: str) -> list[str]:
    lines = [line.removesuffix("\r").strip(" ") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _checked(labels: Sequence[Any], name: str) -> tuple[str, ...]:
    if not 1 <= len(labels) <= MAX_CLASSES:
        raise _wrong(name, f"with {len(labels):,} labels, outside 1 to {MAX_CLASSES:,}")
    for place, label in enumerate(labels, start=1):
        if not isinstance(label, str) or not label.strip():
            raise _wrong(name, f"whose label {place} is empty or no text")
        if len(label) > MAX_LABEL:
            raise _wrong(name, f"whose label {place} is over {MAX_LABEL} characters long")
        if any(letter in TURNING or unicodedata.category(letter) in FORBIDDEN for letter in label):
            raise _wrong(name, f"whose label {place} has a control character in it (a tab, say)")
    return tuple(labels)


def read_labels(source: LabelSource, count: int) -> tuple[str, ...]:
    """The labels of a network with ``count`` classes.

    Raises:
        ModelError: the file cannot be read, a label is not fit to show, or there are more or fewer than ``count``.
    """
    if isinstance(source, (str, Path, bytes)):
        source = Path(source) if isinstance(source, str) else source
        name = "the labels" if isinstance(source, bytes) else shown_name(source.name)
        text = _text(_bytes(source, name), name)
        labels = _checked(_from_json(text, name) if text.lstrip()[:1] in ("[", "{") else _from_lines(text), name)
    else:
        name = "the list of labels"
        labels = _checked(source, name)
    if len(labels) != count:
        raise ModelError(
            f"{count:,} labels, as the network has classes", f"{len(labels):,} in {name}", "Give one label a class."
        )
    return labels
