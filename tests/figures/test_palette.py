"""Contrast, colour blindness and the two scales, worked out from first principles."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from se_explorer.figures.palette import (
    DIVERGING,
    SEQUENTIAL,
    SIGNED_STEPS,
    Role,
    Theme,
    colour,
    colourscale,
    ink,
    rgb,
    with_alpha,
)

PAGE: dict[Theme, tuple[int, int, int]] = {"light": (255, 255, 255), "dark": (14, 17, 23)}
DATA_ROLES: tuple[Role, ...] = ("u", "z", "hidden", "s", "x")
# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colours: object) -> np.ndarray:
    """sRGB 0..255 to linear light 0..1."""
    values = np.asarray(colours, dtype=float) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colours: object) -> np.ndarray:
    return linear(colours) @ np.array([0.2126, 0.7152, 0.0722])


def contrast(first: object, second: object) -> float:
    """WCAG 2's contrast ratio."""
    low, high = sorted((float(luminance(first)), float(luminance(second))))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """Linear RGB to CIE L*a*b* under D65."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = np.clip(light, 0, 1) @ matrix.T / [0.9505, 1, 1.089]
    x, y, z = np.moveaxis(np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("theme", get_args(Theme))
@pytest.mark.parametrize("role", sorted(set(get_args(Role)) - {"grid", "background", "text"}))
def test_every_role_stands_out_from_the_page(role: Role, theme: Theme) -> None:
    assert contrast(rgb(colour(role, theme)), PAGE[theme]) >= 3


@pytest.mark.parametrize("theme", get_args(Theme))
def test_text_is_readable_and_the_grid_stays_behind(theme: Theme) -> None:
    assert contrast(rgb(colour("text", theme)), PAGE[theme]) >= 7
    assert contrast(rgb(colour("grid", theme)), PAGE[theme]) < 2
    assert rgb(colour("background", theme)) == PAGE[theme]


@pytest.mark.parametrize("theme", get_args(Theme))
@pytest.mark.parametrize("sight", SIGHT)
def test_roles_stay_apart_for_everybody(theme: Theme, sight: str) -> None:
    seen = {role: lab(np.asarray(SIGHT[sight]) @ linear(rgb(colour(role, theme)))) for role in DATA_ROLES}
    pairs = [*combinations(DATA_ROLES, 2)]
    assert min(float(np.linalg.norm(seen[a] - seen[b])) for a, b in pairs) > 12


@pytest.mark.parametrize("theme", get_args(Theme))
@pytest.mark.parametrize("sight", SIGHT)
def test_up_and_down_stay_apart_for_everybody(theme: Theme, sight: str) -> None:
    up, down = (lab(np.asarray(SIGHT[sight]) @ linear(rgb(colour(role, theme)))) for role in ("up", "down"))
    assert float(np.linalg.norm(up - down)) > 40


@pytest.mark.parametrize("table", [DIVERGING, SEQUENTIAL])
def test_tables_are_256_fixed_colours(table: np.ndarray) -> None:
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert not table.flags.writeable


def test_the_signed_table_is_neutral_in_the_middle_and_even_to_both_sides() -> None:
    middle = DIVERGING[128].astype(int)
    assert np.ptp(middle) <= 3
    assert luminance(middle) == luminance(DIVERGING).max()
    lightness = lab(linear(DIVERGING))[:, 0]
    steps = np.arange(1, SIGNED_STEPS + 1)
    assert np.abs(lightness[128 + steps] - lightness[128 - steps]).max() < 12
    assert (np.diff(lightness[128 : 129 + SIGNED_STEPS]) < 0).all()
    assert (np.diff(lightness[128 - SIGNED_STEPS : 129]) > 0).all()


def test_the_signed_table_goes_from_blue_to_red() -> None:
    low, high = DIVERGING[0].astype(int), DIVERGING[255].astype(int)
    assert low[2] > low[0] + 50
    assert high[0] > high[2] + 50
    assert (DIVERGING[: 129 - SIGNED_STEPS] == DIVERGING[0]).all()
    assert (DIVERGING[128 + SIGNED_STEPS :] == DIVERGING[255]).all()


def test_the_gate_table_gets_lighter_all_the_way() -> None:
    lightness = lab(linear(SEQUENTIAL))[:, 0]
    steps = np.diff(lightness)
    assert (steps > -0.1).all()  # but for the rounding to 256 shades
    assert steps.max() < 3 * np.median(steps)


def test_plotly_scales_have_the_tables_ends_and_middle() -> None:
    signed, gates = colourscale("diverging"), colourscale("sequential")
    assert [signed[0][0], signed[16][0], signed[-1][0]] == [0, 0.5, 1]
    assert rgb(str(signed[16][1])) == tuple(DIVERGING[128].tolist())
    assert rgb(str(signed[0][1])) == tuple(DIVERGING[0].tolist())
    assert rgb(str(gates[0][1])) == tuple(SEQUENTIAL[0].tolist())
    assert rgb(str(gates[-1][1])) == tuple(SEQUENTIAL[255].tolist())


def test_with_alpha() -> None:
    assert with_alpha("#0A10FF", 0.25) == "rgba(10,16,255,0.25)"


@pytest.mark.parametrize("theme", get_args(Theme))
@pytest.mark.parametrize("role", DATA_ROLES)
def test_letters_in_a_roles_colour_can_be_read(role: Role, theme: Theme) -> None:
    """WCAG AA for text, and still the role's hue: no further from its colour than need be."""
    letters = ink(role, theme)
    assert contrast(rgb(letters), PAGE[theme]) >= 4.5
    if contrast(rgb(colour(role, theme)), PAGE[theme]) >= 4.5:
        assert letters == colour(role, theme)
