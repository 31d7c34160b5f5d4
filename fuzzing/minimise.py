"""The shortest part of a case that still shows the same fault, by leaving pieces out (Zeller's ddmin, simplified)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fuzzing.property import Finding, check
from fuzzing.targets import TARGETS

__all__ = ["kind_of", "minimised"]

PATIENCE_SECONDS = 30.0


def kind_of(name: str, data: bytes, folder: Path) -> str | None:
    """The kind of fault that a case shows in this process; None where the property holds."""
    try:
        check(TARGETS[name].reader(folder), data)
    except Finding as finding:
        return finding.kind
    return None


def ended_by(name: str, data: bytes, folder: Path) -> str | None:
    """The same in a process of its own, for what ends a process or never comes back."""
    case = folder / "minimise"
    case.write_bytes(data)
    command = [sys.executable, "-m", "fuzzing", name, "--try", str(case)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "hang"
    return str(done.returncode) if done.returncode < 0 else None


def minimised(data: bytes, shows: Callable[[bytes], bool]) -> bytes:
    """Leave out ever smaller pieces while ``shows`` stays true."""
    size = max(1, len(data) // 2)
    while True:
        place, shorter = 0, False
        while place < len(data):
            less = data[:place] + data[place + size :]
            if less != data and shows(less):
                data, shorter = less, True
            else:
                place += size
        if size == 1 and not shorter:
            return data
        size = max(1, size // 2)
