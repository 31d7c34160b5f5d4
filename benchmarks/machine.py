"""The machine that the figures were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.timing import matmul_speed

__all__ = ["Machine", "this_machine"]


@dataclass(frozen=True)
class Machine:
    """Attributes:
    cpu: its name.
    cores: that this process may use.
    device: where the networks ran; for CUDA with the card's name.
    torch: version.
    threads: that torch computes with.
    gmacs: 1e9 multiply-adds a second in a float32 matrix product on the device.
    load: processes that wanted to run in the minute before, on average; much above 0, the figures are of a busy
        machine. None where the system does not say.
    """

    cpu: str
    cores: int
    device: str
    torch: str
    threads: int
    gmacs: float
    load: float | None


def _cpu() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def this_machine(device: torch.device) -> Machine:
    """Measured now."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    name = f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)
    return Machine(_cpu(), cores, name, torch.__version__, torch.get_num_threads(), matmul_speed(device), load)
