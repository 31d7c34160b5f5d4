"""A small HTTP server around a ``Service``, as an app finds one, without Ray."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from se_explorer.cluster.service import Answer, Service


class Handler(BaseHTTPRequestHandler):
    """Answers POST /trace; the server's ``seen`` counts requests."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        self.server.seen.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"]))
        found = self.server.answers(body)
        self.send_response(found.status)
        self.send_header("content-length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answered(service: Service, body: bytes) -> Answer:
    """A body's answer, once it is there."""
    found = service.submit(body)
    return found if isinstance(found, Answer) else service.reply(found)


@contextmanager
def serving(answers: Any, port: int = 0) -> Iterator[Any]:
    """A server that runs, with its ``address``, what it has ``seen``, and ``answers``, which may be replaced."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.answers, server.seen = answers, []
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
