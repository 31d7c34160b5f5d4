"""The public server itself, as strangers meet it: one process for all of these, since it takes a while to start."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from benchmarks.server import Server, running_server
from benchmarks.session import Session
from tests.deploy.noting import note_writes, written

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("public server")]

PUBLIC = Path(__file__).resolve().parents[2] / "deploy" / "public.py"
NAME = "a-stranger-s-face.png"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module")
def server(notes: Path) -> Iterator[Server]:
    """Two places, and a third may wait."""
    limits = {"SE_EXPLORER_SESSIONS": "2", "SE_EXPLORER_WAITING": "1"}
    assert written_by_hook(notes)
    with running_server(PUBLIC, {**note_writes(notes), **limits, "OMP_NUM_THREADS": "1"}) as running:
        yield running


def written_by_hook(notes: Path) -> bool:
    """The hook notes what it is there for: else a test that finds nothing would say nothing."""
    import os
    import subprocess
    import sys

    code = "import tempfile; f = tempfile.SpooledTemporaryFile(8); f.write(b'more than eight')"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **note_writes(notes)}, check=True)
    found = bool(written(notes))
    (notes / "written.txt").unlink()
    return found


@pytest.fixture(scope="module")
def photo() -> bytes:
    """Noise of several MB: a web server puts what is longer than 1 MB on the disk unless it is told not to."""
    pixels = np.random.default_rng(0).integers(0, 256, (1000, 1300, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    assert len(file.getvalue()) > 3 * 2**20
    return file.getvalue()


def asked(server: Server, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(server.address + path, body, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, "", {}


def test_health_and_figures(server: Server) -> None:
    status, told, headers = asked(server, "/_stcore/health")
    assert (status, told) == (200, "ok")
    assert "SameSite=Strict" in headers["set-cookie"]
    status, told, _ = asked(server, "/_stcore/metrics")
    assert status == 200
    assert "active_sessions" in told


def test_a_picture_is_written_nowhere_and_named_nowhere(server: Server, notes: Path, photo: bytes) -> None:
    with Session(server.address) as session:
        session.run()  # the first opens the network
        before = len(written(notes))
        session.run({"source": ["Upload"]})
        seen = session.upload("_upload", NAME, photo, "image/png")
        assert any(NAME in text for text in seen.texts)
        assert (seen.exceptions, seen.alerts) == ((), ())
        session.load(seen)
        seen = session.go("ablation")
        assert any(NAME in text for text in seen.texts)
        session.run({next(key for key in session.widgets if key.startswith("_on_SE")): False})
        assert written(notes)[before:] == []
    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert "stranger" not in log
    assert "_stcore/upload_file" not in log
    assert "Traceback" not in log


def test_the_page_train_is_not_there(server: Server) -> None:
    with Session(server.address) as session:
        session.run()
        assert "training" not in session._scripts
        assert "ablation" in session._scripts


def test_a_file_without_the_pages_token_is_refused(server: Server) -> None:
    with Session(server.address) as session:
        session.run()
        assert asked(server, f"/_stcore/upload_file/{session.id}/x", "PUT", b"x")[0] == 403


def test_another_sites_page_gets_no_session(server: Server) -> None:
    address = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    streamlit = [Subprotocol("streamlit")]
    with pytest.raises(WebSocketException):
        connect(address, subprotocols=streamlit, origin=Origin("https://evil.example"), proxy=None)
    with connect(address, subprotocols=streamlit, origin=Origin(server.address), proxy=None) as socket:
        assert socket.subprotocol == "streamlit"


def test_one_more_than_there_are_places_waits_and_comes_in(server: Server) -> None:
    with Session(server.address) as first, Session(server.address) as third, Session(server.address) as fourth:
        with Session(server.address) as second:
            first.run()
            second.run()
            waits = third.run()
            assert any("You are number 1 in line" in text for text in waits.texts)
            assert "source" not in third.widgets
            assert "_try_again" not in third.widgets
            fourth.run()
            assert "_try_again" in fourth.widgets
        third.run()
        assert "source" in third.widgets
        fourth.run()
        assert "_try_again" not in fourth.widgets  # it has come into the line
