"""The lesson's equations in KaTeX, symbols and their numbers in the same colours as everywhere in the app."""

from __future__ import annotations

from collections.abc import Sequence

from se_explorer.analysis.lesson import WorkedScale, WorkedSqueeze
from se_explorer.analysis.lesson_convolution import WorkedConvolution
from se_explorer.analysis.lesson_numbers import ShownSum
from se_explorer.figures.palette import Role, Theme, ink
from se_explorer.language import _

__all__ = ["Formulas", "matrix", "plain"]

GATES = {
    "sigmoid": (r"\sigma(a)", r"\frac{{1}}{{1+e^{{-({0})}}}}"),
    "hard sigmoid": (r"\mathrm{hs}(a)", r"\min\left(1,\max\left(0,\tfrac{{{0}+3}}{{6}}\right)\right)"),
    "tanh": (r"\tanh(a)", r"\tanh({0})"),
    "ReLU": (r"\max(0,a)", r"\max(0,\,{0})"),
}
ACTIVATIONS = {"ReLU": r"\max(0,\,{0})", "SiLU": r"\frac{{{0}}}{{1+e^{{-({0})}}}}", "none": "{0}"}


def plain(value: float, places: int) -> str:
    """A number with so many decimal places, as it stands in an equation."""
    text = f"{value:.{places}f}"
    return text[1:] if text.startswith("-") and not float(text) else text


def _factor(value: float, places: int) -> str:
    text = plain(value, places)
    return f"({text})" if text.startswith("-") else text


