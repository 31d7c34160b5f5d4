"""Gate atlas, the channel that a cell leads to: its gate beside what is usual, and its map over the picture."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import BlockTrace, Trace
from se_explorer.ui.explore_maps import draw_channel
from se_explorer.ui.state import View

__all__ = ["draw_atlas_channel", "tell_usual"]


def tell_usual(view: View, block: BlockTrace, channel: int) -> str:
    """The gate, and how far it is from its mean over the data set."""
    name, gate = block.block.name, float(block.applied[channel])
    rank = int((block.applied > block.applied[channel]).sum())
    text = f"Gate {channel} of {name} is **{gate:.4f}**; {rank} of the block's {len(block.applied)} gates are larger."
    mean = view.engine.network.gate_means.get(name)
    if mean is None:
        return text
    usual = float(mean[channel])
    text += f" Its mean over the training split is {usual:.4f}, "
    deviation = view.engine.network.gate_deviations.get(name)
    if deviation is None or not deviation[channel]:
        return text + f"so that it is {gate - usual:+.4f} away."
    spread = float(deviation[channel])
    return text + f"standard deviation {spread:.4f}: it is {(gate - usual) / spread:+.2f} deviations away."


def draw_atlas_channel(view: View, trace: Trace, block: BlockTrace, channel: int) -> None:
    """The channel in full, and the way to all that Explore says of it."""
    st.markdown(tell_usual(view, block, channel))
    draw_channel(view, trace, block, channel, "block")
    st.page_link("pages/explore.py", label="Why this gate opened: Explore", icon=":material/search:")
