"""Take away: the present state as one HTML file, and the looked-at block's maps as numbers, made when asked for."""

from __future__ import annotations

import html
import io
import weakref
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from se_explorer.engine import EditPlan, Engine, Mode, Trace
from se_explorer.errors import ModelError, SEExplorerError
from se_explorer.images import Picture
from se_explorer.language import _, current_language, language, later
from se_explorer.report import gather, rank, report_html
from se_explorer.ui import address
from se_explorer.ui import state as states
from se_explorer.ui.ablate_sweep import donors_of, sweep_key
from se_explorer.ui.ablate_toggles import mode_now
from se_explorer.ui.caches import SweepKey, sweeps
from se_explorer.ui.state import View, chosen_block
from se_explorer.ui.waiting import client

__all__ = ["offer_take_away"]


@dataclass(frozen=True, eq=False)
class Order:
    """All that a file depends on. What waits for a click holds no network: an unused one can be given up meanwhile."""

    engine: weakref.ref[Engine]
    picture: Picture
    plan: EditPlan
    donors: dict[str, Picture]
    mode: Mode
    block: str
    channel: int | None
    target: int | None
    sweep: SweepKey
    who: object
    language: str = "en"

    def opened(self) -> Engine:
        """The network.

        Raises:
            ModelError: it was given up since the page was drawn.
        """
        engine = self.engine()
        if engine is None:
            raise ModelError(
                later("the page's network"), later("one that was closed meanwhile"), later("Load the page again.")
            )
        return engine


def _channel(view: View, block: str) -> int | None:
    choice = address.whole(states.CHANNEL, 0, view.engine.channels[block] - 1, -1)
    return None if choice.is_open or choice.value < 0 else choice.value


def _order(view: View) -> Order:
    block, mode = chosen_block(view.engine).name, mode_now(view)
    target = address.whole("target", -1, len(view.engine.network.labels) - 1, -1).value
    return Order(
        engine=weakref.ref(view.engine),
        picture=view.picture,
        plan=view.plan,
        donors={**view.donors, **donors_of(view, mode)},
        mode=mode,
        block=block,
        channel=_channel(view, block),
        target=None if target < 0 else target,
        sweep=sweep_key(view, "leave-one-out", mode, -1),
        who=client(),
        language=current_language(),
    )


def _gates(order: Order, engine: Engine) -> dict[str, dict[str, np.ndarray]]:
    asked = {key: engine.worker.trace(donor, client=order.who) for key, donor in order.donors.items()}
    return {key: future.result().gates for key, future in asked.items()}


def make_report(order: Order) -> str:
    """The report in the order's language; where it cannot be made, a page that says why: a download cannot tell."""
    with language(order.language):
        return _made_report(order)


def _made_report(order: Order) -> str:
    try:
        engine = order.opened()
        state = gather(
            engine,
            order.picture,
            order.plan,
            block=order.block,
            channel=order.channel,
            target=order.target,
            donors=order.donors,
            ranking=lambda target: sweeps().get(
                (*order.sweep[:-1], target),
                lambda: rank(engine, order.picture, order.mode, target, _gates(order, engine), order.who),
            ),
            client=order.who,
        )
        return report_html(state)
    except SEExplorerError as error:
        title, told = _("No report"), _("No report: {error}").format(error=error)
        return f"<!DOCTYPE html><meta charset='utf-8'><title>{html.escape(title)}</title><p>{html.escape(told)}"


def make_maps(order: Order) -> bytes:
    """u of the block, float32 (C, H, W), as a .npy file.

    Raises:
        ModelError: the network was given up; Streamlit then says at the button that there is no file.
    """
    engine = order.opened()
    gates = _gates(order, engine)
    asked = engine.worker.trace(order.picture, order.plan, keep=(order.block,), donors=gates, client=order.who)
    trace: Trace = asked.result()
    file = io.BytesIO()
    np.save(file, trace.block(order.block).kept_maps)
    return file.getvalue()


def _button(label: str, make: Callable[[], str | bytes], file: str, mime: str, told: str) -> None:
    st.download_button(label, make, file, mime, on_click="ignore", key=f"_take_{file.rpartition('.')[2]}", help=told)


def offer_take_away(view: View) -> None:
    """The popover of the side bar."""
    order = _order(view)
    network = view.engine.network.id.replace(":", "-")
    with st.popover(_("Take away"), icon=":material/download:", width="stretch"):
        _button(
            _("Report (HTML)"),
            lambda: make_report(order),
            f"se-explorer-report-{network}.html",
            "text/html",
            _(
                "Picture, network, plan, figures, tables and where they come from in one file of about 6 MB, which "
                "opens without a network. Your picture itself is not in it, only the crop that the network saw."
            ),
        )
        _button(
            _("Maps of {block} (.npy)").format(block=order.block),
            lambda: make_maps(order),
            f"se-explorer-maps-{order.block}-{network}.npy",
            "application/octet-stream",
            _("u of the block as NumPy's float32 array: channels, rows, columns. x~ is u times the gates as applied."),
        )
        st.caption(_("Charts and pictures: ⤓ at each of them, as PNG or SVG. Tables: CSV under each of them."))
