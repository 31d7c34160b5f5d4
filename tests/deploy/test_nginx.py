"""The committed nginx configuration at work: TLS, websocket, headers, stickiness, uploads, logs."""

from __future__ import annotations

import http.client
import re
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.deploy.proxied import NGINX, Proxied, proxied
from tests.deploy.visiting import COOKIE, asked, process_of, stands_in, strangers_homes, tiny_app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("nginx"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light"),
]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The tiny app under the public server's configuration."""
    app = tiny_app(tmp_path_factory.mktemp("app"))
    with proxied(tmp_path_factory.mktemp("nginx"), app) as running:
        yield running


def cookie_of(headers: http.client.HTTPMessage) -> str:
    given = [value for value in headers.get_all("Set-Cookie", []) if value.startswith(COOKIE)]
    assert len(given) == 1
    assert all(part in given[0] for part in ("Path=/", "HttpOnly", "Secure", "SameSite=Strict"))
    return given[0].partition(";")[0]


def test_plain_http_is_sent_to_tls(front: Proxied) -> None:
    place = urllib.parse.urlsplit(front.plain)
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    connection.request("GET", "/ablation?lang=en")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/ablation?lang=en")
    connection.close()


def test_a_page_comes_with_the_headers(front: Proxied) -> None:
    status, headers = asked(front, "/")
    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "nginx"  # without a version


def test_a_cookie_stays_with_its_process_and_strangers_come_to_both(front: Proxied) -> None:
    homes = strangers_homes(front, lambda: cookie_of(asked(front, "/")[1]))
    assert {len(processes) for processes in homes.values()} == {1}
    assert set.union(*homes.values()) == {server.process for server in front.servers}


def test_who_has_the_cookie_is_given_none_and_another_value_is_none(front: Proxied) -> None:
    cookie = cookie_of(asked(front, "/")[1])
    assert not [value for value in asked(front, "/", cookie)[1].get_all("Set-Cookie", []) if COOKIE in value]
    assert cookie_of(asked(front, "/", f"{COOKIE}=evil.example")[1]) in (f"{COOKIE}=a", f"{COOKIE}=b")


def test_health_is_open_and_figures_are_not(front: Proxied) -> None:
    assert asked(front, "/_stcore/health")[0] == 200
    assert asked(front, "/_stcore/metrics")[0] == 404
    assert asked(front, "/_stcore/agent/openapi.json")[0] == 404


def test_uploads_are_bounded_and_lie_on_no_disk(front: Proxied) -> None:
    path = "/_stcore/upload_file/a-session/a-file"
    # It comes through, without a token: refused, or broken off by a process that does not read what it refuses, which
    # nginx tells as 502, or not at all where it has handed on the head of the answer already.
    with suppress(http.client.IncompleteRead, BrokenPipeError, ConnectionResetError):
        assert asked(front, path, method="PUT", body=bytes(2 * 2**20))[0] in (403, 502)
    assert process_of(front, f"{COOKIE}=a") != process_of(front, f"{COOKIE}=b"), "no process is held for gone"
    try:
        status = asked(front, path, method="PUT", body=bytes(22 * 2**20))[0]
    except (BrokenPipeError, ConnectionResetError):  # nginx did not even listen to the end
        status = 413
    assert status == 413
    assert [path for path in front.folder.rglob("*/**/*") if path.is_file()] == []
    assert "buffered to a temporary file" not in (front.folder / "error.log").read_text("utf-8")


def test_the_log_tells_of_no_person(front: Proxied) -> None:
    asked(front, "/ablation?edits=SE_3_4=off")
    asked(front, "/_stcore/upload_file/my-session/my-file", method="DELETE")
    deadline, log = time.monotonic() + 60, ""
    while "DELETE" not in log and time.monotonic() < deadline:  # a line is written when its answer has gone
        time.sleep(0.05)
        log = (front.folder / "access.log").read_text("utf-8")
    assert re.search(r"DELETE /_stcore/upload_file 4\d\d", log)
    assert "GET /ablation 200" in log
    assert not re.search(r"127\.0\.0\.1|my-session|my-file|edits", log)


def test_the_other_process_stands_in_for_one_that_is_gone(front: Proxied) -> None:
    """The last one: it ends a process."""
    cookies = {process_of(front, f"{COOKIE}={name}"): f"{COOKIE}={name}" for name in "ab"}
    assert stands_in(front, cookies)
