"""A tiny app behind a reverse proxy, and what a visitor does there."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import time
import urllib.parse
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.deploy.proxied import Proxied

__all__ = ["COOKIE", "asked", "process_of", "stands_in", "strangers_homes", "tiny_app"]

APP = 'import os\nimport streamlit as st\n\nst.markdown(f"process {os.getpid()}")\n'
COOKIE = "se_explorer_process"
CONFIG = Path(__file__).resolve().parents[2] / "deploy" / ".streamlit" / "config.toml"


def tiny_app(folder: Path) -> Path:
    """The script of an app that tells its process, under the public server's configuration."""
    (folder / "tiny.py").write_text(APP, encoding="utf-8")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_bytes(CONFIG.read_bytes())
    return folder / "tiny.py"


def asked(
    front: Proxied, path: str, cookie: str = "", method: str = "GET", body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage]:
    place = urllib.parse.urlsplit(front.address)
    connection = http.client.HTTPSConnection(place.netloc, timeout=60, context=front.trust)
    try:
        connection.request(method, path, body, {"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def process_of(front: Proxied, cookie: str) -> int:
    """The number of the process that a session with this cookie lives in, as its page says."""
    return asyncio.run(_process_of(front, cookie))


async def _process_of(front: Proxied, cookie: str) -> int:
    """In one thread: of the handshakes that two threads made over TLS on one line, one in a hundred got no answer."""
    address = front.address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        address,
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(front.address),
        additional_headers={"Cookie": cookie},
        ssl=front.trust,
        proxy=None,
    ) as socket:
        message = BackMsg()
        message.rerun_script.query_string = ""
        await socket.send(message.SerializeToString())
        while True:
            payload = await asyncio.wait_for(socket.recv(), 60)
            assert isinstance(payload, bytes)
            found = re.search(rb"process (\d+)", payload)
            if found:
                return int(found[1])
            assert ForwardMsg.FromString(payload).WhichOneof("type") != "script_finished"


def strangers_homes(front: Proxied, cookie_of: Callable[[], str]) -> dict[str, set[int]]:
    """For each cookie that twenty strangers are given, the processes in which who has it lives."""
    homes: dict[str, set[int]] = {}
    for _turn in range(20):
        cookie = cookie_of()
        homes.setdefault(cookie, set()).add(process_of(front, cookie))
    return homes


def stands_in(front: Proxied, cookies: Mapping[int, str]) -> bool:
    """End one of two processes, given with their cookies; whether the other serves who has the first one's cookie."""
    gone, left = sorted(cookies)
    os.kill(gone, signal.SIGTERM)
    deadline = time.monotonic() + 120  # a limit against hangs
    while time.monotonic() < deadline:
        with suppress(ConnectionClosed, InvalidStatus, TimeoutError):  # of the process that is just going
            if asked(front, "/_stcore/health", cookies[gone])[0] == 200 and process_of(front, cookies[gone]) == left:
                return True
        time.sleep(0.1)
    return False
