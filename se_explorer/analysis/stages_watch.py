"""Watch the operations of one run: which layers there are, and what each of them depends on.

Every value that depends on the picture carries the set of all layers that it came through, as bits of a whole number.
Two questions then need no search: did this layer run before that one on some path, and does this sum add something
that has not been through a given SE block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.weak import WeakIdKeyDictionary

from se_explorer.blocks import FoundBlock

__all__ = ["Item", "Join", "JoinKind", "Layer", "Pool", "Site", "Watch"]

JoinKind = Literal["add", "concat"]

aten = torch.ops.aten
JOINS: dict[Any, JoinKind] = {aten.add: "add", aten.add_: "add", aten.cat: "concat"}
MAX_POOLS = (aten.max_pool2d, aten.max_pool2d_with_indices)


@dataclass(frozen=True)
class Layer:
    """A convolution, or a fully connected layer.

    Attributes:
        path: of the module that it ran in.
        kernel: height and width; None for a fully connected layer.
        stride: along the height.
        groups: 1 unless the convolution is grouped.
        inputs, outputs: channels.
        height, width: of the output; 1 x 1 for a fully connected layer on a vector.
    """

    path: str
    kernel: tuple[int, int] | None
    stride: int
    groups: int
    inputs: int
    outputs: int
    height: int
    width: int


@dataclass(frozen=True)
class Pool:
    """A pooling outside of the SE blocks; ``kernel`` is None where it covers the whole map."""

    path: str
    kind: Literal["max", "average"]
    kernel: tuple[int, int] | None
    stride: int
    height: int
    width: int


@dataclass(frozen=True)
class Site:
    """A place where an SE module runs.

    Attributes:
        block: its module, which belongs to the copy, and its facts.
        height, width: of its maps u.
        made_by: the sum or concatenation that made u, if no layer came between; else None.
    """

    path: str
    block: FoundBlock
    height: int
    width: int
    made_by: JoinKind | None


Item = Layer | Pool | Site


@dataclass(frozen=True)
class Join:
    """A sum or a concatenation of several values of the run.

    Attributes:
        place: how many items had run.
        operands: for each operand the items that it depends on, as bits.
    """

    kind: JoinKind
    place: int
    operands: tuple[int, ...]


@dataclass(frozen=True)
class _Value:
    """What a tensor depends on; ``made_by`` as in ``Site``."""

    items: int
    made_by: JoinKind | None = None


def _spatial(shape: Sequence[int]) -> tuple[int, int]:
    return (int(shape[2]), int(shape[3])) if len(shape) == 4 else (1, 1)


def _side(rows: int) -> tuple[int, int]:
    """Height and width of a square map that a fully connected layer takes as rows of a matrix."""
    side = round(rows**0.5)
    return (side, side) if side * side == rows else (rows, 1)


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Takes down layers, poolings, SE modules and joins while it is on; for one thread and one run.

    ``inputs`` are the shapes of what the modules took, by path.

    Args:
        picture: the run's input; values that do not depend on it are constants and are not followed.
    """

    def __init__(self, picture: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: list[Item] = []
        self.before: list[int] = []
        self.joins: list[Join] = []
        self.inputs: dict[str, tuple[int, ...]] = {}
        self._values: Any = WeakIdKeyDictionary()
        self._values[picture] = _Value(0)
        self._paths: list[str] = []
        self._inside: _Value | None = None  # u of the SE module that is running

    def enter(self, path: str, block: FoundBlock | None, arguments: tuple[Any, ...]) -> None:
        """A module begins."""
        self._paths.append(path)
        shape = next((tuple(value.shape) for value in arguments if isinstance(value, Tensor)), ())
        self.inputs.setdefault(path, shape)
        if block is None or self._inside is not None:
            return
        u = next(value for value in arguments if isinstance(value, Tensor))
        value = self._values.get(u, _Value(0))
        height, width = u.shape[1:3] if block.adapter.channels_last else u.shape[2:4]
        self._inside = value
        self._add(Site(path, block, height, width, value.made_by), value.items)

    def leave(self, path: str, block: FoundBlock | None, output: Any) -> None:
        """A module ends."""
        self._paths.pop()
        if block is None or self._inside is None:
            return
        site = max(place for place, item in enumerate(self.items) if isinstance(item, Site) and item.path == path)
        self._values[output] = _Value(self._inside.items | 1 << site)
        self._inside = None

    def _add(self, item: Item, depends_on: int) -> int:
        self.items.append(item)
        self.before.append(depends_on)
        return len(self.items) - 1

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        known = [self._values[leaf] for leaf in self._followed((args, kwargs or {}))]
        output = func(*args, **(kwargs or {}))
        if known:
            value = self._see(func.overloadpacket, args, output, known)
            for leaf in tree_flatten(output)[0]:
                if isinstance(leaf, Tensor):
                    self._values[leaf] = value
        return output

    def _followed(self, tree: Any) -> list[Tensor]:
        return [leaf for leaf in tree_flatten(tree)[0] if isinstance(leaf, Tensor) and leaf in self._values]

    def _see(self, packet: Any, args: Any, output: Any, known: list[_Value]) -> _Value:
        """The value that an operation makes of those it takes."""
        items = 0
        for value in known:
            items |= value.items
        same = known[0].made_by if len(known) == 1 else None
        if self._inside is not None:
            return _Value(items)
        item = self._item(packet, args, output)
        if item is not None:
            place = self._add(item, items)
            return _Value(items | 1 << place, same if isinstance(item, Pool) else None)
        kind = JOINS.get(packet)
        if kind is None or len(known) < 2:
            return _Value(items, same)
        self.joins.append(Join(kind, len(self.items), tuple(value.items for value in known)))
        return _Value(items, kind)

    def _item(self, packet: Any, args: Any, output: Any) -> Item | None:
        path = self._paths[-1] if self._paths else ""
        if packet is aten.convolution:
            return _convolution(path, args, output)
        if packet in (aten.mm, aten.addmm):
            matrix = args[-1]
            if matrix in self._values:  # a product of two values, as in attention, is no layer
                return None
            rows = _side(output.shape[0])
            return Layer(path, None, 1, 1, matrix.shape[0], matrix.shape[1], *rows)
        return _pool(path, packet, args, output)


def _convolution(path: str, args: Any, output: Tensor) -> Layer:
    source, weight, stride, groups = args[0], args[1], args[3], args[8]
    kernel = (int(weight.shape[2]), int(weight.shape[3])) if weight.dim() == 4 else (1, 1)
    height, width = _spatial(output.shape)
    return Layer(path, kernel, int(stride[0]), int(groups), source.shape[1], output.shape[1], height, width)


def _pool(path: str, packet: Any, args: Any, output: Any) -> Pool | None:
    if packet in MAX_POOLS or packet is aten.avg_pool2d:
        shape = (output[0] if isinstance(output, tuple) else output).shape
        kernel, stride = args[1], args[2] if len(args) > 2 and args[2] else args[1]
        sides = (int(kernel[0]), int(kernel[-1]))
        kind: Literal["max", "average"] = "average" if packet is aten.avg_pool2d else "max"
        return Pool(path, kind, sides, int(stride[0]), *_spatial(shape))
    if packet in (aten.mean, aten.amax) and args[0].dim() == 4 and len(args) > 1 and len(args[1] or ()) == 2:
        return Pool(path, "average" if packet is aten.mean else "max", None, 1, 1, 1)
    return None
