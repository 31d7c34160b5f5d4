"""What one session has chosen, typed, and where each choice lives.

Choices that make a link (network, sample, block, channel, edit plan and the way things are shown) live in the address,
see ``address``. What cannot be in a link, such as an uploaded picture, lives in the session's own state under keys
with a leading underscore.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from se_explorer.engine import Block, EditPlan, Engine
from se_explorer.errors import EditPlanError, SEExplorerError
from se_explorer.figures import Theme
from se_explorer.images import Picture
from se_explorer.limits import limits
from se_explorer.report import first_block
from se_explorer.ui import address

__all__ = [
    "BLOCK",
    "CHANNEL",
    "EDITS",
    "View",
    "change_plan",
    "current_plan",
    "fitted_plan",
    "local_paths",
    "own_picture",
    "problem",
    "set_own_picture",
]

SOURCE = "source"
SAMPLE = "picture"
BLOCK = "block"
CHANNEL = "channel"
EDITS = "edits"
OWN = "_own_picture"
PROBLEM = "_picture_problem"
LAST_PLAN = "_last_good_plan"


@dataclass(frozen=True, eq=False)
class View:
    """All that a page needs to draw: the network, the picture, the plan and what is looked at."""

    engine: Engine
    picture: Picture
    picture_key: str
    plan: EditPlan
    theme: Theme
    donors: dict[str, Picture]

    @property
    def network_key(self) -> str:
        """Network and weights in one text, for keys of widgets that belong to a network."""
        return f"{self.engine.network.id}|{self.engine.network.weights}"


def state() -> MutableMapping[Any, Any]:
    """The session's state."""
    return st.session_state


def theme() -> Theme:
    """Light or dark, as the browser shows the app."""
    return "dark" if st.context.theme.type == "dark" else "light"


def local_paths() -> bool:
    """Whether people may name folders of the machine that the app runs on.

    On a person's own machine they may; where strangers come (``SE_EXPLORER_PROFILE=public``) they may not, and what
    would look into the folder refuses it too: see ``limits.check_local_paths``.
    """
    return limits().local_paths


def own_picture() -> Picture | None:
    """The picture that this session's person brought, if any."""
    picture = state().get(OWN)
    return picture if isinstance(picture, Picture) else None


def set_own_picture(picture: Picture | None, error: SEExplorerError | None) -> None:
    """Keep a picture that was brought, or the reason why it could not be used; the picture before it stays then."""
    state()[PROBLEM] = error
    if picture is not None:
        state()[OWN] = picture


def problem() -> SEExplorerError | None:
    """Why the picture brought last could not be used."""
    error = state().get(PROBLEM)
    return error if isinstance(error, SEExplorerError) else None


def current_plan(engine: Engine) -> tuple[EditPlan, EditPlanError | None]:
    """The plan in the URL, fitted to the network; a plan that does not fit leaves the last good one in force."""
    try:
        plan = fitted_plan(engine, address.text(EDITS).value)
    except EditPlanError as error:
        return _last_plan(engine), error
    state()[LAST_PLAN] = str(plan)
    return plan, None


def fitted_plan(engine: Engine, text: str) -> EditPlan:
    """A plan for a network, its modes checked; donors are looked for when it runs.

    Raises:
        EditPlanError: it cannot be read, or does not fit.
    """
    plan = engine.fit(text)
    engine.sources().check(_without_donors(plan))
    return plan


def _without_donors(plan: EditPlan) -> EditPlan:
    return EditPlan(tuple(e for e in plan.edits if e.mode is None or e.mode.kind != "donor"))


def _last_plan(engine: Engine) -> EditPlan:
    try:
        return fitted_plan(engine, str(state().get(LAST_PLAN, "")))
    except EditPlanError:  # it was another network's, or needs what only another has measured
        return EditPlan()


def change_plan(plan: EditPlan) -> None:
    """Make a plan the session's; for callbacks, which run before the widgets are drawn."""
    state()[EDITS] = str(plan)


def block_choice(engine: Engine) -> address.Choice[str]:
    """Which block is looked at."""
    return address.one_of(BLOCK, [block.name for block in engine.blocks], first_block(engine).name)


def chosen_block(engine: Engine) -> Block:
    """The block that is looked at."""
    name = block_choice(engine).value
    return next(block for block in engine.blocks if block.name == name)
