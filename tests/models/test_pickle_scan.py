"""What a pickle declares, read with stand-ins. The pickles are written by hand, opcode by opcode."""

from __future__ import annotations

import collections
import io
import pickle
from typing import Any

import pytest
import torch

from se_explorer.errors import WeightsError
from se_explorer.models.pickle_scan import MAX_PICKLE, Declared, read_pickle, scan

FAULTS = (ValueError, TypeError, AttributeError, pickle.UnpicklingError)


def text(value: str) -> bytes:
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def number(value: int) -> bytes:
    return b"\x8a\x08" + value.to_bytes(8, "little", signed=True)


def storage(items: int = 6, key: str = "0", kind: str = "FloatStorage") -> bytes:
    return b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + text(key) + text("cpu") + number(items) + b"tQ"


def numbers(*values: int) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def tensor(
    size: tuple[int, ...] = (2, 3), stride: tuple[int, ...] = (3, 1), offset: int = 0, store: bytes | None = None
) -> bytes:
    head = b"ctorch._utils\n_rebuild_tensor_v2\n(" + (storage() if store is None else store)
    return head + number(offset) + numbers(*size) + numbers(*stride) + b"\x89ccollections\nOrderedDict\n)RtR"


def whole(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def read(data: bytes) -> tuple[Any, dict[str, Declared]]:
    return scan(read_pickle(io.BytesIO(data), "a.pt"))


GOOD: dict[str, tuple[bytes, dict[str, int]]] = {
    "a tensor": (tensor(), {"0": 24}),
    "a tensor within a larger storage": (tensor((2,), (2,), 3, storage(7)), {"0": 28}),
    "a transposed tensor": (tensor((3, 2), (1, 3)), {"0": 24}),
    "a number": (tensor((), (), 0, storage(1, "3", "LongStorage")), {"3": 8}),
    "an empty tensor": (tensor((0, 4), (4, 1), 0, storage(0)), {"0": 0}),
    "half precision": (tensor(store=storage(6, "1", "HalfStorage")), {"1": 12}),
    "two that share": (b"(" + tensor() + tensor((6,), (1,)) + b"t", {"0": 24}),
    "plain values": (b"(" + number(3) + text("x") + b"N\x88]}t", {}),
}


@pytest.mark.parametrize(("body", "sizes"), GOOD.values(), ids=GOOD)
def test_storages_are_put_down_with_their_bytes(body: bytes, sizes: dict[str, int]) -> None:
    _, declared = read(whole(body))
    assert {key: one.bytes for key, one in declared.items()} == sizes


HOLLOW: dict[str, bytes] = {
    "stride 0 over 10^12 places": tensor((10**6, 10**6), (0, 0)),
    "more places than values": tensor((7,), (0,)),
    "beyond the end": tensor((2, 3), (3, 1), 1),
    "a step beyond the end": tensor((2,), (6,)),
    "below 0": tensor((-2, -3), (3, 1)),
    "a negative step": tensor((2,), (-1,), 3),
    "before the start": tensor((2,), (1,), -1),
    "a thousand axes": tensor((1,) * 1000, (1,) * 1000),
    "axes and steps that differ": tensor((2, 3), (1,)),
    "a storage below 0": tensor(store=storage(-6)),
    "a storage of two sizes": b"(" + tensor() + tensor(store=storage(10**12)) + b"t",
    "no storage": tensor(store=text("0")),
    "a size that is a list": b"ctorch._utils\n_rebuild_tensor\n(" + storage() + number(0) + b"]](RtR",
    "a dictionary from another": b"ccollections\nOrderedDict\n(}tR",
    "another kind of id": number(3) + b"Q",
    "a code's id": b"(" + text("module") + text("a") * 4 + b"tQ",
}


@pytest.mark.parametrize("body", HOLLOW.values(), ids=HOLLOW)
def test_what_declares_more_than_it_has_is_refused(body: bytes) -> None:
    with pytest.raises(FAULTS):
        read(whole(body))


def test_a_value_cannot_be_copied_without_end() -> None:
    listing = b"](" + b"K\x01" * 100_000 + b"eq\x00"
    once = b"ccollections\nCounter\n(h\x00tR0"
    assert read(whole(listing + b"q\x01ccollections\nCounter\n(h\x00tR"))
    many = b"".join([b"ccollections\nCounter\n(h\x00tRq\x01"] * 20)
    with pytest.raises(ValueError, match="copies"):
        read(whole(b"(" + listing + many + b"t"))
    with pytest.raises(WeightsError):  # POP is no opcode of a state_dict
        read(whole(listing + once))


OBJECTS: dict[str, tuple[bytes, str]] = {
    "a call": (b"cposix\nsystem\n(" + text("true") + b"tR", "posix.system"),
    "a builtin": (b"cbuiltins\neval\n" + text("1") + b"\x85R", "builtins.eval"),
    "memory as told": (b"cbuiltins\nbytearray\n" + number(10**12) + b"\x85R", "builtins.bytearray"),
    "hex of hex": (b"c_codecs\nencode\n" + text("a") + text("hex") + b"\x86R", "_codecs.encode"),
    "a tensor by size": (b"ctorch\nTensor\n" + number(10**12) + b"\x85R", "torch.Tensor"),
    "a tensor without values": (b"ctorch._utils\n_rebuild_meta_tensor_no_storage\n", "_rebuild_meta"),
    "complex numbers": (tensor(store=storage(6, "0", "ComplexFloatStorage")), "torch.ComplexFloatStorage"),
    "a name that is no name": (b"cev\x1bil\nx\x07y\n", "evil.xy"),
    "a very long name": (b"c" + b"a" * 5000 + b"\nb\n", "aaaa…"),
    "an old kind of object": (b"(ios\nsystem\n", "objects or code"),
    "a new object": (b"ccollections\nOrderedDict\n)\x81", "objects or code"),
    "an extension": (b"\x82\x01", "objects or code"),
    "a name from the stack": (text("os") + text("system") + b"\x93", "objects or code"),
}


@pytest.mark.parametrize(("body", "named"), OBJECTS.values(), ids=OBJECTS)
def test_objects_and_code_are_refused_by_name(body: bytes, named: str) -> None:
    with pytest.raises(WeightsError) as caught:
        read(whole(body))
    assert named in caught.value.received
    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()


def test_a_memo_cannot_be_made_huge_by_one_number() -> None:
    with pytest.raises(WeightsError):
        read(whole(b"}r\xff\xff\xff\xff"))


def test_a_pickle_that_is_too_long_is_not_read_to_its_end() -> None:
    with pytest.raises(WeightsError, match="MiB"):
        read(whole(b"](" + text("x" * 2**20) * (MAX_PICKLE >> 20) + b"Ne"))


def test_the_stream_stands_behind_the_pickle() -> None:
    stream = io.BytesIO(whole(text("a")) + whole(text("b")))
    assert [scan(read_pickle(stream, "a"))[0] for _ in range(2)] == ["a", "b"]


def test_what_torch_saves_is_plain() -> None:
    state = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2)).state_dict()
    content = {
        "state_dict": state,
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "milestones": collections.Counter([30, 60]),
        "names": {"a"},
        "size": torch.Size([1, 2]),
        "kind": torch.float16,
        "place": torch.device("cpu"),
        "big": 2**70,
    }
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=False)
    stream.seek(0)
    read_pickle(stream, "a"), read_pickle(stream, "a"), read_pickle(stream, "a")
    _, declared = scan(read_pickle(stream, "a"))
    assert sum(one.bytes for one in declared.values()) == 4 * (4 + 2 + 4 * 2 + 2) + 8
