"""What the lesson is about at the moment: network, picture, block, channel and place, and how these are chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from se_explorer.blocks import FoundBlock
from se_explorer.engine import BlockTrace, EditPlan, Trace
from se_explorer.figures import number
from se_explorer.figures.lesson_maps import map_strip, place_picture
from se_explorer.language import _
from se_explorer.ui import address
from se_explorer.ui import state as states
from se_explorer.ui.blocks import select_channel
from se_explorer.ui.caches import trace_of
from se_explorer.ui.charts import draw
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.learn_formulas import Formulas
from se_explorer.ui.presenter import enlarged, is_presenting
from se_explorer.ui.state import View

__all__ = [
    "Lesson",
    "choose_all",
    "donor_gates",
    "draw_channels",
    "draw_place_picture",
    "draw_strip",
    "open_lesson",
    "show",
    "tell_state",
    "type_place",
]

PLACE = "place"
ROW, COLUMN = "_place_row", "_place_column"
TILE, LARGE, ASKED = 130, 205, 160  # px that a map and its letters are high


@dataclass(frozen=True, eq=False)
class Lesson:
    """All that a step needs.

    Attributes:
        view: network, picture and plan.
        trace: of the picture under the plan, with the block's maps.
        block: what happened at the block.
        found: its module and adapter.
        channel: that is looked at.
        place: row and column of the map that are looked at.
        presenting: whether it is shown in presenter mode.
    """

    view: View
    trace: Trace
    block: BlockTrace
    found: FoundBlock
    channel: int
    place: tuple[int, int]
    presenting: bool

    @property
    def formulas(self) -> Formulas:
        return Formulas(self.view.theme, 3 if self.presenting else 1)

    @property
    def name(self) -> str:
        """The block's name."""
        return self.block.block.name

    @property
    def limit(self) -> float:
        """The end of the colour scale for the channel's map, before and after its gate."""
        largest = float(np.abs(self.block.kept_maps[self.channel]).max())
        return largest * max(1.0, float(self.block.applied[self.channel]))


def _place_choice() -> address.Choice[str]:
    return address.Choice(
        PLACE, "", lambda given: given if re.fullmatch(r"\d{1,3}\.\d{1,3}", given, re.ASCII) else None
    )


def _channel(block: BlockTrace) -> int:
    """The channel, also where its widget is not drawn; at first the strongest behind its gate of those with z > 0."""
    choice = address.whole(states.CHANNEL, 0, len(block.gates) - 1, -1)
    strength = block.energy * block.applied**2
    strongest = int(np.argmax(np.where(block.squeeze > 0, strength, strength - strength.max() - 1)))
    if choice.is_open or choice.value < 0:
        st.session_state[states.CHANNEL] = strongest
    else:
        choice.prepare()
    return choice.keep(choice.value)


def _place(values: np.ndarray) -> tuple[int, int]:
    """The chosen place if the map has it; else where its value is largest in size."""
    choice = _place_choice()
    choice.keep(choice.value)
    if choice.value:
        row, column = (int(part) for part in choice.value.split("."))
        if row < values.shape[0] and column < values.shape[1]:
            return row, column
    return divmod(int(np.abs(values).argmax()), int(values.shape[1]))


def show(lesson: Lesson, figure: go.Figure, key: str, choose: Callable[[Any], None] | None = None) -> None:
    """Draw a figure, in presenter mode with larger letters."""
    draw(enlarged(figure) if lesson.presenting else figure, key, choose)


def donor_gates(view: View) -> dict[str, dict[str, np.ndarray]]:
    """The gates that the plan takes from other pictures, for runs of a step's own."""
    used = {edit.mode.key for edit in view.plan.edits if edit.mode is not None and edit.mode.kind == "donor"}
    return {
        key: trace_of(view.engine, picture, EditPlan()).gates for key, picture in view.donors.items() if key in used
    }


def open_lesson(view: View) -> Lesson:
    """Gather what the address and the side bar say."""
    choice = states.block_choice(view.engine)
    name = choice.keep(choice.value)
    trace = trace_of(view.engine, view.picture, view.plan, (name,), view.donors)
    block = trace.block(name)
    channel = _channel(block)
    place = _place(block.kept_maps[channel])
    return Lesson(view, trace, block, view.engine.found(name), channel, place, is_presenting())


def choose_all(lesson: Lesson) -> None:
    """The lists of blocks and channels, for the next run."""
    blocks = [block.name for block in lesson.view.engine.blocks]
    left, right = st.columns(2)
    states.block_choice(lesson.view.engine).prepare()
    left.selectbox(_("Block"), blocks, key=states.BLOCK)
    last = len(lesson.block.gates) - 1
    label = _("Channel (0 to {last})").format(last=last)
    right.number_input(label, 0, last, step=1, key=states.CHANNEL, help=_("Or click a map below."))


