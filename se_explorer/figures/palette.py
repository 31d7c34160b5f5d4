"""The one palette of the app: a colour for each role, a scale for signed maps, a scale for gates.

The role colours are the hues of Okabe and Ito (blue, orange, reddish purple, bluish green, vermillion, yellow), which
stay apart for people with any common colour blindness, darkened for white paper and lightened for the dark page until
each has a contrast of at least 3:1 against its background (WCAG's bound for graphics) and differs from the others in
lightness too. "up" and "down" are the ends of the signed scale; both always come with a plus or minus sign, an edit
always with a symbol, the selection always with an outline, so that no message rests on colour alone.

``DIVERGING`` has 256 entries; entry 128 is the neutral zero, ``128 - SIGNED_STEPS`` and ``128 + SIGNED_STEPS`` are the
ends, so that values of equal size and opposite sign lie equally far from the middle. The few entries beyond repeat the
ends: a PNG of 256 colours has room there for its background and letters. ``SEQUENTIAL`` is viridis: perceptually
uniform, readable in grey, and, unlike cividis, not to be mistaken for the blue-to-orange signed scale.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from plotly.colors import sequential

__all__ = [
    "DIVERGING",
    "SEQUENTIAL",
    "SIGNED_STEPS",
    "Role",
    "Theme",
    "colour",
    "colourscale",
    "contrast",
    "ink",
    "rgb",
    "with_alpha",
]

Theme = Literal["light", "dark"]
Role = Literal[
    "u", "z", "hidden", "s", "x", "selected", "edited", "muted", "up", "down", "text", "grid", "background"
]  # fmt: skip

_COLOURS: dict[Theme, dict[Role, str]] = {
    "light": {
        "u": "#005F9E",
        "z": "#BF8300",
        "hidden": "#B8629A",
        "s": "#009068",
        "x": "#A83C00",
        "selected": "#111111",
        "edited": "#7A6F00",
        "muted": "#7A7F87",
        "up": "#B34700",
        "down": "#005F9E",
        "text": "#31333F",
        "grid": "#E3E5EA",
        "background": "#FFFFFF",
    },
    "dark": {
        "u": "#4AA3DF",
        "z": "#E69F00",
        "hidden": "#DA93BC",
        "s": "#3CCB9F",
        "x": "#EC6424",
        "selected": "#FFFFFF",
        "edited": "#F0E442",
        "muted": "#848B96",
        "up": "#F0702A",
        "down": "#4AA3DF",
        "text": "#FAFAFA",
        "grid": "#2B303B",
        "background": "#0E1117",
    },
}
SIGNED_STEPS = 120
_SIGNED_STOPS = ("#0A3A75", "#4A98D4", "#F3F3F1", "#F0893A", "#8A2D04")


def colour(role: Role, theme: Theme) -> str:
    """The colour of a role as ``#RRGGBB``. "x" is x~, "selected" the outline and fill of what is selected."""
    return _COLOURS[theme][role]


def rgb(code: str) -> tuple[int, int, int]:
    """``#RRGGBB`` as three numbers in 0..255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours ``#RRGGBB``, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(code: str) -> float:
    parts = [part / 255 for part in rgb(code)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink(role: Role, theme: Theme) -> str:
    """The role's colour for letters: moved towards the text's until it has WCAG's 4.5:1 on the page."""
    ground, start, end = colour("background", theme), rgb(colour(role, theme)), rgb(colour("text", theme))
    for share in np.linspace(0, 1, 41).tolist():
        mixed = "#{:02X}{:02X}{:02X}".format(*(round(a + (b - a) * share) for a, b in zip(start, end, strict=True)))
        if contrast(mixed, ground) >= 4.5:
            return mixed
    return colour("text", theme)


def with_alpha(code: str, alpha: float) -> str:
    """``#RRGGBB`` as a plotly colour of that opacity."""
    red, green, blue = rgb(code)
    return f"rgba({red},{green},{blue},{alpha:g})"


def _between(stops: list[tuple[int, int, int]], count: int) -> np.ndarray:
    """(count, 3) uint8: straight lines through evenly spaced stops."""
    places = np.linspace(0, 1, len(stops))
    wanted = np.linspace(0, 1, count)
    channels = [np.interp(wanted, places, channel) for channel in np.asarray(stops, dtype=float).T]
    table: np.ndarray = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return table


def _frozen(table: np.ndarray) -> np.ndarray:
    table.setflags(write=False)
    return table


def _signed() -> np.ndarray:
    steps = _between([rgb(stop) for stop in _SIGNED_STOPS], 2 * SIGNED_STEPS + 1)
    return _frozen(np.pad(steps, ((128 - SIGNED_STEPS, 127 - SIGNED_STEPS), (0, 0)), mode="edge"))


DIVERGING: np.ndarray = _signed()
SEQUENTIAL: np.ndarray = _frozen(_between([rgb(stop) for stop in sequential.Viridis], 256))


def colourscale(kind: Literal["diverging", "sequential"]) -> list[list[float | str]]:
    """The same scale for plotly: pairs of place in 0..1 and colour, thinned to 33 stops.

    For the diverging scale set the range symmetrically (``zmin = -zmax``), so that 0 is neutral.
    """
    table = DIVERGING[128 - SIGNED_STEPS : 129 + SIGNED_STEPS] if kind == "diverging" else SEQUENTIAL
    places = np.linspace(0, len(table) - 1, 33)
    return [
        [float(place / (len(table) - 1)), "#{:02X}{:02X}{:02X}".format(*table[round(place)].tolist())]
        for place in places.tolist()
    ]
