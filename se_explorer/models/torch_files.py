"""PyTorch's files, the zip of today and the plain pickles of before version 1.6: what they declare is what they hold.

Every size is checked on the file's own tables before ``torch.load`` reads the first tensor, and ``torch.load`` is
called with ``weights_only=True`` and in no other way.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any, BinaryIO

import torch

from se_explorer.errors import WeightsError
from se_explorer.language import Text, Words, later, whole
from se_explorer.models.pickle_scan import MAX_PICKLE, Declared, read_pickle, scan
from se_explorer.models.refusal import refused

__all__ = ["LEGACY_START", "ZIP_START", "load_torch_file"]

ZIP_START = b"PK\x03\x04"
LEGACY_START = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # the pickle of torch's magic number
END = struct.Struct("<4s4H2LH")
LOCATOR = struct.Struct("<4sLQL")
END_64 = struct.Struct("<4sQ2H2L4Q")


def load_torch_file(stream: BinaryIO, length: int, name: Words) -> Any:
    """What a PyTorch file of ``length`` bytes holds, tensors on the CPU.

    Raises:
        WeightsError: it is no plain file of tensors.
        Exception: one of ``checkpoint_files.FAULTS``, if it is damaged.
    """
    start = stream.read(len(LEGACY_START))
    if start.startswith(ZIP_START):
        _check_zip(stream, length, name)
    elif start == LEGACY_START:
        _check_legacy(stream, length, name)
    else:
        raise refused(name, later("which is something else"))
    stream.seek(0)
    return torch.load(stream, map_location="cpu", weights_only=True)


def _check_zip(stream: BinaryIO, length: int, name: Words) -> None:
    """Members are stored as they are, each once, and hold exactly the bytes that the pickle declares."""
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        sizes = {member.filename.lower(): member.file_size for member in members}
        plain = all(member.compress_type == zipfile.ZIP_STORED and not member.flag_bits & 1 for member in members)
        if not plain or len(sizes) != len(members) or sum(sizes.values()) > length:
            raise refused(name, later("a zip file that PyTorch does not write: packed, locked, or larger than it is"))
        folder = members[0].filename.partition("/")[0] if members else ""
        contents = f"{folder}/data.pkl"
        if sizes.get(contents.lower(), MAX_PICKLE + 1) > MAX_PICKLE:
            raise refused(name, later("a zip file without a list of contents, or with one that is too long"))
        if f"{folder}/constants.pkl" in sizes:
            raise refused(name, later("a network compiled to TorchScript (none of its code was run)"))
        _check_directory(stream, length, archive.start_dir, name)
        _, declared = scan(read_pickle(io.BytesIO(archive.read(contents)), name))
        records = {member.filename: member.file_size for member in members}
    for storage in declared.values():
        if records.get(f"{folder}/data/{storage.key}") != storage.bytes:
            raise _hollow(name, storage)


def _check_directory(stream: BinaryIO, length: int, found: int, name: Words) -> None:
    """Python and PyTorch look for a zip file's directory in different ways; here both find the same one."""
    stream.seek(-min(length, END.size + LOCATOR.size + END_64.size), io.SEEK_END)
    tail = stream.read()
    signature, *_, offset, comment = END.unpack_from(tail, len(tail) - END.size)
    whole = signature == b"PK\x05\x06" and comment == 0
    place = len(tail) - END.size - LOCATOR.size
    if place >= END_64.size and tail[place : place + 4] == b"PK\x06\x07":
        _, _, where, _ = LOCATOR.unpack_from(tail, place)
        mark, *_, offset_64 = END_64.unpack_from(tail, place - END_64.size)
        whole &= mark == b"PK\x06\x06" and where == length - END.size - LOCATOR.size - END_64.size
        whole &= offset in (offset_64, 0xFFFFFFFF)
        offset = offset_64
    if not whole or offset != found:
        raise refused(name, later("a zip file that PyTorch does not write: its directory is not at its end"))


def _check_legacy(stream: BinaryIO, length: int, name: Words) -> None:
    """Five pickles (magic number, version, system, contents, keys), then each storage with its size before it."""
    stream.seek(0)
    head = io.BytesIO(stream.read(2 * MAX_PICKLE))
    for _ in range(3):
        scan(read_pickle(head, name))
    _, declared = scan(read_pickle(head, name))
    keys, _ = scan(read_pickle(head, name))
    if not isinstance(keys, list) or sorted(map(str, keys)) != sorted(declared):
        raise refused(name, later("which is damaged"))  # a storage that is not listed would be left as the memory was
    if sum(storage.bytes + 8 for storage in declared.values()) > length - head.tell():
        raise _hollow(name, max(declared.values(), key=lambda storage: storage.bytes))


def _hollow(name: Words, storage: Declared) -> WeightsError:
    return refused(
        name,
        later("which declares {count} bytes for a tensor and does not hold them", count=Text.of(whole, storage.bytes)),
    )
