"""From the start of a process to its first result, beside a process that only imports what is not ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.effort import Effort
from benchmarks.results import Findings, start
from benchmarks.server import running_app
from benchmarks.session import Session
from benchmarks.timing import interleave

__all__ = ["measure_start"]

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "assets" / "samples" / "golf-ball.jpg"
COMMAND, APP = "se_explorer trace", "the app: server and first page"
LIBRARIES = "import torch, torchvision, timm"


def _child(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    return run


def _first_page() -> None:
    with running_app() as address, Session(address) as session:
        shown = session.run()
        if shown.exceptions or shown.alerts:
            raise RuntimeError(f"the first page shows {shown.exceptions or shown.alerts}")


def measure_start(effort: Effort, device: str | None) -> Findings:
    """The command line's first trace, and the app's first page, each process fresh; stopping it is within the time."""
    chosen = ["--device", device] if device else []
    rivals = {
        COMMAND: _child("-m", "se_explorer", "trace", str(PICTURE), "--json", *chosen),
        LIBRARIES: _child("-c", LIBRARIES),
        APP: _first_page,
    }
    seconds = interleave(rivals, effort.starts, effort.start_warm_ups)
    return Findings(start=(start(seconds, COMMAND, LIBRARIES), start(seconds, APP, LIBRARIES)))
