"""Learn, on the blackboard: an SE block of 4 channels, every number of which can be changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis.lesson_blackboard import Blackboard, blackboard, first_board
from se_explorer.language import _
from se_explorer.ui.learn_formulas import matrix
from se_explorer.ui.learn_lesson import Lesson

__all__ = ["idea", "numbers", "present_board", "tries"]

KEPT = "_learn_board"
U, Z, S, X = r"\mathbf{U}", r"\mathbf{z}", r"\mathbf{s}", r"\tilde{\mathbf{X}}"
H, EXCITED = r"\mathbf{h}", r"\delta(\mathbf{W}_1\mathbf{z})"
EDITORS = ("_learn_u", "_learn_w1", "_learn_w2")


def present_board() -> Blackboard:
    """The block as the session has changed it."""
    u, w1, w2 = st.session_state.get(KEPT, first_board())
    return blackboard(u, w1, w2)


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "A whole block that can be worked out by hand: C = 4 channels of 2 × 2, r = 2, so {hidden} has 2 units. "
            "Below it is run by the same code as the networks of this app; change any number and all others follow."
        ).format(hidden=f"${formulas.hidden}$")
    )
    st.latex(
        rf"{formulas.paint('u', U)} \to {formulas.paint('z', Z)} \to "
        rf"{formulas.paint('hidden', EXCITED)} \to {formulas.paint('s', S)} \to "
        rf"{formulas.paint('x', X)}"
    )


def numbers(lesson: Lesson) -> None:
    board, formulas = present_board(), lesson.formulas

    def column(values: np.ndarray, places: int = 3) -> str:
        return matrix([[float(value)] for value in values], places)

    z, hidden = formulas.paint("z", column(board.z)), formulas.paint("hidden", column(board.hidden))
    lines = [
        rf"{formulas.paint('z', Z)} &= \tfrac14\begin{{bmatrix}}{_row_sums(board.u)}\end{{bmatrix}} = {z}",
        rf"{formulas.paint('hidden', H)} &= \delta\!\left({matrix(board.w1.tolist(), 3)}{z}\right) = "
        rf"\delta\!\left({column(board.hidden_sum)}\right) = {hidden}",
        rf"\mathbf{{a}} &= {matrix(board.w2.tolist(), 3)}{hidden} = {column(board.gate_sum)}",
        rf"{formulas.paint('s', S)} &= \sigma(\mathbf{{a}}) = {formulas.paint('s', column(board.s))}",
    ]
    u, x = formulas.paint("u", matrix(board.u.tolist(), 2)), formulas.paint("x", matrix(board.x.tolist(), 2))
    ends = [rf"{formulas.paint('u', U)} = {u}", rf"{formulas.paint('x', X)} = {x}"]
    if lesson.presenting:
        rows = [[lines[0], ends[0]], [lines[1]], [lines[2], lines[3], ends[1]]]
    else:
        rows = [[ends[0]], [lines[0]], [lines[1]], [lines[2]], [lines[3]], [ends[1]]]
    for row in rows:
        for column_, line in zip(st.columns(len(row)), row, strict=True):
            column_.latex(line.replace("&=", "="))
    if not lesson.presenting:
        st.caption(_("A row is a channel, its four places side by side. Shown to 3 decimals, x~ to 2."))


def _row_sums(u: np.ndarray) -> str:
    return r"\\".join("+".join(_bare(value) for value in row) for row in u.tolist())


def _bare(value: float) -> str:
    text = f"{value:g}"
    return f"({text})" if text.startswith("-") else text


def _editor(key: str, values: np.ndarray, columns: Sequence[str], rows: Sequence[str]) -> np.ndarray:
    table = pd.DataFrame(values, columns=list(columns), index=list(rows))
    number = st.column_config.NumberColumn(
        min_value=-99.0, max_value=99.0, step=0.01, required=True, format="%.4g", width=56
    )
    edited = st.data_editor(table, key=key, num_rows="fixed", column_config=dict.fromkeys(columns, number))
    changed: np.ndarray = np.nan_to_num(edited.to_numpy(dtype=float))
    return changed


def tries(_lesson: Lesson) -> None:
    first = st.session_state.setdefault("_learn_board_first", first_board())
    st.markdown(_("**Change a number.** For instance: make a whole map negative, or set a column of W1 to 0."))
    names, hidden = ["0", "1", "2", "3"], ["h0", "h1"]
    left, middle, right = st.columns([4, 4, 3])
    with left:
        st.caption("u")
        u = _editor(EDITORS[0], first[0], ("0,0", "0,1", "1,0", "1,1"), [f"u{name}" for name in names])
    with middle:
        st.caption("W1")
        w1 = _editor(EDITORS[1], first[1], [f"z{name}" for name in names], hidden)
    with right:
        st.caption("W2")
        w2 = _editor(EDITORS[2], first[2], hidden, [f"s{name}" for name in names])
    present = st.session_state.get(KEPT, first_board())
    if any((new != old).any() for new, old in zip((u, w1, w2), present, strict=True)):
        st.session_state[KEPT] = (u, w1, w2)
        st.rerun()
    st.button(_("As it was at first"), on_click=_reset)


def _reset() -> None:
    for key in (KEPT, "_learn_board_first", *EDITORS):
        st.session_state.pop(key, None)
