"""The side bar, the same on every page: network, picture, edit plan."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import EditPlan
from se_explorer.errors import ImageError, SEExplorerError
from se_explorer.images import Picture, decode_picture
from se_explorer.language import _, current_language
from se_explorer.limits import limits
from se_explorer.ui import address
from se_explorer.ui import state as states
from se_explorer.ui.caches import sample_list, sample_picture
from se_explorer.ui.downloads import offer_downloads
from se_explorer.ui.errors import show_error
from se_explorer.ui.languages import speak
from se_explorer.ui.network_choice import open_chosen
from se_explorer.ui.remote import tell_remote
from se_explorer.ui.sidebar_network import choose_network, describe_network, warn_of_random_weights
from se_explorer.ui.state import View
from se_explorer.ui.take_away import offer_take_away

__all__ = ["TYPES", "donors_of", "open_view"]

TYPES = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"]
MODES = "`off`, `mean`, `zero`, `constant:0.5`, `shuffle:7`, `donor:SAMPLE`"
SOURCES = ("sample", "upload", "camera")


def _take_picture(widget: str, name: str) -> None:
    """Decode what the widget holds as soon as it comes, so that it outlives the widget and the page."""
    speak()
    file = st.session_state.get(widget)
    if file is None:
        return
    try:
        states.set_own_picture(decode_picture(file.getvalue(), file.name or name), None)
    except ImageError as error:
        states.set_own_picture(None, error)


def _choose_sample() -> tuple[Picture, str]:
    entries = {sample.id: sample for sample in sample_list()}
    choice = address.one_of(states.SAMPLE, list(entries), next(iter(entries)))
    choice.prepare()
    tag = current_language().split("-")[0]
    titles = {key: entry.title.get(tag, entry.title["en"]) for key, entry in entries.items()}
    chosen = choice.keep(
        st.selectbox(_("Sample picture"), list(entries), format_func=titles.__getitem__, key=states.SAMPLE)
    )
    return sample_picture(chosen), chosen


def _choose_picture() -> tuple[Picture, str]:
    choice = address.one_of(states.SOURCE, SOURCES, "sample")
    choice.prepare()
    names = {"sample": _("Sample"), "upload": _("Upload"), "camera": _("Camera")}
    chosen = st.segmented_control(
        _("Picture"), SOURCES, format_func=names.__getitem__, required=True, key=states.SOURCE, wrap=True
    )
    source = choice.keep(chosen or "sample")
    if source == "upload":
        st.file_uploader(
            _("Your picture"),
            TYPES,
            key="_upload",
            on_change=_take_picture,
            args=("_upload", "upload"),
            max_upload_size=limits().picture_mib,
        )
    elif source == "camera":
        st.camera_input(_("Take a picture"), key="_camera", on_change=_take_picture, args=("_camera", "camera"))
    error = states.problem()
    if error is not None and source != "sample":
        show_error(error)
    own = states.own_picture()
    if source == "sample" or own is None:
        return _choose_sample()
    st.caption(f"{own.name}: {own.width} x {own.height} px")
    for note in own.notes:
        st.info(str(note))
    return own, f"own-{own.digest[:12]}"


def _show_plan(plan: EditPlan, fault: SEExplorerError | None) -> None:
    choice = address.text(states.EDITS)
    choice.prepare()
    typed = st.text_input(
        _("Edit plan"),
        key=states.EDITS,
        placeholder="SE_3_4=off;SE_2_1.17=0.2",
        help=_(
            "What is done to the gates, as text: it is part of the address, so that a link opens the same state. "
            "Modes: {modes}."
        ).format(modes=MODES),
    )
    choice.keep(typed)
    if fault is not None:
        show_error(fault)
        stays = _("The last plan that could be read stays in force.")
        st.caption(stays if plan.edits else _("No gate is edited meanwhile."))


def open_view() -> View:
    """Draw the side bar and gather what it says.

    Raises:
        SEExplorerError: the network or a sample cannot be opened.
    """
    address.restore_address()
    with st.sidebar:
        choose_network()
        engine = open_chosen()
        describe_network(engine)
        picture, key = _choose_picture()
        plan, fault = states.current_plan(engine)
        _show_plan(plan, fault)
        tell_remote()
        slot = st.container()
    warn_of_random_weights(engine.network)
    view = View(engine, picture, key, plan, states.theme(), donors_of(plan))
    with slot:
        offer_take_away(view)
        offer_downloads(engine.network.id, view.theme)
    return view


def donors_of(plan: EditPlan) -> dict[str, Picture]:
    """The pictures whose gates a plan may take: the samples that it names, and the session's own."""
    donors = {sample.id: sample_picture(sample.id) for sample in sample_list() if f"donor:{sample.id}" in str(plan)}
    own = states.own_picture()
    if own is not None:
        donors["own"] = own
    return donors
