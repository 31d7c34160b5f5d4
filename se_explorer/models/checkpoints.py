"""Weights from a file into a network: whole or not at all, and without running any code from the file."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from se_explorer.errors import WeightsError

__all__ = ["load_weights"]

SHOWN = 5
# What a damaged file makes torch's reader raise, as damaging many files at random has shown.
FAULTS = (
    SafetensorError,
    pickle.UnpicklingError,
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


def _read(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)  # refuses anything that would run code
    except OSError as error:
        raise WeightsError("a file of weights", f"{path}: {error.strerror or error}", "Check the path.") from error
    except FAULTS as error:
        # Torch's own message advises to load the file with its code; that advice is not passed on.
        raise WeightsError(
            "a safetensors file, or a PyTorch file of tensors alone",
            f"{path}, which is damaged, something else, or holds code (none was run)",
            "Save the state_dict again.",
        ) from error
    if not isinstance(state, dict) or not all(isinstance(name, str) and _is_plain(state[name]) for name in state):
        raise WeightsError(
            "a state_dict: tensors by name", f"{path}, which holds something else", "Save the state_dict."
        )
    return state


def _is_plain(value: object) -> bool:
    """A dense tensor of real numbers that holds values."""
    return (
        isinstance(value, Tensor)
        and value.layout == torch.strided
        and value.device.type == "cpu"
        and not value.is_complex()
        and not value.is_quantized
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _faults(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    missing = [name for name in wanted if name not in given]
    unknown = [name for name in given if name not in wanted]
    shapes = [
        f"{name} {tuple(given[name].shape)} instead of {tuple(wanted[name].shape)}"
        for name in wanted
        if name in given and given[name].shape != wanted[name].shape
    ]
    parts = [("missing: ", missing), ("unknown: ", unknown), ("other shapes: ", shapes)]
    return "; ".join(title + _listed(names) for title, names in parts if names)


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a state_dict file into a network.

    Raises:
        WeightsError: the file cannot be read, or a name or a shape does not fit; the network is then unchanged.
    """
    state = _read(path)
    faults = _faults(network.state_dict(), state)
    if faults:
        raise WeightsError("weights that fit the network", f"{path.name}: {faults}", "Name the network they belong to.")
    network.load_state_dict(
        {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
    )
