"""Classes, the paper's Figures 6 and 7: mean gates by class over sampled channels, and the spread within a class."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import streamlit as st

from se_explorer.analysis import QUANTILES, Picking, Profile, default_classes, sampled_channels
from se_explorer.analysis.profile import BlockProfile
from se_explorer.figures import CLASS_LINES, BlockPanel, ClassLine, class_grid, class_lines, class_spread, gate_limits
from se_explorer.language import _, percent
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block, select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.profile_choice import class_label
from se_explorer.ui.state import View

__all__ = ["choose_classes", "choose_picking", "draw_every_block", "draw_lines", "draw_spread"]

CLASSES = "classes"
WIDGET = "_classes"
APART = "|"  # between ids in the address
GRID_CHANNELS = 25  # in a small panel
PICKINGS: tuple[Picking, ...] = ("number", "mean", "specific")
BANDS = ("deviation", "quantiles")


def choose_classes(profile: Profile) -> list[int]:
    """Places of the classes that are drawn; at first four, those of the paper where the data have them."""
    places = {entry.id: place for place, entry in enumerate(profile.classes)}
    ids = list(places)
    default = [ids[place] for place in default_classes(profile)]
    kept = address.text(CLASSES)
    given = st.session_state[WIDGET] if WIDGET in st.session_state else kept.value.split(APART)
    wanted = list(dict.fromkeys(each for each in given if each in places))[:CLASS_LINES]
    # What the person emptied stays empty; what came from elsewhere and means nothing here becomes the default.
    st.session_state[WIDGET] = wanted if wanted or (WIDGET in st.session_state and not given) else default
    chosen: list[str] = st.multiselect(
        _("Classes"),
        ids,
        format_func=lambda each: class_label(profile, places[each]),
        key=WIDGET,
        max_selections=CLASS_LINES,
    )
    kept.keep("" if chosen in (default, []) else APART.join(chosen))
    return [places[each] for each in chosen]


def choose_picking() -> Picking:
    """Which channels are drawn."""
    choice = address.one_of("pick", list(PICKINGS), "number")
    choice.prepare()
    names = {
        "number": _("evenly spread, by number"),
        "mean": _("evenly spread, by mean gate"),
        "specific": _("the most class-specific"),
    }
    picking: Picking = st.selectbox(_("Channels drawn"), list(PICKINGS), format_func=names.__getitem__, key="pick")
    choice.keep(picking)
    return picking


def _lines(profile: Profile, block: BlockProfile, classes: list[int], channels: np.ndarray) -> list[ClassLine]:
    return [ClassLine(class_label(profile, place), block.gates.class_mean[place][channels]) for place in classes]


def _told(picking: Picking, count: int, of: int) -> str:
    told = {
        "specific": _("the {count} of {all} channels whose gates tell classes apart best, the best first"),
        "number": _("{count} of {all} channels, evenly spread over their numbers"),
        "mean": _(
            "{count} of {all} channels, evenly spread over their numbers, from the least to the largest mean gate"
        ),
    }
    return told[picking].format(count=count, all=of)


def draw_lines(view: View, profile: Profile, name: str, channel: int, classes: list[int], picking: Picking) -> None:
    """Figure 6: a line a class beside the mean of all."""
    block = profile.block(name)
    channels = sampled_channels(profile, block, picking)
    figure = class_lines(
        channels,
        _lines(profile, block, classes, channels),
        block.gates.mean[channels],
        view.theme,
        selected=channel,
        title=_("Mean gates in {name}").format(name=name),
        x_title=_("channel"),
        say=_,
        limits=gate_limits(block.gates.class_mean[:, channels]),
    )
    draw(figure, f"_class_lines_{view.network_key}_{name}_{picking}", select_channel)
    here = "" if channel in channels else _(" Channel {channel} is not among them.").format(channel=channel)
    st.caption(
        _(
            "The mean of each gate over the pictures of a class, at {which}; the thick line is the mean over all "
            "pictures. As the paper's Figure 6, which draws fifty uniformly sampled channels; lines that lie together "
            "mean gates that do not care for the class. Neighbouring channels have nothing to do with each other: the "
            "lines only guide the eye. A click leads to a channel.{here}"
        ).format(which=_told(picking, len(channels), block.channels), here=here)
    )


def _choose_pair(profile: Profile, classes: list[int]) -> list[int]:
    """Two of all classes, at first the first two of those drawn."""
    ids = [entry.id for entry in profile.classes]
    first = [*classes, *(place for place in range(len(ids)) if place not in classes)][:2]
    chosen = []
    for place, (key, column) in enumerate(zip(("spread_a", "spread_b"), st.columns(2), strict=True)):
        if place >= len(first):
            break
        choice = address.one_of(key, ids, ids[first[place]])
        with column:
            choice.prepare()
            picked = st.selectbox(
                _("Class left") if place == 0 else _("Class right"),
                ids,
                format_func=lambda each: class_label(profile, ids.index(each)),
                key=key,
            )
        chosen.append(ids.index(choice.keep(picked)))
    return chosen


def _choose_band() -> str:
    choice = address.one_of("band", list(BANDS), "deviation")
    choice.prepare()
    names = {"deviation": _("mean ± standard deviation"), "quantiles": _("quantiles")}
    chosen = st.segmented_control(
        _("Spread as"), list(BANDS), format_func=names.__getitem__, required=True, key="band", wrap=True
    )
    return choice.keep(chosen or "deviation")


def _bands(block: BlockProfile, place: int, channels: np.ndarray, kind: str) -> tuple[np.ndarray, Any]:
    """The middle of a class's gates, and names and ends of its bands."""
    gates = block.gates
    if kind == "deviation":
        mean, deviation = gates.class_mean[place][channels], gates.class_deviation[place][channels]
        return mean, [(_("± one standard deviation"), mean - deviation, mean + deviation)]
    quantiles = gates.class_quantiles[place][:, channels]
    ends = ((0, 4), (1, 3))
    told = _("{low} to {high}")
    named = [
        (told.format(low=percent(QUANTILES[low], 0), high=percent(QUANTILES[high], 0)), quantiles[low], quantiles[high])
        for low, high in ends
    ]
    return quantiles[2], named


