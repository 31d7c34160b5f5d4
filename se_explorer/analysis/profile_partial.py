"""A profile that is not finished, in a file beside the one that it becomes, so that a kill costs a minute of work."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file as save_arrays

from se_explorer.analysis.profile_header import PreprocessingRecord, Unreadable
from se_explorer.analysis.profile_tally import Tally, TallyShape
from se_explorer.engine import Engine
from se_explorer.errors import ProfileError
from se_explorer.files import unreadable, write_whole
from se_explorer.images import PictureSet
from se_explorer.language import Words, later

__all__ = ["Binding", "Partial", "listing_digest", "partial_path"]

KEY = "partial"
SAVE_SECONDS = 30.0
SAVE_SHARE = 0.02  # of the time that may go into saving


class Binding(BaseModel):
    """What a partial profile must have been made from to be gone on with: any other would give other numbers.

    Attributes:
        network: SHA-256 of the network's parameters and buffers.
        data: see ``_content_digest``.
        shape: of the tally, as JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    format: str = "se-explorer-partial-2"
    model: str
    network: str
    preprocessing: PreprocessingRecord
    data: str
    device: str
    batch: int
    shape: str

    @classmethod
    def of(cls, engine: Engine, data: PictureSet, batch: int, shape: TallyShape, device: str = "") -> Binding:
        """For a profile that is to be made on the engine's device, or on another."""
        return cls(
            model=engine.network.id,
            network=_network_digest(engine),
            preprocessing=PreprocessingRecord.of(engine.network.preprocessing),
            data=_content_digest(data),
            device=device or str(engine.device),
            batch=batch,
            shape=json.dumps(asdict(shape)),
        )

    def differs_in(self, other: Binding) -> Words | None:
        """The first thing in which another is not the same."""
        for name in type(self).model_fields:
            if getattr(self, name) != getattr(other, name):
                return _parts()[name]
        return None


def _parts() -> dict[str, Words]:
    """What a profile was made from, by the names of ``Binding``'s fields."""
    return {
        "format": later("version of this program"),
        "model": later("network"),
        "network": later("set of weights"),
        "preprocessing": later("preparation of pictures"),
        "data": later("list of pictures"),
        "device": later("device"),
        "batch": later("number of pictures that run together"),
        "shape": later("size of the sample"),
    }


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    binding: Binding
    position: Annotated[int, Field(ge=0)]
    unreadable: tuple[Unreadable, ...]


def _network_digest(engine: Engine) -> str:
    digest = hashlib.sha256()
    for name, value in engine.network.module.state_dict().items():
        digest.update(f"{name} {value.dtype} {tuple(value.shape)};".encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def listing_digest(data: PictureSet) -> str:
    """SHA-256 of what is listed: the names of all pictures with their classes, in order. The same on every machine."""
    digest = hashlib.sha256(json.dumps(list(data.classes)).encode())
    for name, target in zip(data.names, data.targets, strict=True):
        digest.update(f"{target} {name}\n".encode())
    return digest.hexdigest()


def _content_digest(data: PictureSet) -> str:
    """Of the pictures themselves, without reading files: two editions of a data set have the same names.

    Files tell their size and when they were written; what lies in memory, its pixels.
    """
    digest = hashlib.sha256(listing_digest(data).encode())
    for path in getattr(data, "paths", ()):
        try:
            found = path.stat()
        except OSError:  # it is told as unreadable when its turn comes
            continue
        digest.update(f"{path.name} {found.st_size} {found.st_mtime_ns};".encode())
    pixels = getattr(data, "pixels", None)
    if pixels is not None:
        digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


def partial_path(out: Path) -> Path:
    """Where the profile that becomes ``out`` lies while it is being made."""
    return out.with_name(f"{out.name}.part")


class Partial:
    """The file of one profile in the making.

    Args:
        path: of the file.
        binding: of this profile.
        seconds: between two savings, at least; more where saving itself takes long. 0 saves after every batch.
    """

    def __init__(self, path: Path, binding: Binding, seconds: float = SAVE_SECONDS) -> None:
        self.path, self._binding, self._seconds = path, binding, seconds
        self._due = time.monotonic() + seconds

    def take_up(self, shape: TallyShape) -> tuple[Tally, Words | None]:
        """The tally that the file holds, or a new one; and, if there is a file and it is of no use, why, in words."""
        if not self.path.exists():
            return Tally(shape), None
        tally = Tally(shape)
        try:
            with safe_open(self.path, "numpy") as file:
                header = _Header.model_validate_json((file.metadata() or {})[KEY])
                odd = self._binding.differs_in(header.binding)
                if odd:
                    return tally, later("{path} was made with another {part}", path=self.path, part=odd)
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            tally.restore(arrays, header.position, header.unreadable)
        except (OSError, SafetensorError, ValidationError, LookupError, ValueError) as error:
            kind = type(error).__name__
            return Tally(shape), later("{path} is damaged or foreign ({kind})", path=self.path, kind=kind)
        return tally, None

    def save(self, tally: Tally) -> None:
        """Write the tally as it is, whole or not at all.

        Raises:
            ProfileError: it cannot be written.
        """
        started = time.monotonic()
        header = _Header(binding=self._binding, position=tally.position, unreadable=tuple(tally.unreadable))
        metadata = {KEY: header.model_dump_json()}
        try:
            arrays = {name: np.ascontiguousarray(values) for name, values in tally.state().items()}
            write_whole(self.path, lambda part: save_arrays(arrays, part, metadata=metadata))
        except (OSError, SafetensorError) as error:  # the library tells a full disk as an error of its own
            received = unreadable(self.path, error)
            raise ProfileError(
                later("a place to keep an unfinished profile"), received, later("Give another with --out.")
            ) from error
        taken = time.monotonic() - started
        self._due = time.monotonic() + (max(self._seconds, taken / SAVE_SHARE) if self._seconds else 0)

    def save_if_due(self, tally: Tally) -> None:
        """``save`` if it is time."""
        if time.monotonic() >= self._due:
            self.save(tally)

    def remove(self) -> None:
        """The profile is finished."""
        self.path.unlink(missing_ok=True)
