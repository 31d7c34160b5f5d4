"""A question of the lesson: predict, then reveal. What anybody chose stays in this session and is kept nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from se_explorer.figures.lesson_bars import answer_bars
from se_explorer.language import _, ngettext
from se_explorer.ui.charts import draw
from se_explorer.ui.presenter import enlarged, is_presenting
from se_explorer.ui.state import View

__all__ = ["Asked", "ask"]

CLASS_MODE = "_class_mode"
REVEALED = "_revealed"


@dataclass(frozen=True)
class Asked:
    """A question in the reader's language.

    Attributes:
        key: of it and of all that its answer depends on; a new picture asks anew.
        text: what is asked.
        options: what may be chosen.
        right: place of the right one.
        because: why, with what was measured.
        values: measured of each option, for the chart; empty where there is nothing to draw.
        measure: what the values are.
    """

    key: str
    text: str
    options: Sequence[str]
    right: int
    because: str
    values: Sequence[float] = ()
    measure: str = ""


def _reveal(key: str) -> None:
    st.session_state.setdefault(REVEALED, set()).add(key)


def _hide(key: str) -> None:
    st.session_state.setdefault(REVEALED, set()).discard(key)


def ask(asked: Asked, view: View, show: Callable[[], None] | None = None) -> None:
    """Ask it; show what was measured when it is asked for.

    Args:
        show: draws what the question is about, above it.
    """
    revealed = asked.key in st.session_state.get(REVEALED, set())
    question = answer = st.container()
    if revealed and is_presenting():  # side by side, or it would not fit the screen
        question, answer = st.columns(2)
    with question:
        if show is not None:
            show()
        chosen, hands = _predict(asked)
    with answer:
        if revealed:
            _tell(asked, chosen, hands, view)
            st.button(_("Hide the answer"), key=f"_hide_{asked.key}", on_click=_hide, args=(asked.key,))
        else:
            _offer_answer(asked, chosen is not None or any(hands))


def _predict(asked: Asked) -> tuple[int | None, tuple[int, ...]]:
    """The question; gives what one person chose, or a class's hands for each answer."""
    st.markdown(f"**{asked.text}**")
    crowd = st.toggle(
        _("Class mode"),
        key=CLASS_MODE,
        help=_("Count raised hands for each answer. The counts live in this session alone; no names are asked."),
    )
    return (None, _count_hands(asked)) if crowd else (_choose(asked), ())


def _offer_answer(asked: Asked, ready: bool) -> None:
    key = f"_show_{asked.key}"
    st.button(_("Reveal"), key=key, on_click=_reveal, args=(asked.key,), disabled=not ready, type="primary")
    if not ready:
        st.caption(_("Predict first."))


def _choose(asked: Asked) -> int | None:
    chosen = st.radio(
        _("Your prediction"),
        range(len(asked.options)),
        format_func=lambda place: asked.options[place],
        index=None,
        horizontal=True,
        key=f"_guess_{asked.key}",
    )
    return None if chosen is None else int(chosen)


def _count_hands(asked: Asked) -> tuple[int, ...]:
    columns = st.columns(len(asked.options))
    return tuple(
        int(column.number_input(option, 0, 999, 0, 1, key=f"_hands_{asked.key}_{place}"))
        for place, (column, option) in enumerate(zip(columns, asked.options, strict=True))
    )


def _tell(asked: Asked, chosen: int | None, hands: Sequence[int], view: View) -> None:
    answer = asked.options[asked.right]
    if hands and any(hands):
        right = hands[asked.right]
        told = ngettext(
            "{count} of {all} hands was up for it: {answer}.", "{count} of {all} hands were up for it: {answer}.", right
        ).format(count=right, all=sum(hands), answer=answer)
        st.info(told, icon=":material/groups:")
    elif chosen == asked.right:
        st.success(_("Yes: {answer}.").format(answer=answer), icon=":material/check_circle:")
    elif chosen is not None:
        st.warning(_("No, the answer is: {answer}.").format(answer=answer), icon=":material/cancel:")
    else:
        st.info(answer, icon=":material/check_circle:")
    st.markdown(asked.because)
    if asked.values:
        figure = answer_bars(asked.options, asked.values, asked.right, view.theme, x_title=asked.measure, say=_)
        draw(enlarged(figure) if is_presenting() else figure, f"_answer_{asked.key}")
