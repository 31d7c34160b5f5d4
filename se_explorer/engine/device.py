"""Choose where to compute: CUDA, then MPS, then the CPU, or what ``SE_EXPLORER_DEVICE`` says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from se_explorer.errors import DeviceError
from se_explorer.language import later

__all__ = ["DEVICE_VARIABLE", "choose_device", "memory_told"]

DEVICE_VARIABLE = "SE_EXPLORER_DEVICE"
CPU_FULL = "can't allocate memory"


def _is_there(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    if device.type == "mps":
        return torch.backends.mps.is_available()
    return device.type == "cpu"


def choose_device(name: str | None = None) -> torch.device:
    """The device to use.

    Args:
        name: such as "cpu", "cuda", "cuda:1", "mps"; None asks the environment, then takes the best there is.

    Raises:
        DeviceError: the device that was asked for is unknown or not there.
    """
    asked = name or os.environ.get(DEVICE_VARIABLE, "").strip()
    if not asked:
        best = ("cuda", "mps", "cpu")
        return next(torch.device(kind) for kind in best if _is_there(torch.device(kind)))
    try:
        device = torch.device(asked)
    except RuntimeError:
        device = None
    if device is None or not _is_there(device):
        raise DeviceError(
            later("a device of this machine (cuda, mps or cpu)"),
            repr(asked),
            later("Unset {variable} or name another.", variable=DEVICE_VARIABLE),
        )
    return device


@contextmanager
def memory_told() -> Iterator[None]:
    """Tell a run for which there was no memory as an error that people see; what others run is not touched by it.

    Raises:
        DeviceError: the device, or the machine, had no memory left for what was asked.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch's own for a GPU is a RuntimeError, and for the CPU a plain one
        if not isinstance(error, (MemoryError, torch.OutOfMemoryError)) and CPU_FULL not in str(error):
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()  # what the failed run had set aside would be missing to the next one
        raise DeviceError(
            later("memory for this run"),
            later("none left on the device"),
            later("Try again in a moment, look at fewer maps, or choose a smaller network."),
        ) from error
