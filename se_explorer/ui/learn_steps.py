"""The lesson's steps and screens, in order, and the way through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from se_explorer.language import _
from se_explorer.ui import (
    address,
    learn_blackboard,
    learn_convolution,
    learn_cost,
    learn_excitation,
    learn_excitation_try,
    learn_gain,
    learn_limits,
    learn_overview,
    learn_places,
    learn_scale,
    learn_squeeze,
)
from se_explorer.ui.learn_lesson import Lesson
from se_explorer.ui.learn_questions import QUESTIONS
from se_explorer.ui.presenter import is_presenting, set_presenting

__all__ = ["PART", "SCREENS", "STEP", "STEPS", "Step", "go", "part_choice", "part_title", "step_choice", "step_title"]

Draw = Callable[[Lesson], None]
STEP, PART = "step", "part"


@dataclass(frozen=True)
class Step:
    """A step of the lesson: its screens by name, in order."""

    key: str
    parts: Mapping[str, Draw]


def _step(key: str, idea: Draw, numbers: Draw, tries: Draw, more: Draw | None = None) -> Step:
    further = {} if more is None else {"more": more}
    return Step(key, {"idea": idea, **further, "numbers": numbers, "try": tries, "question": QUESTIONS[key]})


STEPS: dict[str, Step] = {
    step.key: step
    for step in (
        _step("overview", learn_overview.idea, learn_overview.numbers, learn_overview.tries),
        _step("convolution", learn_convolution.idea, learn_convolution.numbers, learn_convolution.tries),
        _step("squeeze", learn_squeeze.idea, learn_squeeze.numbers, learn_squeeze.tries),
        _step("excitation", learn_excitation.idea, learn_excitation.numbers, learn_excitation_try.tries),
        _step("scale", learn_scale.idea, learn_scale.numbers, learn_scale.tries),
        _step("blackboard", learn_blackboard.idea, learn_blackboard.numbers, learn_blackboard.tries),
        _step("places", learn_places.idea, learn_places.numbers, learn_places.tries, learn_places.inception),
        _step("cost", learn_cost.idea, learn_cost.numbers, learn_cost.tries),
        _step("gain", learn_gain.idea, learn_gain.numbers, learn_gain.tries),
        _step("limits", learn_limits.idea, learn_limits.numbers, learn_limits.tries),
    )
}
SCREENS = tuple((step.key, part) for step in STEPS.values() for part in step.parts)


def step_title(key: str) -> str:
    """A step's name."""
    return {
        "overview": _("Overview"),
        "convolution": _("Convolution and channels"),
        "squeeze": _("Squeeze"),
        "excitation": _("Excitation"),
        "scale": _("Scale"),
        "blackboard": _("On the blackboard"),
        "places": _("Where it goes"),
        "cost": _("What it costs"),
        "gain": _("What it brings"),
        "limits": _("What it does not"),
    }[key]


def part_title(key: str) -> str:
    """A screen's name."""
    return {
        "idea": _("The idea"),
        "more": _("Another network"),
        "numbers": _("In numbers"),
        "try": _("Try it"),
        "question": _("Question"),
    }[key]


def step_choice() -> address.Choice[str]:
    """Which step is shown."""
    return address.one_of(STEP, list(STEPS), "overview")


def part_choice() -> address.Choice[str]:
    """Which of its screens is shown in presenter mode."""
    return address.one_of(PART, list(STEPS[step_choice().value].parts), "idea")


def go(way: str) -> None:
    """Go on or back, by a screen in presenter mode and by a step else; or leave presenter mode. For callbacks."""
    if way == "leave":
        set_presenting(False)
        return
    by = 1 if way == "next" else -1
    if is_presenting():
        place = SCREENS.index((step_choice().value, part_choice().value)) + by
        step, part = SCREENS[min(len(SCREENS) - 1, max(0, place))]
        st.session_state[STEP], st.session_state[PART] = step, part
        return
    keys = list(STEPS)
    place = keys.index(step_choice().value) + by
    st.session_state[STEP], st.session_state[PART] = keys[min(len(keys) - 1, max(0, place))], "idea"
