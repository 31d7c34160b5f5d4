"""Opening a network on the command line: downloads show their progress, notes go to the error stream."""

from __future__ import annotations

from pathlib import Path

from se_explorer.commands.console import error_console
from se_explorer.commands.fetching import fetched
from se_explorer.language import _
from se_explorer.models import Network, open_network, weights_status

__all__ = ["open_noted"]


def open_noted(model: str, weights: str, labels: Path | None = None) -> Network:
    """Open a network and print its notes.

    Raises:
        ModelError, WeightsError: as ``open_network``.
    """
    if weights == "pretrained" and ":" in model and weights_status(model).state == "download":
        fetched(model)
    network = open_network(model, weights, labels)
    console = error_console()
    for note in network.notes:
        console.print(_("Note: {note}").format(note=note))
    return network
