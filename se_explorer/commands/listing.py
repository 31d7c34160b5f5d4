"""``models``: the catalog."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich import box
from rich.table import Table

from se_explorer.commands.console import table_console
from se_explorer.errors import ModelError
from se_explorer.language import Text, _, decimal, later, list_of, percent
from se_explorer.models import CatalogEntry, LibraryCard, cards, catalog, weights_status

__all__ = ["run"]

MEGABYTE = 1e6


def _chosen(family: str | None, usable: bool) -> list[CatalogEntry]:
    entries = catalog()
    families = list(dict.fromkeys(entry.family for entry in entries))
    if family is not None and family.casefold() not in (name.casefold() for name in families):
        known = Text.of(list_of, families)
        expected = later("a family of the catalog ({families})", families=known)
        raise ModelError(expected, repr(family), later("Name one of these."))
    return [
        entry
        for entry in entries
        if (family is None or entry.family.casefold() == family.casefold())
        and not (usable and entry.weights == "download")
    ]


def _weights(entry: CatalogEntry) -> str:
    if entry.weights != "download":
        return _("bundled") if entry.weights == "bundled" else _("cached")
    size = weights_status(entry.id).bytes
    return f"{decimal(size / MEGABYTE, 0)} MB" if size else _("download")


def _accuracy(entry: CatalogEntry) -> str:
    card = cards()[entry.id]
    elsewhere = isinstance(card, LibraryCard) and card.published.size != entry.input_size
    return percent(entry.top1, 2) + (f" @{card.published.size}" if isinstance(card, LibraryCard) and elsewhere else "")


def _table(entries: list[CatalogEntry]) -> Table:
    table = Table(title=_("Networks"), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column(_("family"))
    for column in ("SE", _("params"), "px", _("top-1"), _("weights")):
        table.add_column(column, justify="right", no_wrap=True)
    for entry in entries:
        numbers = (str(entry.se_blocks), f"{decimal(entry.params / 1e6, 2)}M", str(entry.input_size), _accuracy(entry))
        table.add_row(entry.id, entry.family, *numbers, _weights(entry))
    return table


def run(as_json: bool, family: str | None = None, usable: bool = False) -> None:
    """Print the catalog.

    Args:
        family: only the networks of this one.
        usable: only those that can be opened with no network connection.

    Raises:
        ModelError: there is no such family.
    """
    entries = _chosen(family, usable)
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries], indent=2))
        return
    console = table_console()
    console.print(_table(entries))
    console.print(
        _(
            "SE: number of SE blocks. px: side of the input. Top-1 of bundled networks is measured by us on\n"
            "the card's own validation split; of the others it is ImageNet's as published (timm's result\n"
            "tables, torchvision's metadata), at the side after the @ where that is not the default.\n"
            "Weights: bundled, cached on this machine, or the size of the download.\n"
            "Any SE network of timm or torchvision opens as timm:NAME or torchvision:NAME[@WEIGHTS]."
        )
    )
