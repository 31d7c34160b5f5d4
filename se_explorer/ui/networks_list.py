"""Networks, the list: filters, a table, and which card is looked at."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.language import _, ngettext
from se_explorer.models import CatalogEntry, catalog, find_card
from se_explorer.ui import address
from se_explorer.ui import network_choice as networks
from se_explorer.ui.networks_card import source_name
from se_explorer.ui.tables import offer_csv

__all__ = ["choose_card", "filtered"]

CARD = "card"
FAMILIES = "_families"
SIZE = "_largest_size"
ACCURACY = "_least_accuracy"
HERE = "_only_here"
TABLE = "_catalog"


def filtered(
    entries: tuple[CatalogEntry, ...], families: list[str], largest: float, least: float, here: bool
) -> tuple[CatalogEntry, ...]:
    """The entries that pass all filters.

    Args:
        families: those wanted; none chosen means all.
        largest: parameters at most, in millions.
        least: top-1 at least, in percent.
        here: only those that need no download.
    """
    return tuple(
        entry
        for entry in entries
        if (not families or entry.family in families)
        and entry.params <= largest * 1e6
        and entry.top1 * 100 >= least
        and (not here or entry.weights != "download")
    )


def _choose_filters(entries: tuple[CatalogEntry, ...]) -> tuple[CatalogEntry, ...]:
    largest = float(-(-max(entry.params for entry in entries) // 1_000_000))
    first, second, third, fourth = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    families = first.multiselect(
        _("Family"), sorted({entry.family for entry in entries}), key=FAMILIES, placeholder=_("Choose families")
    )
    size = second.slider(_("Parameters at most (M)"), 2.0, largest, largest, 1.0, key=SIZE)
    least = third.slider(_("Top-1 at least (%)"), 50.0, 90.0, 50.0, 1.0, key=ACCURACY)
    here = fourth.toggle(_("Needs no download"), key=HERE)
    return filtered(entries, families, size, least, here)


def _table(entries: tuple[CatalogEntry, ...]) -> pd.DataFrame:
    cards = [find_card(entry.id) for entry in entries]
    states = {"bundled": _("bundled"), "cached": _("on this machine"), "download": _("to download")}
    return pd.DataFrame(
        {
            _("Network"): [card.title if card else entry.id for card, entry in zip(cards, entries, strict=True)],
            _("Family"): [entry.family for entry in entries],
            _("Parameters (M)"): [entry.params / 1e6 for entry in entries],
            _("SE blocks"): [entry.se_blocks for entry in entries],
            _("Input (px)"): [entry.input_size for entry in entries],
            _("Classes"): [entry.classes for entry in entries],
            _("Top-1 (%)"): [entry.top1 * 100 for entry in entries],
            _("Weights"): [states[entry.weights] for entry in entries],
            _("Source"): [source_name(entry.source) for entry in entries],
        }
    )


def _pick(entries: tuple[CatalogEntry, ...]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(entries):
        st.session_state[CARD] = entries[rows[0]].id


def choose_card() -> str | None:
    """The id of the network whose card is shown, or None if no network passes the filters."""
    entries = _choose_filters(catalog())
    if not entries:
        st.info(_("No network passes these filters. Widen one of them."))
        return None
    st.caption(
        ngettext(
            "{count} network. Choose a row, or by name below. Top-1: published, unless bundled.",
            "{count} networks. Choose a row, or by name below. Top-1: published, unless bundled.",
            len(entries),
        ).format(count=len(entries))
    )
    st.dataframe(
        _table(entries),
        height=300,
        hide_index=True,
        key=TABLE,
        on_select=lambda: _pick(entries),
        selection_mode="single-row",
        alt=_("All networks that pass the filters, a row each"),
        column_config={
            _("Parameters (M)"): st.column_config.NumberColumn(format="%.2f"),
            _("Top-1 (%)"): st.column_config.NumberColumn(format="%.1f"),
        },
    )
    ids = [entry.id for entry in entries]
    offer_csv(lambda: _table(entries).assign(Id=ids), "networks")
    present = networks.chosen().model
    choice = address.one_of(CARD, ids, present if present in ids else ids[0])
    choice.prepare()
    return choice.keep(st.selectbox(_("Card of"), ids, format_func=_name, key=CARD))


def _name(model: str) -> str:
    card = find_card(model)
    return f"{card.title} ({model})" if card else model
