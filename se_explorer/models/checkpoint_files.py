"""A file of weights, from a path or from memory, as what it holds: tensors by name, perhaps in wrappers.

What a file is, is told by its first bytes and not by its name. Nothing in it is run, and its sizes are checked before
memory is set aside for it.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from safetensors import SafetensorError
from safetensors.torch import load, load_file

from se_explorer.errors import WeightsError
from se_explorer.files import system_says
from se_explorer.language import Text, Words, decimal, later
from se_explorer.limits import limits
from se_explorer.models.refusal import refused, shown_name
from se_explorer.models.torch_files import LEGACY_START, ZIP_START, load_torch_file

__all__ = ["MAX_FILE", "CheckpointData", "name_of", "origin_of", "read_checkpoint"]

#: A file's path, or its bytes.
CheckpointData = Path | str | bytes

MAX_FILE = 4 * 2**30
MAX_HEADER = 16 * 2**20
DIGITS = 12
# What a damaged file makes the readers raise, as damaging many files at random has shown.
FAULTS = (
    SafetensorError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)


def name_of(data: CheckpointData, name: str = "") -> Words:
    """The name to show for a file: ``name``, or the path's last part."""
    return shown_name(name or ("" if isinstance(data, bytes) else Path(data).name))


def origin_of(data: CheckpointData) -> str:
    """Where weights come from, for ``Network.weights``: the path, or "file:" and the start of the bytes' SHA-256."""
    return f"file:{hashlib.sha256(data).hexdigest()[:DIGITS]}" if isinstance(data, bytes) else str(data)


def read_checkpoint(data: CheckpointData, name: str = "") -> Any:
    """What a file holds; its tensors are on the CPU.

    Args:
        data: a path, or the file's bytes.
        name: the file's name, for messages; a path has its own.

    Raises:
        WeightsError: it cannot be read, or is no safetensors file and no PyTorch file of plain tensors.
    """
    shown = name_of(data, name)
    if isinstance(data, bytes):
        _check_allowed(data, shown)
    try:
        with _opened(data, shown) as stream:
            return _read(data, stream, shown)
    except OSError as error:
        raise WeightsError(
            later("a file of weights"),
            later("{path}: {fault}", path=shown, fault=system_says(error)),
            later("Check the path."),
        ) from error
    except FAULTS as error:
        # Torch's own message advises to load the file with its code; that advice is not passed on.
        raise refused(shown, later("which is damaged, something else, or holds code (none was run)")) from error


def _check_allowed(data: bytes, name: Words) -> None:
    """Refuse what people may not send here; files of the machine itself, by their path, are its owner's.

    Raises:
        WeightsError: no checkpoint may be sent, or safetensors alone.
    """
    allowed = limits().checkpoints
    if allowed == "off":
        raise WeightsError(
            later("a server that takes checkpoints"),
            later("one that is open to everybody and takes none"),
            later("Run SE Explorer on a machine of your own to open your own network."),
        )
    if allowed == "safetensors" and data[8:9] != b"{":
        raise WeightsError(
            later("a safetensors file, the only kind that this server takes"),
            later("{name}, another kind of file", name=name),
            later("Save the weights with safetensors.torch.save_file and send that."),
        )


def _opened(data: CheckpointData, name: Words) -> AbstractContextManager[BinaryIO]:
    if isinstance(data, bytes):
        return io.BytesIO(data)
    path = Path(data)
    if path.exists() and not path.is_file():  # a folder, or a pipe that never ends
        raise WeightsError(
            later("a file of weights"), later("{name}, which is no file", name=name), later("Check the path.")
        )
    return path.open("rb")


def _read(data: CheckpointData, stream: BinaryIO, name: Words) -> Any:
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if length > MAX_FILE:
        size = Text.of(decimal, length / 2**30, 1)
        raise refused(name, later("which is {size} GiB long, over {limit} GiB", size=size, limit=MAX_FILE >> 30))
    if not length:
        raise refused(name, later("which is empty"), later("Save it, or send it, again."))
    start = stream.read(len(LEGACY_START))
    stream.seek(0)
    if start.startswith(ZIP_START) or start == LEGACY_START:
        return load_torch_file(stream, length, name)
    if start[8:9] != b"{":
        raise refused(name, later("which is something else"))
    if int.from_bytes(start[:8], "little") > min(MAX_HEADER, length - 8):
        raise refused(name, later("whose list of contents is longer than it can be"))
    return load(data) if isinstance(data, bytes) else load_file(data)
