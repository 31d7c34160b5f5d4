"""Numbers and line breaks."""

from __future__ import annotations

import pytest

from se_explorer.figures.wording import number, wide, wrap


@pytest.mark.parametrize(
    ("value", "signed", "expected"),
    [
        (0.0, True, "0"),
        (0.5, False, "0.500"),
        (0.5, True, "+0.500"),
        (-0.012345, False, "−0.0123"),
        (1234.5, False, "1234"),
        (9.999, False, "10.0"),
        (0.009999999, False, "0.0100"),
        (-1e-7, True, "−1.00e−07"),
        (float("inf"), False, "inf"),
        (float("-inf"), False, "−inf"),
    ],
)
def test_number(value: float, signed: bool, expected: str) -> None:
    assert number(value, signed=signed) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, ""),
        ("garbage truck", 20, "garbage truck"),
        ("garbage truck", 13, "garbage truck"),
        ("garbage truck", 12, "garbage<br>truck"),
        ("English springer spaniel", 17, "English springer<br>spaniel"),
        ("unbreakable", 4, "unbreakable"),
        ("垃圾车很大", 6, "垃圾车<br>很大"),
        ("门控，打开", 4, "门<br>控，<br>打开"),
    ],
)
def test_wrap(text: str, width: int, expected: str) -> None:
    assert wrap(text, width) == expected


def test_chinese_letters_count_two() -> None:
    assert wide("SE 门") == 5
