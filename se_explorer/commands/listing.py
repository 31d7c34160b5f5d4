"""``models``: the catalog."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.table import Table

from se_explorer.commands.console import table_console
from se_explorer.models import catalog

__all__ = ["run"]


def run(as_json: bool) -> None:
    """Print the catalog."""
    entries = catalog()
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries], indent=2))
        return
    table = Table(title="Networks")
    for column in ("id", "family", "SE blocks", "parameters", "input", "classes", "top-1", "weights"):
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    for entry in entries:
        size = f"{entry.input_size} px"
        numbers = (str(entry.se_blocks), f"{entry.params / 1e6:.2f} M", size, str(entry.classes), f"{entry.top1:.2%}")
        table.add_row(entry.id, entry.family, *numbers, entry.weights)
    console = table_console()
    console.print(table)
    console.print(
        "Top-1 is measured by us on the card's own validation split.\n"
        "Any SE network of timm or torchvision opens as timm:NAME or torchvision:NAME."
    )
