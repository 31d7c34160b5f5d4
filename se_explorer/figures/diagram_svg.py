"""A few strokes of SVG: boxes with text, arrows, circles. All text is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from se_explorer.figures.layout import FONT
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import wide, wrap

__all__ = ["LINE", "Canvas", "box_height", "cut", "fitted"]

LINE = 16  # px from line to line
SIZE = 12  # px of a letter; a phone shows the drawing at least at its own size
PAD = 7
LETTER = 6.3  # px of an average letter


def box_height(lines: Sequence[str]) -> int:
    """Height of a box that holds these lines."""
    return LINE * len(lines) + 2 * PAD - 2


def fitted(text: str, width: float) -> list[str]:
    """Text in lines that fit ``width`` px, broken at spaces."""
    return wrap(text, int((width - 2 * PAD) / LETTER)).split("<br>")


def cut(text: str, width: float) -> str:
    """Text that fits ``width`` px, shortened by an ellipsis where it must be."""
    room = int((width - 2 * PAD) / LETTER)
    if wide(text) <= room:
        return text
    kept = text
    while kept and wide(kept) > room - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


class Canvas:
    """Collects shapes; coordinates in px from the upper left corner."""

    def __init__(self, width: int, theme: Theme) -> None:
        self.width = width
        self.theme = theme
        self._shapes: list[str] = []

    def box(self, x: float, y: float, width: float, lines: Sequence[str], code: str, *, bold: bool = True) -> float:
        """A box with lines of text, the first one bold; gives the place below it."""
        height = box_height(lines)
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height}" rx="5" fill="{code}" fill-opacity=".13" '
            f'stroke="{code}" stroke-width="1.5"/>'
        )
        for place, line in enumerate(lines):
            weight = "600" if bold and place == 0 else "400"
            base = y + PAD + LINE * place + 12
            self.text(x + width / 2, base, cut(line, width), anchor="middle", weight=weight)
        return y + height

    def plate(self, x: float, y: float, width: float, height: float, code: str, opacity: float) -> None:
        """A plain rectangle with an outline, as one feature map or one number of a vector is drawn."""
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="1.5" '
            f'fill="{colour("background", self.theme)}"/>'
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="1.5" fill="{code}" '
            f'fill-opacity="{opacity:.3g}" stroke="{code}" stroke-width="1"/>'
        )

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A dashed frame."""
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="none" '
            f'stroke="{colour("muted", self.theme)}" stroke-dasharray="4 4"/>'
        )

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", weight: str = "400") -> None:
        """One line of text; ``y`` is its base line."""
        self._shapes.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}" '
            f'fill="{colour("text", self.theme)}">{escape(text)}</text>'
        )

    def path(self, points: Sequence[tuple[float, float]], code: str, *, arrow: bool = True) -> None:
        """A line through points, with an arrow's head at its end."""
        way = " ".join(f"{'M' if place == 0 else 'L'}{x:g} {y:g}" for place, (x, y) in enumerate(points))
        self._shapes.append(f'<path d="{way}" fill="none" stroke="{code}" stroke-width="1.6"/>')
        if arrow:
            self._head(points[-2], points[-1], code)

    def _head(self, start: tuple[float, float], end: tuple[float, float], code: str) -> None:
        (x0, y0), (x, y) = start, end
        across, down = (x > x0) - (x < x0), (y > y0) - (y < y0)
        left = (x - 7 * across - 4 * down, y - 7 * down - 4 * across)
        right = (x - 7 * across + 4 * down, y - 7 * down + 4 * across)
        corners = " ".join(f"{a:g},{b:g}" for a, b in ((x, y), left, right))
        self._shapes.append(f'<polygon points="{corners}" fill="{code}"/>')

    def sign(self, x: float, y: float, sign: str, code: str) -> None:
        """A circle of radius 11 with a sign in it."""
        self._shapes.append(f'<circle cx="{x:g}" cy="{y:g}" r="11" fill="none" stroke="{code}" stroke-width="1.8"/>')
        self.text(x, y + 5, sign, anchor="middle", weight="600")

    def finish(self, height: float, title: str, description: str, ground: bool) -> str:
        """The whole drawing; on a ground of the page's colour where it is to be used elsewhere."""
        rectangle = f'<rect width="100%" height="100%" fill="{colour("background", self.theme)}"/>' if ground else ""
        font = escape(FONT, quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height:g}" width="{self.width}" '
            f'height="{height:g}" role="img" font-family="{font}" font-size="{SIZE}">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
            f"{rectangle}{''.join(self._shapes)}</svg>"
        )
