"""What a channel looks for, over a data set: the pictures of the profile that open its gate most and least."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from se_explorer.analysis import Profile
from se_explorer.analysis.class_profiles import explained_by_class
from se_explorer.analysis.profile import BlockProfile, Extremes
from se_explorer.errors import DataError, ImageError
from se_explorer.images import Preprocessing, folder_of, picture_inside
from se_explorer.language import _, decimal, percent, whole
from se_explorer.ui.errors import show_error
from se_explorer.ui.escaping import plain_label, plain_markdown
from se_explorer.ui.profile_choice import data_title
from se_explorer.ui.state import View, local_paths
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_extremes"]

#: Kept in the session under its widget's key and under this one, never in the address: a link must not make another
#: person's machine look into a folder, nor tell what folders this one has.
FOLDER = "_data_folder"
WIDGET = "_data_folder_typed"
SIDE = 112  # px of a thumbnail
TOLD = 3  # pictures that are missing
KEPT = 128  # thumbnails a session


def _choose_folder() -> Path | None:
    """The folder that the person names, if folders may be named and it is there."""
    if not local_paths():
        return None
    if WIDGET not in st.session_state:
        st.session_state[WIDGET] = st.session_state.get(FOLDER, "")
    typed = st.text_input(
        _("Folder of the data on this machine, for thumbnails"),
        key=WIDGET,
        placeholder="/data/imagenette2-160/val",
        help=_("The folder that the profile was made of. Nothing outside it is read."),
    )
    st.session_state[FOLDER] = typed
    if not typed.strip():
        return None
    try:
        return folder_of(typed)
    except DataError as error:
        show_error(error)
        return None


@st.cache_data(scope="session", max_entries=KEPT, show_spinner=False)
def _thumbnail(folder: str, names: tuple[str, ...], seeing: Preprocessing) -> np.ndarray:
    """What the network would see of the first of the names that can be read, small; uint8 (SIDE, SIDE, 3)."""
    fault = None
    for name in names:
        try:
            picture = picture_inside(Path(folder), name)
        except ImageError as error:
            fault = fault or error
            continue
        seen = seeing.see(picture.tensor).permute(1, 2, 0).contiguous().numpy()
        return np.asarray(Image.fromarray(seen).resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    assert fault is not None, "there is at least one name"
    raise fault


def _names_tried(profile: Profile, name: str) -> tuple[str, ...]:
    """In the folder itself, or in that of the split where the person gave the one around it."""
    split = profile.header.data.split
    return (name,) if split is None else (name, f"{split}/{name}")


def _draw_thumbnails(view: View, profile: Profile, found: Extremes, channel: int, folder: Path) -> list[str]:
    """Those that can be read; gives a line for each other one."""
    images, captions, alts, missing = [], [], [], []
    for rank, (place, gate) in enumerate(zip(found.pictures[:, channel], found.values[:, channel], strict=True), 1):
        name, label = profile.header.pictures[place], profile.classes[profile.picture_classes[place]].label
        try:
            names = _names_tried(profile, name)
            images.append(_thumbnail(str(folder), names, view.engine.network.preprocessing))
        except ImageError as error:
            missing.append(f"{plain_markdown(name)}: {plain_markdown(error.received, 120)}")
            continue
        captions.append(f"{rank}. {decimal(gate, 3)} {plain_markdown(label, 24)}")
        alts.append(
            _("Number {rank}, {label}, gate {gate}").format(rank=rank, label=plain_label(label), gate=decimal(gate, 3))
        )
    if images:
        st.image(images, captions, SIDE, output_format="JPEG", alt=alts)
    return missing


def _table(profile: Profile, found: Extremes, channel: int) -> pd.DataFrame:
    places = found.pictures[:, channel].tolist()
    return pd.DataFrame(
        {
            _("Gate"): found.values[:, channel].astype(float),
            _("Class"): [plain_label(profile.classes[profile.picture_classes[place]].label) for place in places],
            _("Picture"): [plain_label(profile.header.pictures[place], 120) for place in places],
        }
    )


def _tell_class(profile: Profile, found: Extremes, channel: int) -> str:
    places = found.pictures[:, channel].tolist()
    counts = Counter(int(profile.picture_classes[place]) for place in places)
    kind, count = counts.most_common(1)[0]
    label = plain_markdown(profile.classes[kind].label)
    if len(counts) == len(places) > 1:
        return _("no two of them of one class")
    told = _("all of them {label}") if count == len(places) else _("{count} of them {label}")
    return told.format(label=label, count=count)


def _tell_gate(profile: Profile, block: BlockProfile, channel: int, gate: float, edited: bool) -> str:
    """Where this picture's gate lies among the data's."""
    low, high = float(block.gates.quantiles[0, channel]), float(block.gates.quantiles[-1, channel])
    explained = float(explained_by_class(block.gates, profile.counts)[channel])
    told = _(
        "Over {count} pictures of {data} gate {channel} of {block} is {mean} on average, and {low} to {high} for the "
        "middle 90 % of them; {this} {place}. {share} of the gate's variance lies between classes. The "
        "{pictures} pictures that open it most: {most}; that open it least: {least}."
    )
    this = _("this picture's {gate} with the plan at hand") if edited else _("this picture's {gate}")
    return told.format(
        count=whole(profile.count),
        data=data_title(profile),
        channel=channel,
        block=block.name,
        mean=decimal(block.gates.mean[channel], 3),
        low=decimal(low, 3),
        high=decimal(high, 3),
        this=this.format(gate=f"**{decimal(gate, 3)}**"),
        place=_("lies below these") if gate < low else _("lies above these") if gate > high else _("lies among these"),
        share=percent(explained, 0),
        pictures=len(block.highest.pictures),
        most=_tell_class(profile, block.highest, channel),
        least=_tell_class(profile, block.lowest, channel),
    )


def draw_extremes(view: View, profile: Profile, name: str, channel: int, gate: float) -> None:
    """Names and gates always; thumbnails where the person says where the folder is.

    Args:
        gate: of the picture at hand.
    """
    block = profile.block(name)
    st.markdown(_tell_gate(profile, block, channel, gate, bool(view.plan)))
    folder = _choose_folder()
    missing: list[str] = []
    about = {"Network": profile.header.model, "Block": name, "Channel": channel}
    sides = (
        ("open-it-most", _("Pictures that open it most"), block.highest),
        ("open-it-least", _("Pictures that open it least"), block.lowest),
    )
    for (side, title, found), column in zip(sides, st.columns(2, gap="large"), strict=True):
        with column:
            st.markdown(f"**{title}**")
            if folder is not None:
                missing += _draw_thumbnails(view, profile, found, channel, folder)
            gates = st.column_config.NumberColumn(format="%.4f")
            table = partial(_table, profile, found, channel)
            st.dataframe(table(), hide_index=True, column_config={_("Gate"): gates}, key=f"_extremes_{side}")
            offer_csv(table, side, lambda: about)
    if missing:
        told = missing[:TOLD]
        if len(missing) > TOLD:
            told.append(_("and {count} more").format(count=len(missing) - TOLD))
        st.warning(_("Left out, for they cannot be read: {pictures}.").format(pictures=_("; ").join(told)))
    st.caption(
        _(
            "The gates of the unedited network. The extremes of one gate say what goes with it in these data, not "
            "what causes it: pictures of a class can share a background as well as the thing."
        )
    )
