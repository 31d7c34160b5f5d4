"""Networks, the weights: open them, download them and watch it, or take random ones on purpose."""

from __future__ import annotations

import uuid

import streamlit as st

from se_explorer.errors import BusyError
from se_explorer.language import _, decimal, percent
from se_explorer.limits import limits
from se_explorer.models import Download, WeightsStatus, downloads, weights_status
from se_explorer.ui import network_choice as networks
from se_explorer.ui.errors import show_error
from se_explorer.ui.languages import speak
from se_explorer.ui.network_choice import Chosen

__all__ = ["draw_weights"]

POLL = 0.5  # seconds between two looks at a download


def megabytes(count: int) -> str:
    """Bytes for people."""
    return f"{decimal(count / 1e6, 0 if count >= 10e6 else 1)} MB"


def _open_button(model: str) -> None:
    if networks.chosen() == Chosen(model, "pretrained"):
        st.success(_("Open: every page shows this network now."), icon=":material/check:")
    else:
        st.button(_("Open this network"), type="primary", key="_open", on_click=networks.choose, args=(model,))


def _random_button(model: str) -> None:
    st.button(
        _("Open with random weights"),
        key="_open_random",
        on_click=networks.choose,
        args=(model, "random:0"),
        help=_("The architecture alone: what it says about a picture means nothing, and every page says so."),
    )
    if networks.chosen() == Chosen(model, "random:0"):
        st.info(_("Open with random weights: every page says so."), icon=":material/casino:")


def _draw_progress(download: Download) -> None:
    if download.state == "queued":
        st.progress(0.0, _("Waiting: two downloads run at once"))
    elif download.total:
        share = min(1.0, download.done / download.total)
        told = _("{done} of {total}, {share}").format(
            done=megabytes(download.done), total=megabytes(download.total), share=percent(share, 0)
        )
        st.progress(share, told)
    else:
        st.progress(0.0, _("Connecting"))
    if download.message:
        st.caption(str(download.message))


@st.fragment(run_every=POLL)
def _watch(model: str) -> None:
    """A download as it goes on. Sessions share it: whoever leaves the page finds it again."""
    speak()  # a fragment runs without the page around it
    download = downloads().status(model)
    if download is None or download.is_over:
        st.rerun()
        return
    _draw_progress(download)
    if st.button(_("Cancel"), key="_cancel", help=_("Others who wait for the same download still get it.")):
        downloads().cancel(model, _session())
        st.rerun()


def _session() -> str:
    """Who wants a download: this session, by a name that it gave itself."""
    return str(st.session_state.setdefault("_session", uuid.uuid4().hex))


def _tell_end(download: Download) -> None:
    if download.error is not None:
        show_error(download.error)
    elif download.state == "cancelled":
        st.info(_("The download was cancelled. Nothing that looks whole was left behind."))


def _offer_download(model: str, status: WeightsStatus) -> None:
    last = downloads().status(model)
    if last is not None and not last.is_over:
        _watch(model)
        return
    if last is not None:
        _tell_end(last)
    if not limits().downloads:
        st.info(
            _("The weights are not on this server, and it downloads none. Its operator can:")
            + f"\n\n    python -m se_explorer fetch {model}"
        )
        return
    told = _("Download") if last is None else _("Download again")
    if status.bytes:
        size = _("about {size}") if status.about else "{size}"
        told = _("{download} ({size})").format(download=told, size=size.format(size=megabytes(status.bytes)))
    if st.button(told, type="primary", key="_download", icon=":material/download:"):
        try:
            downloads().start(model, _session())
        except BusyError as error:
            show_error(error)
            return
        st.rerun()


def draw_weights(model: str) -> None:
    """What can be done with this network's weights."""
    status = weights_status(model)
    if status.state == "download":
        _offer_download(model, status)
    else:
        _open_button(model)
    _random_button(model)
