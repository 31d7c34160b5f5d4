"""Choose a block and a channel: by name, by number, or by a click on a chart."""

from __future__ import annotations

from typing import Any

import streamlit as st

from se_explorer.engine import Block, BlockTrace, Trace
from se_explorer.figures import gate_strip
from se_explorer.language import _
from se_explorer.report import strongest_channel
from se_explorer.ui import address
from se_explorer.ui import state as states
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View

__all__ = ["block_strip", "choose_block", "choose_channel", "select_block", "select_channel"]


def select_channel(channel: Any) -> None:
    """Choose a channel by a click."""
    st.session_state[states.CHANNEL] = int(channel)


def select_block(name: Any) -> None:
    """Choose a block by a click."""
    st.session_state[states.BLOCK] = str(name)


def block_strip(view: View, trace: Trace, selected: str) -> None:
    """All blocks at a glance; a click on one chooses it."""
    names = [block.block.name for block in trace.blocks]
    edited = frozenset(edit.block for edit in view.plan.edits)
    figure = gate_strip(names, [block.applied for block in trace.blocks], selected, edited, view.theme, say=_)
    draw(figure, f"_strip_{view.network_key}", select_block)


def choose_block(view: View) -> Block:
    """The list of blocks."""
    choice = states.block_choice(view.engine)
    choice.prepare()
    name = choice.keep(st.selectbox(_("Block"), [block.name for block in view.engine.blocks], key=states.BLOCK))
    return next(block for block in view.engine.blocks if block.name == name)


def choose_channel(trace: BlockTrace) -> int:
    """The channel's number; on a first visit the one whose map is strongest behind its gate."""
    last = len(trace.gates) - 1
    choice = address.whole(states.CHANNEL, 0, last, -1)
    if choice.is_open:
        st.session_state[states.CHANNEL] = strongest_channel(trace)
    elif choice.prepare() < 0:
        st.session_state[states.CHANNEL] = 0
    label = _("Channel (0 to {last})").format(last=last)
    return choice.keep(int(st.number_input(label, 0, last, step=1, key=states.CHANNEL, help=_("Or click a bar."))))
