"""The committed Caddyfile at work: TLS, websocket, headers, stickiness, uploads."""

from __future__ import annotations

import http.client
import re
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.caddied import CADDY, FILE, caddied, caddy_before
from tests.deploy.proxied import CONF, Proxied
from tests.deploy.visiting import COOKIE, asked, process_of, stands_in, strangers_homes, tiny_app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("caddy"),
    pytest.mark.skipif(CADDY is None, reason="Caddy is not installed: apt-get install caddy"),
]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The tiny app under the public server's configuration."""
    with caddied(tmp_path_factory.mktemp("caddy"), tiny_app(tmp_path_factory.mktemp("app"))) as running:
        yield running


def new_cookie(front: Proxied) -> str:
    """The cookie that a stranger is given."""
    status, headers = asked(front, "/")
    assert status == 200
    (given,) = (value for value in headers.get_all("Set-Cookie", []) if value.startswith(COOKIE))
    return str(given).partition(";")[0]


def test_a_page_comes_with_the_headers_that_nginx_sends_too(front: Proxied) -> None:
    _status, headers = asked(front, "/")
    wanted = dict(re.findall(r'add_header ([\w-]+) "(.*)" always;', CONF.read_text(encoding="utf-8")))
    assert len(wanted) == 7
    assert {name: headers[name] for name in wanted} == wanted
    assert headers["Server"] is None or "addy" not in headers["Server"]


def test_a_cookie_stays_with_its_process_and_strangers_come_to_both(front: Proxied) -> None:
    homes = strangers_homes(front, lambda: new_cookie(front))
    assert {len(processes) for processes in homes.values()} == {1}
    assert set.union(*homes.values()) == {server.process for server in front.servers}


def test_health_is_open_and_figures_are_not(front: Proxied) -> None:
    assert asked(front, "/_stcore/health")[0] == 200
    assert asked(front, "/_stcore/metrics")[0] == 404
    assert asked(front, "/_stcore/agent/openapi.json")[0] == 404


@pytest.fixture
def reader() -> Iterator[str]:
    """A server that reads whatever it is sent, and says how much that was."""

    class Reader(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(b"ok")

        def do_PUT(self) -> None:
            wanted = int(self.headers["Content-Length"])
            self.answer(str(len(self.rfile.read(wanted))).encode())

        def answer(self, told: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Reader)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_uploads_are_bounded(reader: str, tmp_path: Path) -> None:
    def sent(address: str, trust: ssl.SSLContext, mib: int) -> int:
        connection = http.client.HTTPSConnection(address.removeprefix("https://"), timeout=60, context=trust)
        try:
            connection.request("PUT", "/_stcore/upload_file/a/b", bytes(mib * 2**20))
            return connection.getresponse().status
        finally:
            connection.close()

    with caddy_before(tmp_path, reader) as (address, _plain, trust):
        assert sent(address, trust, 19) == 200
        try:
            status = sent(address, trust, 22)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):  # Caddy did not even listen to the end
            status = 413
        assert 400 <= status < 600


def test_no_log_of_people_is_kept() -> None:
    assert "log" not in FILE.read_text(encoding="utf-8").split()


def test_the_other_process_stands_in_for_one_that_is_gone(front: Proxied) -> None:
    """The last one: it ends a process."""
    cookies: dict[int, str] = {}
    while len(cookies) < 2:
        cookie = new_cookie(front)
        cookies[process_of(front, cookie)] = cookie
    assert stands_in(front, cookies)
