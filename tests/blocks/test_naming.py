"""Blocks are named after the size of their maps, as the paper names them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from se_explorer.blocks import name_blocks

RESNET50 = (
    ["SE_2_1", "SE_2_2", "SE_2_3"]
    + [f"SE_3_{i}" for i in range(1, 5)]
    + [f"SE_4_{i}" for i in range(1, 7)]
    + ["SE_5_1", "SE_5_2", "SE_5_3"]
)
CASES: dict[str, tuple[int, list[int], list[str]]] = {
    "SE-ResNet-50": (224, [56] * 3 + [28] * 4 + [14] * 6 + [7] * 3, RESNET50),
    "SE-ResNet-50 at 128": (128, [32] * 3 + [16] * 4 + [8] * 6 + [4] * 3, RESNET50),
    "a size that does not divide": (225, [57] * 3 + [29] * 4 + [15] * 6 + [8] * 3, RESNET50),
    "CIFAR ResNet": (32, [32, 32, 16, 8], ["SE_1_1", "SE_1_2", "SE_2_1", "SE_3_1"]),
    "a first block at half size": (224, [112, 56], ["SE_1_1", "SE_2_1"]),
    "unpadded convolutions": (32, [30, 13], ["SE_1_1", "SE_2_1"]),
    "sizes that come back": (64, [32, 16, 32], ["SE_1_1", "SE_2_1", "SE_1_2"]),
    "one place": (224, [1], ["SE_8_1"]),
    "larger than the input": (32, [64, 32], ["SE_1_1", "SE_1_2"]),
    "none": (224, [], []),
}


@pytest.mark.parametrize(("side", "sides", "names"), CASES.values(), ids=CASES)
def test_names(side: int, sides: list[int], names: list[str]) -> None:
    assert list(name_blocks(side, sides)) == names


@given(st.integers(8, 1024), st.lists(st.integers(1, 1024), max_size=40))
def test_names_are_unique(side: int, sides: list[int]) -> None:
    names = name_blocks(side, sides)
    assert len(set(names)) == len(names) == len(sides)
