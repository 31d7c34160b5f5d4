"""Where in its map a squeeze comes from: by hand, and on every class of SE block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from se_explorer import BlockTrace, SEBlock, load_picture
from se_explorer.analysis import squeeze_parts
from se_explorer.errors import TraceError
from tests.analysis.test_circuits import FAMILIES
from tests.analysis.toys import scatter, toy_engine


def traced(gate: Callable[[], nn.Module], path: Path, keep: bool = True, channels_last: bool = False) -> BlockTrace:
    """The block of a toy network, for a picture of noise."""
    scatter(path, 5)
    engine = toy_engine(gate, channels_last=channels_last)
    name = engine.blocks[0].name
    return engine.trace(load_picture(path), keep=(name,) if keep else ()).block(name)


@pytest.fixture
def block(tmp_path: Path) -> BlockTrace:
    return traced(lambda: SEBlock(8, 2), tmp_path / "noise.png")


def by_hand(block: BlockTrace, u: list[list[float]], squeeze: str, z: float) -> BlockTrace:
    """The same block with a map and a squeeze that are given."""
    facts = replace(block.block.facts, squeeze=squeeze)
    maps = np.array([u], np.float32)
    return replace(block, block=replace(block.block, facts=facts), maps=maps, squeeze=np.array([z], np.float32))


def test_an_average_gives_each_position_its_share(block: BlockTrace) -> None:
    found = squeeze_parts(by_hand(block, [[1, 2], [3, -2]], "average", 1.0), 0)
    assert found.parts.tolist() == [[0.25, 0.5], [0.75, -0.5]]
    assert found.parts.sum() == found.z == 1
    assert (found.positions, found.tenth) == (4, 1)
    assert (found.brightest, found.darkest) == (0.75, -0.5)
    assert not found.cancels


def test_a_maximum_is_dealt_out_to_those_that_have_it(block: BlockTrace) -> None:
    found = squeeze_parts(by_hand(block, [[1, 4], [4, -2]], "max", 4.0), 0)
    assert found.parts.tolist() == [[0, 2], [2, 0]]


def test_half_and_half(block: BlockTrace) -> None:
    found = squeeze_parts(by_hand(block, [[1, 2], [3, -2]], "average + max", 2.0), 0)
    assert found.parts.tolist() == [[0.125, 0.25], [0.375 + 1.5, -0.25]]


def test_a_tenth_is_rounded_up_and_takes_the_largest(block: BlockTrace) -> None:
    found = squeeze_parts(by_hand(block, [[float(value) for value in range(21)]], "average", 10.0), 0)
    assert found.tenth == 3
    assert found.brightest == pytest.approx((20 + 19 + 18) / 21)
    assert found.darkest == pytest.approx((0 + 1 + 2) / 21)


def test_parts_that_cancel_are_told(block: BlockTrace) -> None:
    assert squeeze_parts(by_hand(block, [[1, -1]], "average", 0.0), 0).cancels
    assert squeeze_parts(by_hand(block, [[0, 0]], "average", 0.0), 0).cancels
    assert not squeeze_parts(by_hand(block, [[1, -0.9]], "average", 0.05), 0).cancels


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_add_up_on_every_family(family: str, tmp_path: Path) -> None:
    block = traced(FAMILIES[family], tmp_path / "noise.png", channels_last=family == "timm-channels-last")
    for channel in range(8):
        found = squeeze_parts(block, channel)
        assert found.parts.shape == block.kept_maps.shape[1:]
        assert found.parts.sum() == pytest.approx(block.squeeze[channel], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("squeeze", ["average", "max", "both"])
def test_parts_add_up_with_our_own_squeezes(squeeze: str, tmp_path: Path) -> None:
    block = traced(lambda: SEBlock(8, 2, squeeze=squeeze), tmp_path / "noise.png")
    found = squeeze_parts(block, 3)
    assert found.parts.sum() == pytest.approx(block.squeeze[3], rel=1e-5)
    assert (found.parts != 0).sum() == (1 if squeeze == "max" else found.positions)


def test_another_squeeze_is_refused(block: BlockTrace) -> None:
    with pytest.raises(TraceError, match="which is another"):
        squeeze_parts(by_hand(block, [[1, 2]], "median", 1.5), 0)
    with pytest.raises(TraceError, match="told to be average"):
        squeeze_parts(by_hand(block, [[1, 2]], "average", 1.6), 0)


def test_maps_that_were_not_kept_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="kept the maps"):
        squeeze_parts(traced(lambda: SEBlock(8, 2), tmp_path / "noise.png", keep=False), 0)
