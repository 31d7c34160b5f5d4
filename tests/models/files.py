"""Files of weights to test with, whole and forged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import torch
from safetensors.torch import save

__all__ = ["forged", "inflated", "legacy", "safetensors", "zipped"]


def zipped(content: Any) -> bytes:
    """As ``torch.save`` writes it today."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def legacy(content: Any) -> bytes:
    """As ``torch.save`` wrote it before version 1.6."""
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=False)
    return stream.getvalue()


def safetensors(state: dict[str, torch.Tensor]) -> bytes:
    """As the safetensors library writes it."""
    return save({name: value.contiguous() for name, value in state.items()})


def forged(
    data: bytes,
    change: Callable[[str, bytes], bytes] = lambda name, record: record,
    compression: int = zipfile.ZIP_STORED,
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A zip file of PyTorch's with its records changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", compression) as target:
        for member in source.infolist():
            target.writestr(member.filename, change(member.filename, source.read(member)))
        for name, record in (more or {}).items():
            target.writestr(name, record)
    return stream.getvalue()


def inflated(pickled: bytes, before: int, after: int) -> bytes:
    """A pickle that says ``after`` wherever it said ``before``, a number below 256."""
    length = after.bit_length() // 8 + 1
    return pickled.replace(b"K" + bytes([before]), b"\x8a" + bytes([length]) + after.to_bytes(length, "little"))
