"""Results, the system behind a row or a point that was clicked: its figures, and the way to its architecture."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.published_counts import counted_systems
from se_explorer.language import _, decimal, list_of, whole
from se_explorer.models.paper import paper_systems
from se_explorer.models.paper.opening import PREFIX, can_be_opened
from se_explorer.models.published import PublishedRow, published
from se_explorer.ui import address
from se_explorer.ui import network_choice as networks

__all__ = ["choose_system", "draw_system"]

SYSTEM = "system"
WEIGHTS = "random:0"


def _choice() -> address.Choice[str]:
    return address.one_of(SYSTEM, [row.id for row in published().rows], "")


def choose_system(key: str) -> None:
    """Look at the system of a row; for callbacks, which run before the page is drawn."""
    st.session_state[SYSTEM] = key


def _title(row: PublishedRow) -> str:
    if row.variant == "SE":
        return f"SE-{row.model}"
    return f"{row.model}, {row.variant}"


def _figures(row: PublishedRow) -> list[str]:
    """What is printed of a row, in short texts."""
    parts = [_("top-1 error {error} %").format(error=decimal(row.top1_error, 2))]
    if row.top5_error is not None:
        parts.append(_("top-5 error {error} %").format(error=decimal(row.top5_error, 2)))
    if row.gflops is not None:
        parts.append(_("{count} GFLOPs").format(count=f"{row.gflops:g}"))
    if row.parameters_millions is not None:
        parts.append(_("{count} M parameters").format(count=f"{row.parameters_millions:g}"))
    return parts


def _why_closed(row: PublishedRow) -> str:
    if row.table in (4, 5):
        return _("Networks for CIFAR are not built here.")
    if row.id == "table16-nosqueeze":
        return _("Its blocks have no squeeze, so that a gate is a whole map: they cannot be opened up.")
    if row.id == "senet154-320":
        return _("It is SENet-154 with a larger crop; its row at 224 px can be opened.")
    return _("A network without SE has no gates to look at; the same network with SE can be opened.")


def _open_button(row: PublishedRow) -> None:
    """The way to the Architecture page."""
    model = f"{PREFIX}{row.id}"
    pressed = st.button(
        _("Open on the Architecture page"),
        key="_open_system",
        type="primary",
        icon=":material/account_tree:",
        on_click=networks.choose,
        args=(model, WEIGHTS),
        help=_("Built as the paper describes it, with random weights: the trained ones are not published with it."),
    )
    if pressed:
        st.switch_page("pages/architecture.py")
    st.caption(f"`{model}`")


def draw_system(table: int, invite: bool) -> None:
    """The card of the system that was chosen, if it is of this table.

    Args:
        invite: whether to say how to choose one, while none is.
    """
    choice = _choice()
    chosen = choice.keep(choice.value)
    if not chosen and invite:
        st.caption(_("A click on a point, or on the box before a row, shows that network here."))
    if chosen and published().row(chosen).table == table:
        with st.container(border=True):
            _draw_card(published().row(chosen))


def _draw_card(row: PublishedRow) -> None:
    st.markdown(f"#### {_title(row)}")
    where = _("Table {number}").format(number=row.table) if row.table else _("the paper's text")
    told = _("Printed ({where}, {data}): {figures}.")
    st.markdown(told.format(where=where, data=row.data, figures=list_of(_figures(row))))
    counted = counted_systems().get(row.id)
    if counted is not None:
        st.markdown(
            _("Counted by us: {parameters} parameters, {se} of them in SE blocks; {macs} G multiply-adds.").format(
                parameters=whole(counted.parameters),
                se=whole(counted.se_parameters),
                macs=decimal(counted.macs / 1e9, 3),
            )
        )
    systems = {system.id: system for system in paper_systems()}
    if row.id in systems and can_be_opened(systems[row.id]):
        _open_button(row)
    else:
        st.caption(_why_closed(row))
