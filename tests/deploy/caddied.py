"""Caddy with the committed configuration on the loopback, before two processes of a tiny Streamlit app."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks.server import end, running_server
from tests.deploy.proxied import Proxied, await_port, free_ports

__all__ = ["CADDY", "FILE", "caddied", "caddy_before"]

CADDY = shutil.which("caddy")
FILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
#: What a machine's own Caddy is told beside the site: here other ports, and no talk to certificate authorities.
MAIN = """
{{
	admin off
	skip_install_trust
	http_port {plain}
	https_port {tls}
}}
import {file}
"""


def _trust(root: Path, tls: int) -> ssl.SSLContext:
    """Once Caddy has made its authority, and the site's certificate: it listens before, and refuses the handshake."""
    deadline = time.monotonic() + 60  # a limit against hangs
    while time.monotonic() < deadline:
        with suppress(OSError):  # no authority yet, or ssl.SSLError: no certificate yet
            trust = ssl.create_default_context(cafile=root)
            with socket.create_connection(("localhost", tls), 10) as line:
                trust.wrap_socket(line, server_hostname="localhost").close()
            return trust
        time.sleep(0.05)
    raise AssertionError("Caddy has no certificate")


@contextmanager
def caddy_before(folder: Path, *servers: str) -> Iterator[tuple[str, str, ssl.SSLContext]]:
    """Start Caddy, which makes a certificate of its own for ``localhost``.

    Args:
        servers: what stands behind it, each as HOST:PORT.

    Yields:
        Its address over TLS, that over HTTP, and what knows its certificate.
    """
    assert CADDY is not None
    tls, plain = free_ports(2)
    (folder / "Caddyfile").write_text(MAIN.format(file=FILE, tls=tls, plain=plain), encoding="utf-8")
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    site = {"SE_EXPLORER_PROCESSES": " ".join(servers), "SE_EXPLORER_SITE": "localhost"}
    command = [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "out").open("wb") as out:
        caddy = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **homes, **site}, cwd=folder)
    try:
        await_port(tls, caddy, folder / "out")
        trust = _trust(folder / "caddy" / "pki" / "authorities" / "local" / "root.crt", tls)
        yield f"https://localhost:{tls}", f"http://localhost:{plain}", trust
    finally:
        end(caddy)


@contextmanager
def caddied(folder: Path, script: Path) -> Iterator[Proxied]:
    """Start two processes of an app, and Caddy before them."""
    with ExitStack() as running:
        one, other = (running.enter_context(running_server(script)) for _turn in range(2))
        behind = (server.address.removeprefix("http://") for server in (one, other))
        address, plain, trust = running.enter_context(caddy_before(folder, *behind))
        yield Proxied(address, plain, (one, other), folder, trust)
