"""Equations as they are written: the numbers in them give the result that stands beside them."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from se_explorer.analysis.circuits import Term
from se_explorer.analysis.lesson import WorkedScale, WorkedSqueeze
from se_explorer.analysis.lesson_convolution import Tap, WorkedConvolution
from se_explorer.analysis.lesson_numbers import Places, ShownSum
from se_explorer.figures.palette import ink
from se_explorer.language import language
from se_explorer.ui.learn_formulas import Formulas, matrix, plain


def bare(latex: str) -> str:
    """Without colours, alignment and braces under numbers."""
    text = re.sub(r"\\textcolor\{#\w{6}\}\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", r"\1", latex)
    text = re.sub(r"\\underbrace\{([^{}]*)\}_\{\\text\{[^}]*\}\}", r"\1", text)
    return text.replace("&", "").replace(r"\quad", "").replace(r"\begin{aligned}", "").replace(r"\end{aligned}", "")


def value(expression: str) -> float:
    """A sum of products as it is written."""
    assert re.fullmatch(r"[-+()\d. \\cdot]+", expression), expression
    return float(eval(expression.replace(r"\cdot", "*")))


SUM = ShownSum((Term(3, 0.5, 2.0), Term(1, -0.25, 1.5)), 7, -0.125, 0.0, 0.5, 1 / (1 + math.exp(-0.5)), Places(3, 3), 4)


@pytest.mark.parametrize("across", [1, 2, 3])
def test_a_gate_adds_up(across: int) -> None:
    lines = bare(Formulas("light", across).gate(SUM, 17, "sigmoid", "hidden")).split(r"\\[4pt]")
    terms = " ".join(lines[:-2]).split("=", 1)[1].replace(r"\ ", " ")
    assert value(terms) == pytest.approx(0.5)
    assert lines[-2].strip() == "= 0.500"
    assert lines[-1].endswith(r"\frac{1}{1+e^{-(0.500)}} = 0.6225")


def test_what_is_not_written_out_is_told_in_the_readers_language() -> None:
    assert "the other 7" in Formulas("light").gate(SUM, 17, "sigmoid", "hidden")
    with language("zh-Hans"):
        assert "其余 7 项" in Formulas("light").gate(SUM, 17, "sigmoid", "hidden")


def test_a_hidden_unit_goes_through_its_activation() -> None:
    shown = ShownSum(SUM.terms, 0, 0.0, -1.625, -1.0, 0.0, Places(3, 3), 4)
    lines = bare(Formulas("dark").unit(shown, 2, "ReLU")).split(r"\\[4pt]")
    assert value(" ".join(lines[:-2]).split("=", 1)[1]) == pytest.approx(-1.0)
    assert lines[-1].endswith(r"\max(0,\,-1.000) = 0.0000")


def test_symbols_and_numbers_have_one_colour() -> None:
    work = WorkedSqueeze(np.array([[1.0, 2.0]]), 2, 1.5, 2.0, "average", Places(1, 2))
    for theme in ("light", "dark"):
        latex = Formulas(theme).squeeze(work, 5)  # type: ignore[arg-type]
        assert latex.count(ink("z", theme)) == 2  # type: ignore[arg-type]  # z_5 and its value
        assert bare(latex) == r"z_{5} = \frac{3.0}{2} = 1.50"


def test_scaling_and_convolution_come_out_right() -> None:
    scaled = bare(Formulas("light").scale(WorkedScale(1, 2, -3.0, 0.25, -0.75, Places(2, 2)), 5))
    assert scaled.endswith(r"= 0.25\cdot(-3.00) = -0.75")
    taps = (Tap(0, 0, 0, 0.5, 2.0), Tap(1, 0, 0, -1.0, 0.5))
    work = WorkedConvolution(2, (1, 1), taps, 0, 0.0, 0.5, 2.0, -0.25, "none", 0.75, Places(2, 2), Places(2, 2))
    lines = bare(Formulas("light", 2).convolution(work, 5, 1, 2)).split(r"\\[4pt]")
    assert value(lines[0].split("=", 1)[1]) == 0.5
    assert value(lines[-2].split("=")[1]) == float(lines[-1].split("=")[1]) == 0.75


def test_numbers_and_matrices() -> None:
    assert plain(-0.00001, 3) == "0.000"
    assert plain(-1.5, 1) == "-1.5"
    assert matrix([[1.0, -2.5], [0.0, 0.125]], 3) == r"\begin{bmatrix}1&-2.5\\0&0.125\end{bmatrix}"
    assert matrix([[-0.0001]], 3) == r"\begin{bmatrix}0\end{bmatrix}"
