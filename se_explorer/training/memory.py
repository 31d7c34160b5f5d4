"""A training that the device has no memory left for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from se_explorer.errors import DeviceError
from se_explorer.language import later

__all__ = ["memory_told"]


@contextmanager
def memory_told(device: torch.device) -> Iterator[None]:
    """Tell a step that found no memory as an error that people see.

    Raises:
        DeviceError: the device, or the machine, had no memory left.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise DeviceError(
            later("memory for a training step"),
            later("none left on {device}", device=str(device)),
            later("Free some, or choose another device, and go on with --resume; the epochs before are saved."),
        ) from error
