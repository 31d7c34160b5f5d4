"""nginx with the committed configuration on the loopback, before two processes of a tiny Streamlit app."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import Server, end, running_server

__all__ = ["NGINX", "Proxied", "await_port", "free_ports", "proxied"]

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
CONF = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "se-explorer.conf"
HOST = "se.example.org"
MAIN = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include /etc/nginx/mime.types;
    include {folder}/se-explorer.conf;
}}
"""


@dataclass(frozen=True)
class Proxied:
    """Attributes:
    address: over TLS.
    plain: over HTTP.
    servers: what stands behind nginx.
    folder: with nginx's logs, ``access.log`` and ``error.log``, and its temporary files.
    trust: knows the certificate.
    """

    address: str
    plain: str
    servers: tuple[Server, Server]
    folder: Path
    trust: ssl.SSLContext


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _turn in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _certificate(folder: Path) -> ssl.SSLContext:
    names = f"/CN={HOST}", f"subjectAltName=DNS:{HOST},DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", names[0]]
    command += ["-addext", names[1], "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return ssl.create_default_context(cafile=folder / "fullchain.pem")


def _configured(folder: Path, servers: tuple[Server, Server], tls: int, plain: int) -> None:
    """The committed file, with other ports, certificate and place of the log; and that nothing else was changed."""
    text = CONF.read_text(encoding="utf-8")
    first, second = (server.address.rpartition(":")[2] for server in servers)
    changes = {
        "127.0.0.1:8501": f"127.0.0.1:{first}",
        "127.0.0.1:8502": f"127.0.0.1:{second}",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        f"/etc/ssl/{HOST}/": f"{folder}/",
        "/var/log/nginx/se-explorer.log": f"{folder}/access.log",
    }
    for found, put in changes.items():
        assert found in text, found
        text = text.replace(found, put)
    assert len(re.findall("8501|8502", text)) == 0
    (folder / "se-explorer.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")


def await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the proxy listens."""
    deadline = time.monotonic() + 60  # a limit against hangs
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text("utf-8", "replace")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the proxy does not listen")


@contextmanager
def proxied(folder: Path, script: Path, environment: dict[str, str] | None = None) -> Iterator[Proxied]:
    """Start all three.

    Args:
        script: of the app that both processes serve.
    """
    assert NGINX is not None
    trust = _certificate(folder)
    with ExitStack() as running:
        servers = tuple(running.enter_context(running_server(script, environment)) for _turn in range(2))
        tls, plain = free_ports(2)
        _configured(folder, (servers[0], servers[1]), tls, plain)
        command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        with (folder / "out").open("wb") as out:
            nginx = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ})
        try:
            await_port(tls, nginx, folder / "out")
            addresses = f"https://localhost:{tls}", f"http://localhost:{plain}"
            yield Proxied(*addresses, (servers[0], servers[1]), folder, trust)
        finally:
            end(nginx)
