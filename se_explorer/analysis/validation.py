"""What a check of a file from elsewhere found first, in words of ours where they are ours."""

from __future__ import annotations

from pydantic import ValidationError

from se_explorer.language import Text, Words, later

__all__ = ["fault_of", "first_fault"]

MOST = 200  # letters of a library's own words, which may hold what the file holds


def fault_of(error: BaseException) -> Words:
    """What an error says: a text of ours to be said later, or a library's own words, cut."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, Text) else str(error)[:MOST] or type(error).__name__


def first_fault(error: ValidationError, whole: Words) -> Text:
    """The first fault, after the name of the field that has it.

    Args:
        whole: how a fault of no single field is told.
    """
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])[:100] or whole
    cause = first.get("ctx", {}).get("error")
    fault = fault_of(cause) if isinstance(cause, ValueError) else " ".join(first["msg"].split())[:MOST]
    return later("{where}: {fault}", where=where, fault=fault)
