"""A running server of the app, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["APP", "Server", "end", "running_app", "running_server"]

APP = Path(__file__).resolve().parents[1] / "streamlit_app.py"
PATIENCE = 240.0  # seconds; a limit against hangs, not a measure
POLL = 0.02


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await_health(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers.

    Raises:
        RuntimeError: it stopped, or does not answer; with the end of what it wrote.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(POLL)
    raise RuntimeError(f"the server did not come up: {log.read_text(errors='replace')[-2000:]}")


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        address: such as ``http://127.0.0.1:8501``.
        process: its number.
        log: what it writes; gone when it has been stopped.
    """

    address: str
    process: int
    log: Path


def end(process: subprocess.Popen[bytes]) -> None:
    """Whether it is ready for that or not."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running_app(script: Path = APP, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """``running_server``, its address alone."""
    with running_server(script, environment) as server:
        yield server.address


@contextmanager
def running_server(script: Path = APP, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server; it is stopped at the end.

    Args:
        script: of the app; the server works in its folder, whose ``.streamlit`` holds.
        environment: variables besides those of this process.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                command, cwd=script.parent, stdout=out, stderr=out, env={**os.environ, **(environment or {})}
            )
        try:
            address = f"http://127.0.0.1:{port}"
            _await_health(address, server, log)
            yield Server(address, server.pid, log)
        finally:
            end(server)