def draw_spread(view: View, profile: Profile, name: str, channel: int, classes: list[int], picking: Picking) -> None:
    """Figure 7: how far gates lie apart within one class, for two classes side by side."""
    block, kind = profile.block(name), _choose_band()
    pair = _choose_pair(profile, classes)
    channels = sampled_channels(profile, block, picking)
    drawn = [_bands(block, place, channels, kind) for place in pair]
    ends = [end for _, bands in drawn for _, low, high in bands for end in (low, high)]
    columns = st.columns(2, gap="large")
    for side, (place, (middle, bands), column) in enumerate(zip(pair, drawn, columns, strict=False)):
        label = class_label(profile, place)
        figure = class_spread(
            channels,
            ClassLine(label, middle),
            bands,
            block.gates.mean[channels],
            view.theme,
            place=classes.index(place) if place in classes else side,
            selected=channel,
            title=_("{label} in {name}").format(label=label, name=name),
            x_title=_("channel"),
            say=_,
            limits=gate_limits(*ends),
        )
        with column:
            draw(figure, f"_class_spread_{side}_{view.network_key}_{name}_{picking}_{kind}", select_channel)
    middle_of = _("mean") if kind == "deviation" else _("median")
    st.caption(
        _(
            "The {middle} gate of one class and the spread over its pictures, as the paper's Figure 7 does; the thin "
            "line is the mean over all classes. Where bands of two classes overlap, this gate alone does not tell them "
            "apart for sure. A deviation can reach past 0 and 1, where no gate is."
        ).format(middle=middle_of)
    )


def _select_place(place: Literal["BLOCK.CHANNEL"] | str) -> None:
    block, _, channel = str(place).rpartition(".")
    select_block(block)
    select_channel(channel)


def draw_every_block(view: View, profile: Profile, name: str, classes: list[int], picking: Picking) -> None:
    """Small panels of all blocks, when they are asked for."""
    choice = address.one_of("every", ["no", "yes"], "no")
    chosen = st.toggle(_("Every block at once"), value=choice.value == "yes", key="_every")
    if choice.keep("yes" if chosen else "no") == "no":
        return
    panels = []
    for block in profile.blocks:
        channels = sampled_channels(profile, block, picking, GRID_CHANNELS)
        panels.append(
            BlockPanel(block.name, channels, _lines(profile, block, classes, channels), block.gates.mean[channels])
        )
    limits = gate_limits(
        *(line.means for panel in panels for line in panel.lines), *(panel.overall for panel in panels)
    )
    figure = class_grid(panels, view.theme, selected=name, limits=limits, say=_)
    draw(figure, f"_class_grid_{view.network_key}_{picking}", _select_place)
    st.caption(
        _(
            "{count} channels of each block at most, all on one scale, from first to last. A click leads to block and "
            "channel."
        ).format(count=GRID_CHANNELS)
    )
