"""The frame of the Learn page: a step as a page, or one of its screens in presenter mode."""

from __future__ import annotations

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.learn_lesson import Lesson, choose_all, tell_state
from se_explorer.ui.learn_steps import (
    PART,
    SCREENS,
    STEP,
    STEPS,
    go,
    part_choice,
    part_title,
    step_choice,
    step_title,
)
from se_explorer.ui.presenter import listen, set_presenting

__all__ = ["draw_page", "draw_screen"]


def draw_page(lesson: Lesson) -> None:
    """The whole step: the idea beside its numbers, then what can be tried, then a question."""
    choice = step_choice()
    choice.prepare()
    keys = list(STEPS)
    names = {key: f"{place + 1} · {step_title(key)}" for place, key in enumerate(keys)}
    chosen = st.segmented_control(
        _("Step"), keys, format_func=names.__getitem__, required=True, key=STEP, label_visibility="collapsed", wrap=True
    )
    step = STEPS[choice.keep(str(chosen or choice.default))]
    part_choice().keep(part_choice().value)
    choose_all(lesson)
    st.header(names[step.key])
    left, right = st.columns(2, gap="large")
    with left:
        step.parts["idea"](lesson)
        if "more" in step.parts:
            step.parts["more"](lesson)
    with right, st.container(border=True):
        st.markdown(f"**{part_title('numbers')}**")
        step.parts["numbers"](lesson)
    with st.container(border=True):
        step.parts["try"](lesson)
    with st.container(border=True):
        step.parts["question"](lesson)
    _draw_ways(keys.index(step.key), len(keys))


def _way(label: str, key: str, way: str, icon: str, *, disabled: bool = False) -> None:
    st.button(label, key=key, on_click=go, args=(way,), disabled=disabled, icon=f":material/{icon}:")


def _draw_ways(place: int, count: int) -> None:
    with st.container(horizontal=True):
        _way(_("Back"), "_learn_back", "back", "arrow_back", disabled=not place)
        _way(_("Next step"), "_learn_next", "next", "arrow_forward", disabled=place == count - 1)
        st.button(
            _("Present"),
            key="_learn_present",
            on_click=set_presenting,
            args=(True,),
            icon=":material/slideshow:",
            help=_("Large letters, one thing a screen; arrow keys go on and back, Escape leaves."),
        )


def draw_screen(lesson: Lesson) -> None:
    """One screen in presenter mode, and the bar below it."""
    step, part = step_choice(), part_choice()
    for choice, key in ((step, STEP), (part, PART)):
        st.session_state[key] = choice.keep(choice.value)
    place = SCREENS.index((step.value, part.value))
    number = list(STEPS).index(step.value) + 1
    title = _("{number} · {step}: {part}")
    st.markdown("## " + title.format(number=number, step=step_title(step.value), part=part_title(part.value)))
    STEPS[step.value].parts[part.value](lesson)
    listen(go)
    with st.container(key="_presenter_bar", horizontal=True, vertical_alignment="center"):
        _way(_("Back"), "_present_back", "back", "arrow_back", disabled=not place)
        st.markdown(f"{place + 1} / {len(SCREENS)}", width="content")
        _way(_("Next"), "_present_next", "next", "arrow_forward", disabled=place == len(SCREENS) - 1)
        _way(_("Leave"), "_present_leave", "leave", "close")
        tell_state(lesson)
