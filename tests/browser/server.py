"""A real server of our own and the system's Chromium; for the tests and ``make screenshots``."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

__all__ = ["PATIENCE", "ROOT", "chromium", "serving"]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds; a limit against hangs on a busy machine, not a measure of speed


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    for _ in range(PATIENCE * 2):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not come up")


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """The app on a free port, with more in its environment; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "se_explorer", "app", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, found on the path."""
    executable = os.environ.get("SE_EXPLORER_CHROMIUM") or shutil.which("chromium")
    assert executable, "Chromium is needed: apt-get install chromium"
    expect.set_options(timeout=PATIENCE * 1000)  # what is expected may be the end of an analysis
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=flags)
        yield opened
        opened.close()
