"""Ablate, the switches: a toggle for every block, one for each stage and one for all, and what "off" does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from se_explorer.engine import Block, EditPlan, Mode
from se_explorer.engine.edits import ModeKind
from se_explorer.language import _
from se_explorer.ui import address
from se_explorer.ui.address import Choice
from se_explorer.ui.caches import sample_titles
from se_explorer.ui.state import View, change_plan

__all__ = ["choose_mode", "draw_toggles", "mode_now", "plan_with_blocks"]


def _modes(view: View) -> dict[ModeKind, str]:
    """The modes that the network has, each in words."""
    modes: dict[ModeKind, str] = {
        "off": _("Bypass: every gate is 1"),
        "mean": _("Mean: the gates' means over the training split"),
        "zero": _("Zero: every gate is 0, the block passes nothing"),
        "constant": _("Constant: one value for every gate"),
        "shuffle": _("Shuffle: the gates dealt to other channels"),
        "donor": _("Donor: the gates that another picture opened"),
    }
    return {kind: text for kind, text in modes.items() if kind != "mean" or view.engine.network.gate_means}


def plan_with_blocks(plan: EditPlan, blocks: list[str], mode: Mode | None) -> EditPlan:
    """The plan with one mode for several blocks; None switches them on again. Gates of single channels stay."""
    for block in blocks:
        plan = plan.with_mode(block, mode)
    return plan


def _choices(kinds: Sequence[ModeKind]) -> tuple[Choice[str], Choice[float], Choice[int], Choice[str]]:
    """The mode, of those that the network has, and what constant, shuffle and donor need."""
    donors = list(sample_titles())
    return (
        address.one_of("mode", kinds, "off"),
        address.number("constant", 0, 1, 0.5),
        address.whole("seed", 0, 999, 0),
        address.one_of("donor", donors, donors[0]),
    )


def mode_now(view: View) -> Mode:
    """The mode that is chosen, whether or not its widgets have been drawn yet."""
    return _mode_of(list(_modes(view)))


def _mode_of(kinds: Sequence[ModeKind]) -> Mode:
    kind, value, seed, donor = _choices(kinds)
    match kind.value:
        case "constant":
            return Mode("constant", value=value.value)
        case "shuffle":
            return Mode("shuffle", seed=seed.value)
        case "donor":
            return Mode("donor", key=donor.value)
    return Mode.parse(kind.value)


def _follow(plan: EditPlan, off: list[str], kinds: Sequence[ModeKind]) -> None:
    """Give the blocks that are off by the mode before the one that was chosen now.

    What a callback is given lives on while its page rests in a tab: no network may be among it.
    """
    change_plan(plan_with_blocks(plan, off, _mode_of(kinds)))


def choose_mode(view: View) -> Mode:
    """What switching a block off does. Blocks that are off already take the new mode."""
    modes, titles = _modes(view), sample_titles()
    kinds, value, seed, donor = _choices(list(modes))
    kinds.prepare()
    before, plan = mode_now(view), view.plan
    off = [block.name for block in view.engine.blocks if plan.of_block(block.name).mode == before]
    follow: dict[str, Any] = {"on_change": _follow, "args": (plan, off, list(modes))}
    kind = st.selectbox(
        _("When a block is off"),
        list(modes),
        format_func=modes.__getitem__,
        key=kinds.key,
        help=_("The word disabled can mean several things; bypass is meant unless another is named."),
        **follow,
    )
    kinds.keep(kind)
    if kind == "constant":
        value.prepare()
        value.keep(st.slider(_("Value of every gate"), 0.0, 1.0, step=0.01, key=value.key, **follow))
    elif kind == "shuffle":
        seed.prepare()
        seed.keep(int(st.number_input(_("Seed of the shuffle"), 0, 999, key=seed.key, **follow)))
    elif kind == "donor":
        donor.prepare()
        donor.keep(st.selectbox(_("Gates of"), list(titles), format_func=titles.__getitem__, key=donor.key, **follow))
    return mode_now(view)


def is_off(plan: EditPlan, block: str) -> bool:
    """Whether the plan replaces all gates of the block."""
    return plan.of_block(block).mode is not None


def _switch(key: str, plan: EditPlan, blocks: list[str], mode: Mode) -> None:
    change_plan(plan_with_blocks(plan, blocks, None if st.session_state[key] else mode))


def _toggle(view: View, label: str, key: str, blocks: list[str], mode: Mode) -> None:
    """A switch whose position is the plan's, so that an address, a stage switch or a click all move it."""
    st.session_state[key] = not any(is_off(view.plan, block) for block in blocks)
    st.toggle(label, key=key, on_change=_switch, args=(key, view.plan, blocks, mode))


def draw_toggles(view: View, mode: Mode) -> None:
    """All switches, a row a stage."""
    names = [block.name for block in view.engine.blocks]
    _toggle(view, _("All blocks"), "_on_all", names, mode)
    stages: dict[int, list[Block]] = {}
    for block in view.engine.blocks:
        stages.setdefault(block.stage, []).append(block)
    for stage, blocks in stages.items():
        inside = [block.name for block in blocks]
        with st.container(border=True):
            _toggle(view, _("**Stage {stage}**").format(stage=stage), f"_on_stage_{stage}", inside, mode)
            with st.container(horizontal=True):
                for name in inside:
                    _toggle(view, name, f"_on_{name}", [name], mode)
