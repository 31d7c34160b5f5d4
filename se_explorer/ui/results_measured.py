"""Results that are not the paper's: what this installation measured and counted, and what other people publish."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.figures import Theme
from se_explorer.figures.published_cost import error_cloud
from se_explorer.language import _, decimal, percent, whole
from se_explorer.models import LibraryCard, bundled_cards, cards
from se_explorer.ui import address
from se_explorer.ui.architecture import architecture
from se_explorer.ui.charts import draw
from se_explorer.ui.networks_card import publisher
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_measured", "draw_others"]

CARD = "card"  # of the page Networks, which shows the card
TABLE = "_library_results"


def _bundled_table() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Network"): card.title,
                _("Measured on"): _(card.accuracy.split),
                _("Top-1 error (%)"): 100 - 100 * card.accuracy.top1,
                _("95 % interval from (%)"): 100 - 100 * card.accuracy.high,
                _("to (%)"): 100 - 100 * card.accuracy.low,
                _("Pictures"): card.accuracy.count,
                _("Classes"): card.class_count,
                _("Parameters"): card.parameters,
            }
            for card in bundled_cards().values()
        ]
    )


def _tell_present(view: View) -> None:
    """The network in the side bar, counted here and now."""
    found = architecture(view)
    more = found.se_parameters / max(1, found.plain_parameters)
    work = found.se_macs / max(1, found.plain_macs)
    st.markdown(
        _(
            "**{title}**, the network in the side bar, counted here: {parameters} parameters, {plain} without SE "
            "(+{more}); {macs} G multiply-adds at {size} px, {plain_macs} G without SE (+{work})."
        ).format(
            title=found.title,
            parameters=whole(found.parameters),
            plain=whole(found.plain_parameters),
            more=percent(more, 1),
            macs=decimal(found.macs / 1e9, 3),
            size=found.size,
            plain_macs=decimal(found.plain_macs / 1e9, 3),
            work=percent(work, 2),
        )
    )


def draw_measured(view: View | None) -> None:
    """The bundled networks' own accuracy, and the present network counted."""
    st.header(_("Measured by us"), divider="orange")
    st.caption(
        _(
            "Ten classes of small pictures are another task than ImageNet's thousand: these errors cannot be compared "
            "with the paper's. They were measured when the weights were made, and stand in the network's card."
        )
    )
    places = st.column_config.NumberColumn(format="%.2f")
    grouped = st.column_config.NumberColumn(format="localized")
    columns = (_("Top-1 error (%)"), _("95 % interval from (%)"), _("to (%)"))
    st.dataframe(
        _bundled_table(),
        hide_index=True,
        key="_measured",
        column_config={
            **dict.fromkeys(columns, places),
            **dict.fromkeys((_("Pictures"), _("Parameters")), grouped),
            _("Network"): st.column_config.TextColumn(pinned=True),
        },
        alt=_("The bundled networks with their measured errors"),
    )
    offer_csv(_bundled_table, "measured")
    if view is not None:
        _tell_present(view)


def _library_cards() -> list[LibraryCard]:
    return [card for card in cards().values() if isinstance(card, LibraryCard)]


def _others_table(found: list[LibraryCard]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Network"): card.title,
                _("Top-1 error (%)"): 100 - 100 * card.published.top1,
                _("Input (px)"): card.published.size,
                _("Parameters (M)"): card.parameters / 1e6,
                _("SE blocks"): card.se_blocks,
                _("Source"): publisher(card),
                "id": card.id,
            }
            for card in found
        ]
    )


def _choose(key: str) -> None:
    st.session_state["_result_card"] = key


def _pick(keys: list[str]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(keys):
        _choose(keys[rows[0]])


def _look_at(key: str) -> None:
    """Show a network's card on the page Networks; for callbacks."""
    address.text(CARD).keep(key)
    st.session_state.pop(CARD, None)


def _draw_card_link(found: list[LibraryCard]) -> None:
    card = next((card for card in found if card.id == st.session_state.get("_result_card")), None)
    if card is None:
        return
    with st.container(border=True):
        st.markdown(f"**{card.title}**: {card.claim}")
        if st.button(_("Its card on the page Networks"), key="_to_card", on_click=_look_at, args=(card.id,)):
            st.switch_page("pages/networks.py")


def _draw_cloud(found: list[LibraryCard], theme: Theme) -> None:
    groups: dict[str, list[tuple[str, str, float, float]]] = {}
    for card in found:
        point = (card.id, card.title, card.parameters / 1e6, 100 - 100 * card.published.top1)
        groups.setdefault(publisher(card), []).append(point)
    figure = error_cloud(
        groups,
        theme,
        _("Published errors of SE networks in the catalog"),
        _("parameters, millions (logarithmic)"),
        _("top-1 error, %"),
        say=_,
    )
    draw(figure, "_cloud", _choose)


def _draw_others_table(found: list[LibraryCard]) -> None:
    two = st.column_config.NumberColumn(format="%.2f")
    st.dataframe(
        _others_table(found),
        height=300,
        hide_index=True,
        key=TABLE,
        on_select=lambda: _pick([card.id for card in found]),
        selection_mode="single-row",
        column_config={
            **dict.fromkeys((_("Top-1 error (%)"), _("Parameters (M)")), two),
            _("Network"): st.column_config.TextColumn(pinned=True),
        },
        alt=_("Networks of the catalog with their published errors"),
    )
    offer_csv(lambda: _others_table(found), "catalog", label=_("Published errors as CSV"))


def draw_others(theme: Theme) -> None:
    """What timm and torchvision publish of their SE networks."""
    st.header(_("Published by timm and torchvision"), divider="violet")
    st.caption(
        _(
            "Top-1 error on ImageNet's validation set of the networks in the catalog, as their libraries publish it. "
            "We have not measured it. Recipes and sizes of the input differ from network to network and from the "
            "paper's."
        )
    )
    found = _library_cards()
    _draw_cloud(found, theme)
    _draw_others_table(found)
    _draw_card_link(found)
