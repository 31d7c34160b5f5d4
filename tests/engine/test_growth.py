"""How values get more rows, and which values cannot."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from se_explorer.blocks.find import require_adapter
from se_explorer.blocks.se_block import SEBlock
from se_explorer.engine.growth import Kind, grown, joined, kind_of, row_of, scaled
from se_explorer.errors import TraceError
from tests.networks import noise

PAIR = noise(4, 2)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (PAIR[:1], PAIR, "rows"),
        (torch.tensor([True]), torch.tensor([True, False]), "rows"),
        (torch.ones(3), torch.ones(3), "same"),
        (torch.ones(()), torch.ones(()), "same"),
        (7, 7, "same"),
        ("x", "x", "same"),
        (None, None, "same"),
        (1, 2, "count"),
        (PAIR[:1].shape, PAIR.shape, ("count", "same", "same", "same")),
        ((PAIR[:1], 3), (PAIR, 3), ("rows", "same")),
    ],
)
def test_kinds(one: object, two: object, expected: object) -> None:
    assert kind_of(one, two) == expected


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (torch.ones(4, 2), torch.ones(8, 2)),  # windows of the pictures
        (torch.zeros(3), torch.ones(3)),  # depends on the pictures, has no rows
        (torch.ones(1, 3), torch.zeros(2, 3)),  # the first row depends on the second
        (torch.ones(1, 3), torch.ones(2, 4)),
        (3, 6),
        (1.0, 2.0),
        ([1, 2], [1]),
        ({"x": 1}, {"x": 1}),
    ],
)
def test_what_cannot_grow(one: object, two: object) -> None:
    with pytest.raises(TraceError, match="one row a picture"):
        kind_of(one, two)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_rows_are_copied_from_their_parents(layout: torch.memory_format) -> None:
    maps = torch.randn(3, 4, 5, 6).contiguous(memory_format=layout)
    result = grown(maps, "rows", (0, 2, 2, 1))
    assert torch.equal(result, maps[[0, 1, 2, 0, 2, 2, 1]])
    assert result.is_contiguous(memory_format=layout)
    assert torch.equal(grown(torch.arange(3), "rows", (1,)), torch.tensor([0, 1, 2, 1]))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_pictures_side_by_side_are_copied_together(layout: torch.memory_format) -> None:
    maps = torch.randn(6, 4, 5, 6).contiguous(memory_format=layout)  # two rows of three pictures
    result = grown(maps, "rows", (1, 0, 0), 3)
    assert torch.equal(result, maps[[0, 1, 2, 3, 4, 5, 3, 4, 5, 0, 1, 2, 0, 1, 2]])
    assert result.is_contiguous(memory_format=layout)
    assert grown(6, "count", (1, 0, 0), 3) == 15


def test_other_values_grow_in_their_own_way() -> None:
    assert grown(2, "count", (0, 0, 1)) == 5
    constant = torch.ones(2)
    assert grown(constant, "same", (0,)) is constant
    assert grown(torch.Size((2, 3)), ("count", "same"), (0,)) == torch.Size((3, 3))
    rows, number = grown([PAIR, 3], ("rows", "same"), (1,))
    assert torch.equal(rows, PAIR[[0, 1, 1]])
    assert number == 3
    assert grown(PAIR, "rows", ()) is PAIR


@pytest.mark.parametrize("with_shortcut", [False, True])
@pytest.mark.parametrize("parents", [(), (0,), (1, 1, 0)])
def test_scaling_and_growing_are_one(parents: tuple[int, ...], with_shortcut: bool) -> None:
    adapter = require_adapter(SEBlock(3, 1))
    gates = torch.rand(2 + len(parents), 3)
    shortcut = noise(4, 2, seed=1) if with_shortcut else None
    result = scaled(adapter, PAIR, gates, parents, shortcut)
    rows = [0, 1, *parents]
    expected: Tensor = PAIR[rows] * gates[:, :, None, None]
    if shortcut is not None:
        expected = expected + shortcut[rows]
    torch.testing.assert_close(result, expected, rtol=1e-6, atol=1e-6)
    assert result.is_contiguous(memory_format=torch.channels_last)


def test_scaling_and_growing_pictures_side_by_side() -> None:
    adapter, maps, shortcut = require_adapter(SEBlock(3, 1)), noise(4, 4), noise(4, 4, seed=1)
    gates = torch.rand(10, 3)
    rows = [0, 1, 2, 3, 2, 3, 2, 3, 0, 1]
    result = scaled(adapter, maps, gates, (1, 1, 0), shortcut, pictures=2)
    expected = shortcut[rows] + maps[rows] * gates[:, :, None, None]
    torch.testing.assert_close(result, expected, rtol=1e-6, atol=1e-6)


def test_a_gate_of_one_is_exact() -> None:
    adapter = require_adapter(SEBlock(3, 1))
    assert torch.equal(scaled(adapter, PAIR, torch.ones(4, 3), (0, 1)), PAIR[[0, 1, 0, 1]])


@pytest.mark.parametrize(
    ("parts", "kind", "whole"),
    [
        ((PAIR[:1], PAIR), "rows", torch.cat((PAIR[:1], PAIR))),
        ((1, 2), "count", 3),
        (("x", "x"), "same", "x"),
        (((PAIR[:1], 3), (PAIR, 3)), ("rows", "same"), (torch.cat((PAIR[:1], PAIR)), 3)),
    ],
)
def test_joining(parts: tuple[object, ...], kind: Kind, whole: object) -> None:
    found = joined(parts, kind)
    pairs = zip(found, whole, strict=True) if isinstance(whole, tuple) else [(found, whole)]
    assert all(torch.equal(one, two) if isinstance(two, Tensor) else one == two for one, two in pairs)
    assert joined(parts[:1], kind) is parts[0]


@pytest.mark.parametrize("row", [0, 1])
def test_one_row_of_a_batch(row: int) -> None:
    found = row_of((PAIR, 2, "x", PAIR[0]), ("rows", "count", "same", "same"), row)
    assert torch.equal(found[0], PAIR[row : row + 1])
    assert found[0].untyped_storage().nbytes() == PAIR.untyped_storage().nbytes() // 2
    assert found[0].is_contiguous(memory_format=torch.channels_last)
    assert found[1:3] == (1, "x")
    assert found[3].data_ptr() == PAIR.data_ptr()
