"""What the pickle in a PyTorch file declares, found out before ``torch.load`` believes it.

``weights_only=True`` runs no code, but it does set memory aside as the pickle says: a few hundred bytes can declare
terabytes, or have one large value copied a million times. Here the pickle is read with stand-ins for all that it
names: only plain tensors and plain values may be in it, and every storage is put down with its size, so that it can
be held against what the file really contains.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, BinaryIO, Never

import torch

from se_explorer.language import Words, later
from se_explorer.models.refusal import listed, refused

__all__ = ["MAX_PICKLE", "Declared", "read_pickle", "scan"]

MAX_PICKLE = 8 * 2**20  # a network of a thousand layers and its optimiser come to about 1 MB
MAX_AXES = 16
MAX_COPIED = 1_000_000
ITEM_BYTES = {
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "BFloat16Storage": 2,
    "LongStorage": 8,
    "IntStorage": 4,
    "ShortStorage": 2,
    "CharStorage": 1,
    "ByteStorage": 1,
    "BoolStorage": 1,
}
#: What torch's own reader of weights takes, less the ways of making objects.
OPCODES = frozenset(
    {"PROTO", "STOP", "GLOBAL", "REDUCE", "BUILD", "APPEND", "APPENDS", "SETITEM", "SETITEMS", "MARK", "BINPERSID"}
    | {"TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_TUPLE", "EMPTY_LIST", "EMPTY_DICT", "EMPTY_SET"}
    | {"NONE", "NEWFALSE", "NEWTRUE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE"}
    | {"SHORT_BINSTRING", "BINGET", "LONG_BINGET", "BINPUT", "LONG_BINPUT"}
)


@dataclass(frozen=True)
class Declared:
    """A storage as the pickle declares it.

    Attributes:
        key: its name in the file.
        items: how many values it holds.
        item_bytes: bytes a value.
    """

    key: str
    items: int
    item_bytes: int

    @property
    def bytes(self) -> int:
        """Of the whole storage."""
        return self.items * self.item_bytes


class _OrderedDict(dict[Any, Any]):
    """Filled item by item only: one that is made from another would copy it, as often as the pickle likes."""

    def __init__(self) -> None:
        super().__init__()


@dataclass(frozen=True)
class _StorageKind:
    item_bytes: int


def read_pickle(stream: BinaryIO, name: Words) -> bytes:
    """The next pickle of a stream, if it is plain: no objects, nothing that calls code.

    Raises:
        WeightsError: it is not.
    """
    start, highest = stream.tell(), 0
    for opcode, argument, place in pickletools.genops(stream):  # type: ignore[arg-type]
        if opcode.name == "GLOBAL":
            _check_global(str(argument), name)
        elif opcode.name not in OPCODES:
            raise refused(name, later("which holds objects or code (none was run)"))
        elif opcode.name.endswith("PUT"):
            assert argument is not None
            if argument > highest:  # Python's reader sets aside a place for every number below it
                raise refused(name, later("which is damaged"))
            highest = max(highest, argument + 1)
        if (place or 0) - start > MAX_PICKLE:
            raise refused(name, later("whose list of contents is over {limit} MiB long", limit=MAX_PICKLE >> 20))
    end = stream.tell()
    stream.seek(start)
    return stream.read(end - start)


def _check_global(text: str, name: Words) -> None:
    module, _, kind = text.partition(" ")
    if _stand_in(module, kind) is None:
        found = listed([f"{module}.{kind}"])
        raise refused(name, later("which holds {name}: no plain tensor (no code was run)", name=found))


def _stand_in(module: str, kind: str) -> object | None:
    if module in {"torch", "torch.cuda"} and kind in ITEM_BYTES:
        return _StorageKind(ITEM_BYTES[kind])
    if module == "torch" and isinstance(getattr(torch, kind, None), torch.dtype):
        return kind
    return STAND_INS.get((module, kind))


def _whole(*values: object) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _rebuild_tensor(storage: Any, offset: Any, size: Any, stride: Any, *others: Any) -> str:
    """A tensor within its storage, which holds a value of its own for each place of the tensor."""
    parts = isinstance(storage, Declared) and type(size) is type(stride) is tuple and len(size) == len(stride)
    if not parts or len(size) > MAX_AXES or not _whole(offset, *size, *stride) or (len(others) > 2 and others[2]):
        raise ValueError("no tensor")
    count = prod(size)
    last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if count and (count > storage.items or last >= storage.items):
        raise ValueError("a tensor that declares more values than it has")
    return "tensor"


def _rebuild_parameter(data: Any, *_: Any) -> Any:
    return data


class _Scanner(pickle.Unpickler):
    """Reads a pickle with stand-ins; nothing that the file names is imported or called."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")
        self.storages: dict[str, Declared] = {}
        self._copied = 0

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        stand_in = _stand_in(module_name, global_name)
        if stand_in is None:
            raise pickle.UnpicklingError("an unknown name")
        return self._count if stand_in is _copying else stand_in

    def _count(self, *arguments: Any) -> None:
        """Stands for what copies its argument; a few optimisers' schedules need that."""
        self._copied += 1 + sum(len(part) for part in arguments if hasattr(part, "__len__"))
        if self._copied > MAX_COPIED:
            raise ValueError("too many copies")

    def persistent_load(self, pid: Any) -> Declared:
        if type(pid) is not tuple or len(pid) not in (5, 6) or pid[0] != "storage":
            raise ValueError("no storage")
        _, kind, key, location, items, *view = pid
        if not (isinstance(kind, _StorageKind) and type(key) is type(location) is str and _whole(items)):
            raise ValueError("no storage")
        declared = Declared(key, items, kind.item_bytes)
        if self.storages.setdefault(key, declared) != declared:
            raise ValueError("a storage of two sizes")
        return declared if not view or view[0] is None else _viewed(declared, view[0])


def _viewed(storage: Declared, view: Any) -> Declared:
    """The old format's view of a part of a storage."""
    if type(view) is not tuple or len(view) != 3 or not _whole(*view[1:]) or view[1] + view[2] > storage.items:
        raise ValueError("a view beyond its storage")
    return Declared(storage.key, view[2], storage.item_bytes)


def _copying(*_: Any) -> Never:
    raise AssertionError("stood for by the scanner's own count")


STAND_INS: dict[tuple[str, str], Callable[..., Any]] = {
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    ("collections", "OrderedDict"): _OrderedDict,
    ("collections", "Counter"): _copying,
    ("builtins", "set"): _copying,
    ("__builtin__", "set"): _copying,
    ("torch", "Size"): _copying,
    ("torch", "device"): _copying,
}


def scan(data: bytes) -> tuple[Any, dict[str, Declared]]:
    """What a pickle from ``read_pickle`` holds, with stand-ins for tensors, and the storages it declares, by key.

    Raises:
        ValueError, TypeError, pickle.UnpicklingError and others: the pickle is damaged or declares what is not there.
    """
    scanner = _Scanner(data)
    return scanner.load(), scanner.storages
