"""Files taken apart and put together again with right lengths and check sums."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["PNG", "SAFETENSORS", "ZIP", "Form"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Form:
    """A way of taking apart; ``split`` gives no parts where a file is of another form."""

    split: Callable[[bytes], list[bytes]]
    join: Callable[[list[bytes]], bytes]


def _png_parts(data: bytes) -> list[bytes]:
    """Name and content of each chunk."""
    parts, place = [], len(SIGNATURE)
    while data.startswith(SIGNATURE) and place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        parts.append(data[place + 4 : place + 8 + length])
        place += 12 + length
    return parts


def _png(parts: list[bytes]) -> bytes:
    chunks = (struct.pack(">I", max(len(p) - 4, 0)) + p + struct.pack(">I", zlib.crc32(p)) for p in parts)
    return SIGNATURE + b"".join(chunks)


def _zip_parts(data: bytes) -> list[bytes]:
    """Each record: the length of its name, the name, the content."""
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        return [struct.pack("<H", len(n.encode())) + n.encode() + archive.read(n) for n in names]


def _zip(parts: list[bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts:
            length = int.from_bytes(part[:2], "little")
            record = zipfile.ZipInfo(part[2 : 2 + length].decode("latin-1").replace("\0", "") or "x")
            archive.filelist = [other for other in archive.filelist if other.filename != record.filename]
            archive.NameToInfo.pop(record.filename, None)
            archive.writestr(record, part[2 + length :])
    return stream.getvalue()


def _safetensors_parts(data: bytes) -> list[bytes]:
    """The list of contents, each text of its metadata, and the values."""
    length = int.from_bytes(data[:8], "little")
    if data[8:9] != b"{" or length > len(data):
        return []
    header = json.loads(data[8 : 8 + length])
    texts = header.pop("__metadata__", {})
    return [
        json.dumps(header).encode(),
        *(f"{key}\0{text}".encode() for key, text in texts.items()),
        data[8 + length :],
    ]


def _safetensors(parts: list[bytes]) -> bytes:
    header, *texts, values = parts
    if texts and header[:1] == b"{":
        pairs = (text.decode("utf-8", "surrogateescape").partition("\0")[::2] for text in texts)
        comma = b", " if len(header) > 2 else b""
        header = b'{"__metadata__": ' + json.dumps(dict(pairs)).encode() + comma + header[1:]
    return struct.pack("<Q", len(header)) + header + values


PNG = Form(_png_parts, _png)
ZIP = Form(_zip_parts, _zip)
SAFETENSORS = Form(_safetensors_parts, _safetensors)
