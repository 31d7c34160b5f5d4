"""How a file of weights is refused, and how what strangers wrote is shown."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.errors import WeightsError
from se_explorer.images.naming import clean_name

__all__ = ["SAVE_AGAIN", "listed", "refused", "shown_name"]

SAVE_AGAIN = "Save the state_dict alone: torch.save(model.state_dict(), FILE), or as safetensors."
SHOWN = 5


def shown_name(name: str) -> str:
    """A file's name without its folders and without control characters."""
    return clean_name(name) if name else "the file"


def refused(name: str, fault: str, remedy: str = SAVE_AGAIN) -> WeightsError:
    """The error of a file that is no file of weights; ``name`` is shown as it is."""
    return WeightsError("a safetensors file, or a PyTorch file of tensors alone", f"{name}, {fault}", remedy)


def _shown(text: str) -> str:
    printable = "".join(letter for letter in text[:200] if letter.isprintable())
    return printable if len(printable) <= 100 else f"{printable[:99]}…"


def listed(names: Sequence[str]) -> str:
    """The first names, fit to show, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(_shown, names[:SHOWN])) + more
