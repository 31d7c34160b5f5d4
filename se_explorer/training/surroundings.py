"""Where a training ran: software, machine, device and the commit of the code."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
from pathlib import Path

import numpy
import torch
import torchvision

from se_explorer.engine.device import choose_device
from se_explorer.training.record import Machine, Software

__all__ = ["bfloat16_is_fast", "code_commit", "commit_at_start", "device_name", "job_device", "machine", "software"]

ROOT = Path(__file__).resolve().parents[2]


def software() -> Software:
    """Versions of what decides a training's numbers."""
    return Software(
        python=platform.python_version(),
        torch=torch.__version__,
        torchvision=torchvision.__version__,
        numpy=numpy.__version__,
        threads=torch.get_num_threads(),
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def machine() -> Machine:
    """The processor's name and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Machine(processor=_processor()[:200], cores=cores or 1)


def bfloat16_is_fast(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 itself; without AVX-512 BF16 or AMX a CPU emulates it, 6 to 8 times slower
    than float32 (measured on an EPYC of the third generation)."""
    if device.type != "cpu":
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # no Linux: what the processor can do is not known, and nobody is warned
        return True
    return "avx512_bf16" in flags or "amx_bf16" in flags or "bf16" in flags.partition("Features")[2]


def job_device() -> str:
    """What the app trains on: the loop adds up in float64, which Apple's GPUs do not have."""
    device = choose_device()
    return "cpu" if device.type == "mps" else str(device)


def device_name(device: torch.device) -> str:
    """ "cpu", or a GPU with its name."""
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)


@functools.cache
def commit_at_start() -> str:
    """The commit that this process began with, of all that was imported: others may be made while it trains."""
    return code_commit()


def code_commit() -> str:
    """The commit of the code, "-dirty" where tracked files have been changed since, or "unknown"."""

    def git(*command: str) -> str:
        told = subprocess.run(
            ["git", "-C", str(ROOT), *command], capture_output=True, text=True, timeout=30, check=True
        )
        return told.stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
