"""Bounds on what one visitor can ask of the server itself, before Streamlit sees it: an ASGI middleware.

Streamlit bounds a single file, not how many a session sends; it takes any number of connections; and a message that its
developers' menu sends empties the caches of all sessions. See ``deploy/public.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from google.protobuf.message import DecodeError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import exists, get_instance

from se_explorer.limits import Limits

__all__ = ["Guard", "keep_uploads_in_memory"]

UPLOADS = "/_stcore/upload_file/"
LEAST = 64 * 2**10  # bytes that a file counts as, however short it is: a name and its record take room too
FRAMING = 2**20  # bytes around a file in its request
#: What people of the app never send: the first empties everybody's caches.
DEVELOPERS = frozenset(
    {"clear_cache", "set_run_on_save", "load_git_info", "debug_disconnect_websocket", "debug_shutdown_runtime"}
)
SESSIONS = 1024  # whose files are noted, before those that have ended are forgotten
TRY_AGAIN_LATER = 1013
_log = logging.getLogger(__name__)


def keep_uploads_in_memory(allowed: Limits) -> None:
    """Let no file that is sent be put on the disk, not even for the moment of its coming: that begins at 1 MB else."""
    MultiPartParser.spool_max_size = (allowed.upload_mib << 20) + FRAMING


def _is_active(session: str) -> bool:
    return exists() and get_instance().is_active_session(session)


class Guard:
    """The middleware.

    Args:
        app: what it guards.
        allowed: the limits.
        is_active: whether a session is connected.
    """

    def __init__(self, app: ASGIApp, allowed: Limits, is_active: Callable[[str], bool] = _is_active) -> None:
        self.app = app
        self._allowed = allowed
        self._is_active = is_active
        self._open = 0
        self._sent: dict[str, dict[str, int]] = {}  # bytes of each file of each session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connection(scope, receive, send)
        elif scope["type"] == "http" and UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._open >= self._allowed.connections:
            _log.warning("refused a connection: %d are open", self._open)
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return

        async def sifted() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or not _is_developers(message.get("bytes") or b""):
                    return message

        self._open += 1
        try:
            await self.app(scope, sifted, send)
        finally:
            self._open -= 1

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, _, file = str(scope["path"]).partition(UPLOADS)[2].partition("/")
        if scope["method"] == "DELETE":
            self._sent.get(session, {}).pop(file, None)
        if scope["method"] != "PUT" or not self._is_active(session):  # Streamlit refuses who is not
            await self.app(scope, receive, send)
            return

        files, status = self._sent.setdefault(session, {}), 0
        before = files.get(file, 0)
        files[file] = LEAST  # while it comes, so that many at once count too

        async def counted() -> Message:
            message = await receive()
            files[file] = files.get(file, 0) + len(message.get("body", b""))
            self._check_room(session)
            return message

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, counted, noting)
        finally:
            if status != 204:  # it was not taken
                files.pop(file)
                files.update({file: before} if before else {})

    def _check_room(self, session: str) -> None:
        own = sum(self._sent.get(session, {}).values())
        if own > self._allowed.session_upload_mib << 20:
            _log.warning("refused a file: its session has sent %d bytes", own)
            raise HTTPException(
                413, "This session has sent as much as it may. Take a file back, or load the page anew."
            )
        if self._total() > self._allowed.all_uploads_mib << 20 or len(self._sent) > SESSIONS:
            self._sent = {name: files for name, files in self._sent.items() if self._is_active(name)}
            if self._total() > self._allowed.all_uploads_mib << 20:
                _log.warning("refused a file: all sessions have sent %d bytes", self._total())
                raise HTTPException(503, "The server holds as many files as it can. Try again later.")

    def _total(self) -> int:
        return sum(sum(files.values()) for files in self._sent.values())


def _is_developers(payload: bytes) -> bool:
    try:
        return BackMsg.FromString(payload).WhichOneof("type") in DEVELOPERS
    except DecodeError:
        return False  # Streamlit refuses it