def _short(value: float, places: int) -> str:
    """A number without the zeros at its end."""
    text = plain(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def matrix(rows: Sequence[Sequence[float]], places: int) -> str:
    """A matrix, or a column where every row has one number."""
    body = r"\\".join("&".join(_short(value, places) for value in row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _aligned(lines: Sequence[str]) -> str:
    return r"\begin{aligned}" + r"\\[4pt]".join(lines) + r"\end{aligned}"


class Formulas:
    """Equations in one theme's colours.

    Args:
        across: terms of a worked sum on one line.
    """

    def __init__(self, theme: Theme, across: int = 1) -> None:
        self.theme = theme
        self.across = across

    def paint(self, role: Role, text: str) -> str:
        """A piece of an equation in a role's colour."""
        return rf"\textcolor{{{ink(role, self.theme)}}}{{{text}}}"

    @property
    def u(self) -> str:
        return self.paint("u", "u_c")

    @property
    def z(self) -> str:
        return self.paint("z", "z_c")

    @property
    def hidden(self) -> str:
        return self.paint("hidden", "h")

    @property
    def s(self) -> str:
        return self.paint("s", "s_c")

    @property
    def x(self) -> str:
        return self.paint("x", r"\tilde{x}_c")

    def way(self) -> str:
        """From X to X~."""
        u, z = self.paint("u", r"\mathbf{U}"), self.paint("z", r"\mathbf{z}")
        s, x = self.paint("s", r"\mathbf{s}"), self.paint("x", r"\tilde{\mathbf{X}}")
        return (
            rf"\mathbf{{X}}\xrightarrow{{F_{{tr}}}}{u}\xrightarrow{{F_{{sq}}}}{z}\xrightarrow{{F_{{ex}}}}{s},"
            rf"\qquad {u},{s}\xrightarrow{{F_{{scale}}}}{x}"
        )

    def equation(self, number: int) -> str:
        """Equations 1 to 5 as the paper has them."""
        z, s = self.paint("z", r"\mathbf{z}"), self.paint("s", r"\mathbf{s}")
        hidden = self.paint("hidden", rf"\delta(\mathbf{{W}}_1 {z})")
        return {
            1: rf"{self.u} = \mathbf{{v}}_c * \mathbf{{X}} = \sum_{{k=1}}^{{C'}} \mathbf{{v}}_c^k * \mathbf{{x}}^k",
            2: rf"{self.z} = F_{{sq}}({self.u}) = \frac{{1}}{{H\times W}}\sum_{{i=1}}^{{H}}\sum_{{j=1}}^{{W}} "
            rf"{self.paint('u', 'u_c(i,j)')}",
            3: rf"{s} = F_{{ex}}({z},\mathbf{{W}}) = \sigma\left(\mathbf{{W}}_2\,{hidden}\right)",
            4: rf"{self.x} = F_{{scale}}({self.u},{self.s}) = {self.s}\cdot{self.u}",
            5: r"\frac{2}{r}\sum_{s=1}^{S} N_s\cdot C_s^2",
        }[number] + rf"\quad ({number})"

    def squeeze(self, work: WorkedSqueeze, channel: int) -> str:
        """Equation 2 worked out."""
        places = work.places
        name = self.paint("z", f"z_{{{channel}}}")
        total = self.paint("u", plain(work.total, places.operands))
        largest = self.paint("u", plain(work.largest, places.operands))
        result = self.paint("z", plain(work.z, places.result))
        mean = rf"\frac{{{total}}}{{{work.count}}}"
        right = {
            "average": mean,
            "max": largest,
            "average + max": rf"\tfrac12\cdot{mean}+\tfrac12\cdot{largest}",
        }[work.kind]
        return rf"{name} = {right} = {result}"

    def _terms(self, shown: ShownSum, role: Role) -> list[str]:
        digits = shown.places.operands
        lines = [
            rf"{_factor(term.weight, digits)}\cdot{self.paint(role, _factor(term.value, digits))}"
            for term in shown.terms
        ]
        if shown.others:
            told = _("the other {count}").format(count=shown.others)
            lines.append(rf"\underbrace{{{_factor(shown.rest, digits)}}}_{{\text{{{told}}}}}")
        if shown.bias:
            told = _("bias")
            lines.append(rf"\underbrace{{{_factor(shown.bias, digits)}}}_{{\text{{{told}}}}}")
        return self._lines(lines)

    def _lines(self, terms: Sequence[str]) -> list[str]:
        return [" + ".join(terms[place : place + self.across]) for place in range(0, len(terms), self.across)]

    def _sum(self, name: str, lines: Sequence[str], total: str) -> list[str]:
        told = [rf"{name} &= {lines[0]}", *(rf"&\quad + {line}" for line in lines[1:])]
        return [*told, rf"&= {total}"]

    def unit(self, shown: ShownSum, unit: int, activation: str) -> str:
        """The first half of equation 3: one hidden unit."""
        total = plain(shown.total, shown.places.result)
        lines = self._sum(rf"(\mathbf{{W}}_1\mathbf{{z}})_{{{unit}}}", self._terms(shown, "z"), total)
        right = ACTIVATIONS.get(activation, r"\delta({0})").format(total)
        value = self.paint("hidden", plain(shown.value, shown.value_places))
        return _aligned([*lines, rf"{self.paint('hidden', f'h_{{{unit}}}')} &= {right} = {value}"])

    def gate(self, shown: ShownSum, channel: int, gate: str, role: Role) -> str:
        """The second half of equation 3: one gate."""
        total = plain(shown.total, shown.places.result)
        lines = self._sum(f"a_{{{channel}}}", self._terms(shown, role), total)
        symbol, right = GATES.get(gate, ("g(a)", "g({0})"))
        value = self.paint("s", plain(shown.value, shown.value_places))
        name = self.paint("s", f"s_{{{channel}}}")
        return _aligned([*lines, rf"{name} &= {symbol} = {right.format(total)} = {value}"])

    def scale(self, work: WorkedScale, channel: int) -> str:
        """Equation 4 at one place."""
        places, spot = work.places, f"({work.row},{work.column})"
        u, s = self.paint("u", _factor(work.u, places.operands)), self.paint("s", plain(work.s, places.operands))
        name = self.paint("x", rf"\tilde{{x}}_{{{channel}}}{spot}")
        symbols = rf"{self.paint('s', f's_{{{channel}}}')}\cdot{self.paint('u', f'u_{{{channel}}}{spot}')}"
        return _aligned([rf"{name} &= {symbols}", rf"&= {s}\cdot{u} = {self.paint('x', plain(work.x, places.result))}"])

    def convolution(self, work: WorkedConvolution, channel: int, row: int, column: int) -> str:
        """Equation 1 at one place, with the batch norm and the activation after it."""
        digits, total = work.places.operands, plain(work.total, work.places.result)
        terms = [rf"{_factor(tap.weight, digits)}\cdot{_factor(tap.value, digits)}" for tap in work.taps]
        if work.others:
            told = _("the other {count}").format(count=work.others)
            terms.append(rf"\underbrace{{{_factor(work.rest, digits)}}}_{{\text{{{told}}}}}")
        name = rf"(\mathbf{{v}}_{{{channel}}}*\mathbf{{X}})({row},{column})"
        lines = self._sum(name, self._lines(terms), total)
        after = work.u_places.operands
        inner = (
            rf"{_factor(work.gain, after)}\cdot{_factor(work.total, work.places.result)} + {_factor(work.shift, after)}"
        )
        right = ACTIVATIONS.get(work.activation, r"\delta({0})").format(inner)
        name, value = self.paint("u", f"u_{{{channel}}}({row},{column})"), plain(work.u, work.u_places.result)
        return _aligned([*lines, rf"{name} &= {right}", rf"&= {self.paint('u', value)}"])
