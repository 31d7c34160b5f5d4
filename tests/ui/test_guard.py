"""What the public server bounds before Streamlit sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from se_explorer.limits import Limits
from se_explorer.ui.guard import Guard, keep_uploads_in_memory

MIB = 2**20
ALLOWED = Limits(session_upload_mib=3, all_uploads_mib=5, connections=2, upload_mib=2)
UPLOAD = "/_stcore/upload_file/{session}/{file}"


async def take(request: Request) -> Response:
    """As Streamlit's: 204 for a file that was taken."""
    body = await request.body()
    return Response(status_code=400 if body == b"bad" else 204)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        try:
            await socket.send_bytes(await socket.receive_bytes())
        except WebSocketDisconnect:
            return


@pytest.fixture
def there() -> set[str]:
    """Sessions that are connected."""
    return {"one", "two", "three"}


@pytest.fixture
def client(there: set[str]) -> Iterator[TestClient]:
    routes = [Route(UPLOAD, take, methods=["PUT", "DELETE"]), WebSocketRoute("/_stcore/stream", echo)]
    guard = Middleware(Guard, allowed=ALLOWED, is_active=there.__contains__)
    with TestClient(Starlette(routes=routes, middleware=[guard])) as found:
        yield found


def put(client: TestClient, session: str, file: str, size: int) -> int:
    def chunks() -> Iterator[bytes]:  # no Content-Length to go by
        yield from [bytes(2**16)] * (size // 2**16)

    url = UPLOAD.format(session=session, file=file)
    return client.request("PUT", url, content=chunks()).status_code


def test_a_session_sends_so_much_and_gets_room_back_with_what_it_takes_back(client: TestClient) -> None:
    assert put(client, "one", "a", 2 * MIB) == 204
    assert put(client, "one", "b", 2 * MIB) == 413
    assert put(client, "one", "c", MIB // 2) == 204  # what was refused does not count
    assert client.delete(UPLOAD.format(session="one", file="a")).status_code == 204
    assert put(client, "one", "b", 2 * MIB) == 204


def test_all_together_send_so_much_and_who_is_gone_does_not_count(client: TestClient, there: set[str]) -> None:
    assert [put(client, "one", "a", 2 * MIB), put(client, "two", "a", 2 * MIB)] == [204, 204]
    assert put(client, "three", "a", 2 * MIB) == 503
    there.discard("one")
    assert put(client, "three", "a", 2 * MIB) == 204


def test_many_empty_files_count_too(client: TestClient) -> None:
    assert {put(client, "one", f"{number}", 0) for number in range(48)} == {204}
    assert put(client, "one", "one more", 0) == 413


def test_what_the_app_refuses_does_not_count(client: TestClient) -> None:
    url = UPLOAD.format(session="one", file="a")
    assert {client.put(url, content=b"bad").status_code for _turn in range(60)} == {400}
    assert put(client, "one", "a", 2 * MIB) == 204


def test_so_many_connections_and_no_more(client: TestClient) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(client.websocket_connect("/_stcore/stream")) for _turn in range(2)]
        with pytest.raises(WebSocketDisconnect) as told, client.websocket_connect("/_stcore/stream"):
            pass
        assert told.value.code == 1013
        sockets[0].close()
    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_bytes(b"x")
        assert socket.receive_bytes() == b"x"


def test_nobody_empties_everybodys_caches(client: TestClient) -> None:
    asked = [BackMsg(clear_cache=True), BackMsg(debug_shutdown_runtime=True), BackMsg(stop_script=True)]
    with client.websocket_connect("/_stcore/stream") as socket:
        for message in asked:
            socket.send_bytes(message.SerializeToString())
        socket.send_bytes(b"\xff no message")
        assert socket.receive_bytes() == asked[-1].SerializeToString()
        assert socket.receive_bytes() == b"\xff no message"


def test_files_stay_in_memory_however_long_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MIB)
    keep_uploads_in_memory(Limits(upload_mib=20))
    assert MultiPartParser.spool_max_size > 20 * MIB
