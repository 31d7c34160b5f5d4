"""The file of a profile: arrays and a header in its metadata, and what is checked before either is believed."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save_file as save_arrays

from se_explorer.analysis.profile_header import QUANTILES, ProfileHeader
from se_explorer.analysis.validation import fault_of, first_fault
from se_explorer.errors import ProfileError
from se_explorer.files import system_says, unreadable, write_whole
from se_explorer.language import Text, Words, decimal, later

__all__ = ["EXTREMES", "MAX_PROFILE_BYTES", "expected_shapes", "read_profile_file", "write_profile_file"]

#: Pictures that a profile names at each end of each gate, at most.
EXTREMES = 8
MAX_PROFILE_BYTES = 2**30
#: Names of half a million pictures, as many as the largest networks' extremes can name, are 17 MB.
MAX_HEADER = 32 * 2**20
KEY = "profile"
HALVES = (".quantiles", ".class_quantiles", ".highest.values", ".lowest.values")
#: Of a float16.
LARGEST_HALF = 65504.0
REMEDY = later("Make it anew with: python -m se_explorer profile")


def expected_shapes(header: ProfileHeader) -> dict[str, tuple[int, ...]]:
    """The shapes of all arrays of a profile, by name."""
    classes, ranks = len(header.classes), min(EXTREMES, header.count)
    shapes: dict[str, tuple[int, ...]] = {"picture_classes": (len(header.pictures),)}
    for block in header.blocks:
        name, channels = block.name, block.channels
        for part in ("squeeze", "gates"):
            shapes |= {f"{name}.{part}.{spread}": (channels,) for spread in ("mean", "deviation")}
            shapes |= {f"{name}.{part}.class_{spread}": (classes, channels) for spread in ("mean", "deviation")}
            shapes[f"{name}.{part}.quantiles"] = (len(QUANTILES), channels)
            shapes[f"{name}.{part}.class_quantiles"] = (classes, len(QUANTILES), channels)
        for part in ("highest", "lowest"):
            shapes |= {f"{name}.{part}.{field}": (ranks, channels) for field in ("pictures", "values")}
        shapes |= {f"{name}.{figure}": (channels,) for figure in ("information", "chance")}
    return shapes


def _is_index(name: str) -> bool:
    return name == "picture_classes" or name.endswith(".pictures")


def _halved(name: str, values: np.ndarray) -> np.ndarray:
    """In float16 where the name says so and no value is too large for it."""
    if not name.endswith(HALVES) or np.abs(values).max(initial=0) > LARGEST_HALF:
        return values
    return values.astype(np.float16)


def write_profile_file(
    header: ProfileHeader, arrays: Mapping[str, np.ndarray], path: Path, *, compact: bool = False
) -> None:
    """Write header and arrays in one step.

    Raises:
        ProfileError: it cannot be written.
    """
    stored = {name: np.ascontiguousarray(_halved(name, v) if compact else v) for name, v in arrays.items()}
    try:
        write_whole(path, lambda part: save_arrays(stored, part, metadata={KEY: header.model_dump_json()}))
    except (OSError, SafetensorError) as error:  # the library tells a full disk as an error of its own
        raise ProfileError(
            later("a place to write the profile to"),
            unreadable(path, error),
            later("Give another with --out."),
        ) from error


def read_profile_file(source: Path | bytes) -> tuple[ProfileHeader, dict[str, np.ndarray]]:
    """Read and check; see ``load_profile``. Arrays are read-only, float32 and int32."""
    named = later("the file that was sent") if isinstance(source, bytes) else str(source)
    data = _bytes_of(source, named)

    def refuse(fault: Words) -> ProfileError:
        received = later("{where}: {fault}", where=named, fault=fault)
        return ProfileError(later("a profile, a safetensors file"), received, REMEDY)

    try:
        header = ProfileHeader.model_validate_json(_metadata(data)[KEY])
        arrays = load_arrays(data)
    except (ValidationError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise refuse(_short(error)) from error
    except (SafetensorError, MemoryError, RecursionError) as error:
        raise refuse(_short(error)) from error
    checked = _checked(header, arrays, refuse)
    for values in checked.values():
        values.setflags(write=False)
    return header, checked


def _bytes_of(source: Path | bytes, named: Words) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > MAX_PROFILE_BYTES:
            received = later("{file}, of {size} MiB", file=named, size=Text.of(decimal, size / 2**20, 0))
            raise ProfileError(later("a profile of at most {size} MiB", size=MAX_PROFILE_BYTES >> 20), received, REMEDY)
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise ProfileError(
            later("a profile that can be read"),
            later("{where}: {fault}", where=named, fault=system_says(error)),
            later("Check the path."),
        ) from error


def _metadata(data: bytes) -> Mapping[str, str]:
    (length,) = struct.unpack("<Q", data[:8])
    if 8 + length > len(data):
        raise ValueError(later("it is cut off"))
    if length > MAX_HEADER:  # as objects of Python it takes some thirty times its length
        raise ValueError(later("its list of contents is over {limit} MiB long", limit=MAX_HEADER >> 20))
    found: Mapping[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return found


def _short(error: BaseException) -> Words:
    if isinstance(error, KeyError):
        return later("it has no header of a profile")
    if isinstance(error, ValidationError):
        return first_fault(error, later("its header"))
    return fault_of(error)


def _checked(
    header: ProfileHeader, arrays: Mapping[str, np.ndarray], refuse: Callable[[Words], ProfileError]
) -> dict[str, np.ndarray]:
    shapes = expected_shapes(header)
    if set(shapes) != set(arrays):
        odd = sorted(set(shapes) ^ set(arrays))[0]
        missing = later("{name} is missing", name=odd)
        raise refuse(missing if odd in shapes else later("{name} is not of a profile", name=odd))
    found = {}
    for name, shape in shapes.items():
        values = arrays[name]
        if values.shape != shape:
            both = {"shape": values.shape, "wanted": shape}
            raise refuse(later("{name} has the shape {shape} instead of {wanted}", name=name, **both))
        if values.dtype not in ((np.int32,) if _is_index(name) else (np.float16, np.float32)):
            raise refuse(later("{name} is of {kind}", name=name, kind=values.dtype))
        if not np.isfinite(values).all():
            raise refuse(later("{name} has values that are not finite", name=name))
        fault = _fault(name, values, len(header.pictures), len(header.classes))
        if fault:
            raise refuse(fault)
        found[name] = values if _is_index(name) else values.astype(np.float32)
    return found


def _fault(name: str, values: np.ndarray, pictures: int, classes: int) -> Text | None:
    """What an array of the right form says that cannot be."""
    if _is_index(name):
        above = classes if name == "picture_classes" else pictures
        inside = not values.size or 0 <= values.min() <= values.max() < above
        return None if inside else later("{name} points at what is not there", name=name)
    if name.endswith("deviation") and values.min() < 0:
        return later("{name} has deviations below 0", name=name)
    if name.endswith("quantiles") and (np.diff(values, axis=-2) < 0).any():
        return later("{name} has quantiles that fall", name=name)
    return None
