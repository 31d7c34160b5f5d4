"""A batch that grows at an SE block: which values have a row for each picture, and how they get more rows.

Which values have rows is found out by running one picture and then two, and comparing what is alive at each block. A
network whose values cannot be told apart so, or whose rows touch each other, is not grown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from se_explorer.blocks import BlockAdapter
from se_explorer.errors import TraceError
from se_explorer.language import Words, later

__all__ = ["Kind", "grown", "joined", "kind_of", "row_of", "scaled"]

#: "rows" (a tensor with one row a picture), "count" (how many pictures), "same" (neither), or a container of these.
Kind = str | tuple["Kind", ...]

ROW_TOLERANCE = 1e-3  # of the same picture's row in two batches, to tell rounding from rows that touch each other


def _refusal(received: Words) -> TraceError:
    return TraceError(later("values with one row a picture"), received, later("Its plans will be run one by one."))


def kind_of(one: Any, two: Any) -> Kind:
    """What a value is, by what it was for one picture and for two of which that picture is the first.

    Raises:
        TraceError: it is nothing that can get more rows.
    """
    if isinstance(one, Tensor) and isinstance(two, Tensor):
        return _kind_of_tensor(one, two)
    if type(one) is type(two) and type(one) in (tuple, list, torch.Size) and len(one) == len(two):
        return tuple(kind_of(left, right) for left, right in zip(one, two, strict=True))
    if type(one) is type(two) and not isinstance(one, (tuple, list, dict)) and one == two:
        return "same"
    if type(one) is int and (one, two) == (1, 2):
        return "count"
    raise _refusal(later("a {kind} that changes with the number of pictures", kind=type(one).__name__))


def _kind_of_tensor(one: Tensor, two: Tensor) -> Kind:
    if one.dim() and one.shape[0] == 1 and two.shape == (2, *one.shape[1:]):
        if not _close(one[0], two[0]):
            raise _refusal(later("rows that depend on each other"))
        return "rows"
    if one.shape == two.shape and torch.equal(one, two):
        return "same"
    shapes = {"one": tuple(one.shape), "two": tuple(two.shape)}
    raise _refusal(later("a tensor of shape {one} for one picture and {two} for two", **shapes))


def _close(one: Tensor, two: Tensor) -> bool:
    if not one.is_floating_point():
        return torch.equal(one, two)
    scale = float(one.abs().amax()) if one.numel() else 0.0
    return torch.allclose(one, two, rtol=ROW_TOLERANCE, atol=ROW_TOLERANCE * scale, equal_nan=True)


def _spans(parents: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Runs of equal parents: the parent and where the run lies."""
    start = 0
    for place in range(1, len(parents) + 1):
        if place == len(parents) or parents[place] != parents[start]:
            yield parents[start], slice(start, place)
            start = place


def _empty(like: Tensor, rows: int) -> Tensor:
    """A tensor of so many rows, laid out in memory as another."""
    last = like.dim() == 4 and like.is_contiguous(memory_format=torch.channels_last) and not like.is_contiguous()
    layout = torch.channels_last if last else torch.contiguous_format
    return torch.empty((rows, *like.shape[1:]), dtype=like.dtype, device=like.device, memory_format=layout)


def grown(value: Any, kind: Kind, parents: Sequence[int], pictures: int = 1) -> Any:
    """A value with new rows after its own, each a copy of its parent's.

    Args:
        pictures: how many there are of each row; they lie side by side.
    """
    if kind == "same" or not parents:
        return value
    if kind == "count":
        return value + len(parents) * pictures
    if isinstance(kind, tuple):
        return type(value)(grown(part, inner, parents, pictures) for part, inner in zip(value, kind, strict=True))
    rows = len(value) // pictures
    result = _empty(value, (rows + len(parents)) * pictures)
    result[: len(value)].copy_(value)
    old, new = _by_row(value, pictures), _by_row(result, pictures)
    for parent, span in _spans(parents):
        new[rows:][span].copy_(old[parent].expand_as(new[rows:][span]))
    return result


def _by_row(value: Tensor, pictures: int) -> Tensor:
    """The same memory as (rows, pictures, ...)."""
    return value.view(len(value) // pictures, pictures, *value.shape[1:])


def joined(values: Sequence[Any], kind: Kind) -> Any:
    """The value of a batch that is made of batches, one after the other."""
    if kind == "same" or len(values) == 1:
        return values[0]
    if kind == "count":
        return sum(values)
    if isinstance(kind, tuple):
        return type(values[0])(
            joined(parts, inner) for parts, inner in zip(zip(*values, strict=True), kind, strict=True)
        )
    return torch.cat(tuple(values))


def row_of(value: Any, kind: Kind, row: int) -> Any:
    """The value of a batch of that row alone, which holds on to none of the others."""
    if kind == "same":
        return value
    if kind == "count":
        return 1
    if isinstance(kind, tuple):
        return type(value)(row_of(part, inner, row) for part, inner in zip(value, kind, strict=True))
    return value[row : row + 1].clone()


def scaled(
    adapter: BlockAdapter,
    u: Tensor,
    gates: Tensor,
    parents: Sequence[int],
    shortcut: Tensor | None = None,
    pictures: int = 1,
) -> Tensor:
    """x~ of a batch that grows, plus the shortcut if there is one; what is added to the batch is never copied.

    Args:
        u: (N, ...), before it grows.
        gates: (N + len(parents) * pictures, C), after.
        shortcut: (N, ...), before it grows.
        pictures: how many there are of each row; they lie side by side.
    """
    if type(adapter).scale is not BlockAdapter.scale:  # scales in a way of its own
        result = adapter.scale(grown(u, "rows", parents, pictures), gates)
        return result if shortcut is None else result + grown(shortcut, "rows", parents, pictures)
    shaped = gates[:, None, None, :] if adapter.channels_last else gates[:, :, None, None]
    result = _empty(u, len(gates))
    _scale_into(result[: len(u)], u, shaped[: len(u)], shortcut)
    new, old, added = _by_row(result[len(u) :], pictures), _by_row(u, pictures), _by_row(shaped[len(u) :], pictures)
    before = None if shortcut is None else _by_row(shortcut, pictures)
    for parent, span in _spans(parents):
        of_parent = None if before is None else before[parent : parent + 1]
        _scale_into(new[span], old[parent : parent + 1], added[span], of_parent)
    return result


def _scale_into(result: Tensor, u: Tensor, gates: Tensor, shortcut: Tensor | None) -> None:
    if shortcut is None:
        torch.mul(u, gates, out=result)
    else:
        torch.addcmul(shortcut, u, gates, out=result)
