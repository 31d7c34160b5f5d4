"""What apps and engine servers send each other: arrays and a JSON message in one safetensors body.

Neither side decodes anything that could run code: safetensors holds plain arrays, and a strict schema checks the
message. Both sides are strangers to each other until a body has been checked, and its size is bounded before it is
read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from se_explorer import errors
from se_explorer.errors import ClusterError, SEExplorerError
from se_explorer.language import Words, language, later

__all__ = ["ASK_BYTES", "MEDIA_TYPE", "Ask", "Fault", "Reply", "pack", "unpack"]

ASK_BYTES = 32 * 2**20  # of a request: the seen crop of the largest network, and donors
MEDIA_TYPE = "application/octet-stream"
MESSAGE = "message"  # the array that holds the JSON; no array of ours is called so
TYPES = {"F32": "<f4", "U8": "u1"}

Short = Annotated[str, Field(max_length=200)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Kind = TypeVar("Kind", bound="_Message")


class _Message(BaseModel):
    """It cannot be changed, nothing is converted, and an entry that is not of it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Ask(_Message):
    """A trace that is wanted. Arrays: ``pixels``, uint8 (size, size, 3), the crop that the network sees; and donors'
    gates, float32 (C,), as ``donor/KEY/BLOCK``.

    Attributes:
        network: see ``identity_of``.
        plan: in text form, fitted to the network.
        keep: names of the blocks whose maps are wanted.
        client: whose turn it takes; says nothing of who that is.
        language: in which an error is told.
    """

    format: Literal["se-explorer-ask-1"] = "se-explorer-ask-1"
    network: Sha256
    plan: Annotated[str, Field(max_length=100_000)]
    keep: Annotated[tuple[Short, ...], Field(max_length=200)]
    client: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]
    language: Short


class Reply(_Message):
    """A trace. Arrays: ``logits`` and, of each block, ``BLOCK/squeeze`` and the others of ``BlockArrays``."""

    format: Literal["se-explorer-reply-1"] = "se-explorer-reply-1"
    device: Short
    resumed_from: Short | None


class Fault(_Message):
    """An error of ours, said in the language of who asked."""

    kind: Short
    expected: Annotated[str, Field(max_length=4000)]
    received: Annotated[str, Field(max_length=4000)]
    remedy: Annotated[str, Field(max_length=4000)]

    @classmethod
    def of(cls, error: SEExplorerError, tag: str) -> Fault:
        """An error as it is told in a language."""
        with language(tag):
            said = {name: str(part)[:4000] for name, part in error.parts._asdict().items()}
        return cls(kind=type(error).__name__, **said)

    @property
    def error(self) -> SEExplorerError:
        """The error again; of a kind that is not known here, a ``ClusterError``."""
        kind = getattr(errors, self.kind, None) if self.kind in errors.__all__ else None
        made: type[SEExplorerError] = kind or ClusterError
        return made(self.expected, self.received, self.remedy)


def pack(message: Ask | Reply, arrays: Mapping[str, np.ndarray]) -> bytes:
    """A body of a message and arrays, each uint8 or float32."""
    text = np.frombuffer(message.model_dump_json().encode(), np.uint8)
    return save({MESSAGE: text, **{name: np.ascontiguousarray(each) for name, each in arrays.items()}})


def unpack(body: bytes, kind: type[Kind]) -> tuple[Kind, dict[str, np.ndarray]]:
    """A message and its arrays, which are read-only and of any shape: whoever reads them checks that.

    Raises:
        ClusterError: it is no such message.
    """
    try:
        arrays = {name: _array(entry) for name, entry in deserialize(body)}  # type: ignore[no-untyped-call]
        return kind.model_validate_json(arrays.pop(MESSAGE).tobytes()), arrays
    except (SafetensorError, ValidationError, LookupError, ValueError, TypeError) as error:
        raise _odd(later("a body that is none ({fault})", fault=type(error).__name__)) from error


def _array(entry: Mapping[str, Any]) -> np.ndarray:
    shape, kind, data = list(entry["shape"]), np.dtype(TYPES[entry["dtype"]]), bytes(entry["data"])
    if math.prod(shape) * kind.itemsize != len(data):
        raise ValueError
    found: np.ndarray = np.frombuffer(data, kind).reshape(shape)  # read-only, as bytes are
    return found


def _odd(received: Words) -> ClusterError:
    return ClusterError(
        later("a message between an app and an engine server of this version"),
        received,
        later("Run the same version of SE Explorer on both sides."),
    )