def tell_state(lesson: Lesson) -> None:
    """One line of what is shown, for those who see no side bar."""
    plan = _("edits {plan}").format(plan=lesson.view.plan) if lesson.view.plan else _("no edits")
    best = lesson.trace.top(1)[0]
    told = _("{picture} → {answer} · {network} · {block}, channel {channel} · {plan}")
    st.caption(
        told.format(
            picture=lesson.view.picture.name,
            answer=best.label,
            network=lesson.view.engine.network.title,
            block=lesson.name,
            channel=lesson.channel,
            plan=plan,
        ),
        width="content",
    )


def select_place(place: Any) -> None:
    """Choose a place by a click."""
    st.session_state[PLACE] = str(place)


def _type_place() -> None:
    """The place that was typed."""
    select_place(f"{st.session_state[ROW]}.{st.session_state[COLUMN]}")


def type_place(lesson: Lesson) -> None:
    """The place as two numbers, for those who do not point."""
    last_row, last_column = (side - 1 for side in lesson.block.kept_maps.shape[1:])
    st.session_state[ROW], st.session_state[COLUMN] = lesson.place
    left, right = st.columns(2)
    row, column = _("Row (0 to {last})").format(last=last_row), _("Column (0 to {last})").format(last=last_column)
    left.number_input(row, 0, last_row, step=1, key=ROW, on_change=_type_place)
    right.number_input(column, 0, last_column, step=1, key=COLUMN, on_change=_type_place)


def strongest_channels(lesson: Lesson, *, at_place: bool, count: int) -> list[int]:
    """The channels that a strip shows, with the chosen one: those with the largest values at the chosen place; or the
    strongest that their gates let through, and as many of the strongest that they take away."""
    block, (row, column) = lesson.block, lesson.place
    if at_place:
        order = _first(block.kept_maps[:, row, column], count)
    else:
        passed = _first(block.energy * block.applied**2, count // 2)
        taken = _first(block.energy * (1 - block.applied) ** 2, count)
        order = [*passed, *(channel for channel in taken if channel not in passed)][:count]
    return order if lesson.channel in order else [lesson.channel, *order[: count - 1]]


def _first(values: np.ndarray, count: int) -> list[int]:
    return [int(channel) for channel in np.argsort(-values, kind="stable")[:count]]


def draw_strip(lesson: Lesson, key: str, *, at_place: bool = False, scaled: bool = False) -> None:
    """Maps to choose a channel from.

    Args:
        at_place: whether those are shown that are strongest at the chosen place.
        scaled: whether x~ is shown instead of u.
    """
    channels = strongest_channels(lesson, at_place=at_place, count=8 if at_place else 12)
    maps = lesson.block.kept_maps[channels]
    limit = float(np.abs(maps).max())
    if scaled:
        maps = maps * lesson.block.applied[channels][:, None, None]
    row, column = lesson.place
    notes = [
        f"u = {number(float(lesson.block.kept_maps[channel, row, column]))}"
        if at_place
        else f"s = {number(float(lesson.block.applied[channel]))}"
        for channel in channels
    ]
    tile = LARGE if lesson.presenting else TILE
    columns = 6 if lesson.presenting and not at_place else 4  # on a phone, letters under six would run into each other
    theme = lesson.view.theme
    figure = map_strip(maps, channels, notes, limit, lesson.channel, theme, columns=columns, tile=tile, say=_)
    show(lesson, figure, f"_strip_{key}_{lesson.name}_{lesson.channel}", select_channel)


def draw_channels(lesson: Lesson, channels: list[int], key: str) -> None:
    """The maps of these channels without their gates, on one colour scale; none of them is marked."""
    maps = lesson.block.kept_maps[channels]
    limit, tile = float(np.abs(maps).max()), ASKED if lesson.presenting else TILE
    figure = map_strip(maps, channels, [""] * len(channels), limit, None, lesson.view.theme, tile=tile, say=_)
    show(lesson, figure, f"_three_{key}_{lesson.name}_{lesson.view.picture_key}")


def draw_place_picture(lesson: Lesson) -> None:
    """The picture to choose a place on."""
    shape = lesson.block.kept_maps.shape[1:]
    height = 380 if lesson.presenting else 300
    figure = place_picture(
        seen_pixels(lesson.view), (shape[0], shape[1]), lesson.place, lesson.view.theme, height=height, say=_
    )
    draw(figure, f"_place_{lesson.name}_{lesson.view.picture_key}_{lesson.place}", select_place)
