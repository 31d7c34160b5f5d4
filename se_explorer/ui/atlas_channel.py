"""Gate atlas, the channel that a cell leads to: its gate beside what is usual, and its map over the picture."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import BlockTrace, Trace
from se_explorer.language import _, decimal
from se_explorer.ui.explore_maps import draw_channel
from se_explorer.ui.state import View

__all__ = ["draw_atlas_channel", "tell_usual"]


def tell_usual(view: View, block: BlockTrace, channel: int) -> str:
    """The gate, and how far it is from its mean over the data set."""
    name, gate = block.block.name, float(block.applied[channel])
    rank = int((block.applied > block.applied[channel]).sum())
    text = _("Gate {channel} of {name} is **{gate}**; {rank} of the block's {count} gates are larger.").format(
        channel=channel, name=name, gate=decimal(gate, 4), rank=rank, count=len(block.applied)
    )
    mean = view.engine.network.gate_means.get(name)
    if mean is None:
        return text
    usual = float(mean[channel])
    deviation = view.engine.network.gate_deviations.get(name)
    if deviation is None or not deviation[channel]:
        return text + _(" Its mean over the training split is {usual}, so that it is {gap} away.").format(
            usual=decimal(usual, 4), gap=f"{gate - usual:+.4f}"
        )
    spread = float(deviation[channel])
    return text + _(
        " Its mean over the training split is {usual}, standard deviation {spread}: it is {gap} deviations away."
    ).format(usual=decimal(usual, 4), spread=decimal(spread, 4), gap=f"{(gate - usual) / spread:+.2f}")


def draw_atlas_channel(view: View, trace: Trace, block: BlockTrace, channel: int) -> None:
    """The channel in full, and the way to all that Explore says of it."""
    st.markdown(tell_usual(view, block, channel))
    draw_channel(view, trace, block, channel, "block")
    st.page_link("pages/explore.py", label=_("Why this gate opened: Explore"), icon=":material/search:")
