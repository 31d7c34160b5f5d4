"""How a file of weights is refused, and how what strangers wrote is shown."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.errors import WeightsError
from se_explorer.images.naming import clean_name
from se_explorer.language import Text, Words, later, list_of

__all__ = ["SAVE_AGAIN", "listed", "refused", "shown_name"]

SAVE_AGAIN = later("Save the state_dict alone: torch.save(model.state_dict(), FILE), or as safetensors.")
SHOWN = 5


def shown_name(name: str) -> Words:
    """A file's name without its folders and without control characters."""
    return clean_name(name) if name else later("the file")


def refused(name: Words, fault: Words, remedy: Words = SAVE_AGAIN) -> WeightsError:
    """The error of a file that is no file of weights; ``name`` is shown as it is."""
    expected = later("a safetensors file, or a PyTorch file of tensors alone")
    return WeightsError(expected, later("{name}, {fault}", name=name, fault=fault), remedy)


def _shown(text: str) -> str:
    printable = "".join(letter for letter in text[:200] if letter.isprintable())
    return printable if len(printable) <= 100 else f"{printable[:99]}…"


def listed(names: Sequence[Words]) -> Text:
    """The first names, fit to show, and how many more there are."""
    first = Text.of(list_of, tuple(_shown(name) if isinstance(name, str) else name for name in names[:SHOWN]))
    more = len(names) - SHOWN
    return later("{names} and {count} more", names=first, count=more) if more > 0 else first
