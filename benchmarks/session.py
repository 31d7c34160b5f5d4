"""One session of a running Streamlit server, over its websocket, as a browser tab would hold it.

What a browser does is done here: the query string that a page sets is sent back, large messages that were received
lately are announced so that they come as references, and pictures are loaded once. So the bytes counted are those that
a person's browser receives, Streamlit's own scripts and styles aside, which are loaded once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.media import Files, media_urls
from benchmarks.widgets import TRIGGER, Value, Widget, state_of, widget_in

__all__ = ["Run", "Session", "SessionError"]

PATIENCE = 240.0  # seconds; a limit against hangs, not a measure
MAX_BYTES = 256 * 2**20
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class SessionError(Exception):
    """The server did not do what a session asked for."""


@dataclass(frozen=True)
class Run:
    """One run of a page's script, as the session received it.

    Attributes:
        seconds: from the request until the script has finished.
        messages, sent_bytes: over the websocket.
        media: addresses of files that the page shows.
        exceptions: messages of the errors that the page shows as tracebacks.
        alerts: texts of the errors that it shows as errors.
        texts: of Markdown, captions among it.
        figures: label and value of each metric.
    """

    seconds: float
    messages: int
    sent_bytes: int
    media: tuple[str, ...]
    exceptions: tuple[str, ...]
    alerts: tuple[str, ...]
    texts: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()


class Session:
    """A session; closed at the end of its ``with``.

    Not for use by several threads; a thread each for several sessions.

    Args:
        address: of the server, such as ``http://127.0.0.1:8501``.
        page: path of the page to open, empty for the first.
        query: query string to open it with.

    Attributes:
        id: Streamlit's, known once a page has run.
        page: path of the page.
        query: query string as the app last set it.
        widgets: those of the page that have a key, by key.
        files: what it loads and uploads by HTTP.
    """

    def __init__(self, address: str, page: str = "", query: str = "") -> None:
        self.id = ""
        self.page = page
        self.query = query
        self.widgets: dict[str, Widget] = {}
        self.files = Files(address)
        self._script = ""  # hash of the page's script, which the server tells
        self._scripts: dict[str, str] = {}  # of all pages, by path
        self._values: dict[str, WidgetState] = {}
        self._known: dict[str, tuple[Delta, int]] = {}  # large elements by hash, and the run that last had them
        self._runs = 0
        self._max_age = 0
        stream = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                stream,
                subprotocols=[Subprotocol("streamlit")],
                compression=None,
                max_size=MAX_BYTES,
                ping_interval=None,  # a browser answers the server's and sends none
                proxy=None,
            )
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def run(self, changes: Mapping[str, Value] | None = None) -> Run:
        """Run the page: at first, again, or with other values of widgets by key.

        Raises:
            SessionError: there is no widget of that key, or the script did not finish.
        """
        triggers, fragments = [], set()
        for key, value in (changes or {}).items():
            widget = self._widget(key)
            state = state_of(widget, value)
            fragments.add(widget.fragment)
            if state.WhichOneof("value") == TRIGGER:
                triggers.append(state)
            else:
                self._values[widget.id] = state
        return self._run(triggers, fragments.pop() if len(fragments) == 1 else "")

    def go(self, page: str) -> Run:
        """Go to another page of the app, by its path; the query string is emptied as a browser does.

        Raises:
            SessionError: there is none.
        """
        if page not in self._scripts:
            raise SessionError(f"expected one of the pages {sorted(self._scripts)}, received {page!r}")
        self.page, self.query, self._script = page, "", self._scripts[page]
        return self._run([])

    def upload(self, key: str, name: str, content: bytes, kind: str = "application/octet-stream") -> Run:
        """Hand a file to a file uploader, and run the page with it.

        Raises:
            SessionError: there is no such uploader, or the server refuses the file.
        """
        widget = self._widget(key)
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.session_id = self.id
        request.file_urls_request.file_names.append(name)
        self._socket.send(request.SerializeToString())
        urls = self._await_urls(request.file_urls_request.request_id)
        self.files.put(urls.upload_url, name, content, kind)
        about = UploadedFileInfo(name=name, size=len(content), file_id=urls.file_id, file_urls=urls)
        held = FileUploaderState(uploaded_file_info=[about])
        self._values[widget.id] = WidgetState(id=widget.id, file_uploader_state_value=held)
        return self._run([], widget.fragment)

    def load(self, run: Run) -> tuple[int, int]:
        """Load the files that a run shows and the session does not have yet: their number and bytes."""
        sizes = [self.files.get(url) for url in run.media if url not in self.files.loaded]
        return len(sizes), sum(sizes)

    def _widget(self, key: str) -> Widget:
        if key not in self.widgets:
            raise SessionError(f"expected the key of one of the widgets {sorted(self.widgets)}, received {key!r}")
        return self.widgets[key]

    def _await_urls(self, request: str) -> FileURLs:
        while True:
            message, _ = self._receive()
            answer = message.file_urls_response
            if message.WhichOneof("type") == "file_urls_response" and answer.response_id == request:
                if answer.error_msg or not answer.file_urls:
                    raise SessionError(f"the server gives no place to upload to: {answer.error_msg}")
                urls: FileURLs = answer.file_urls[0]
                return urls

    def _request(self, triggers: list[WidgetState], fragment: str) -> bytes:
        state = ClientState(
            fragment_id=fragment,
            query_string=self.query,
            page_script_hash=self._script,
            page_name=self.page,
            cached_message_hashes=list(self._known),
        )
        state.widget_states.widgets.extend([*self._values.values(), *triggers])
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.color_scheme = "light"
        state.context_info.url = self.files.address
        return bytes(BackMsg(rerun_script=state).SerializeToString())

    def _run(self, triggers: list[WidgetState], fragment: str = "") -> Run:
        """Ask for a run and take in what comes until it has finished; a run that begins anew is followed on."""
        started = time.perf_counter()
        self._socket.send(self._request(triggers, fragment))
        messages = sent = 0
        elements: list[Message] = []
        while True:
            message, size = self._receive()
            messages, sent = messages + 1, sent + size
            kind = message.WhichOneof("type")
            if kind == "new_session":
                elements.clear()
                if not message.metadata.run.fragment_ids:
                    self.widgets = {}
            if kind == "script_finished" and message.script_finished in DONE:
                break
            self._take(message, kind, elements)
        seconds = time.perf_counter() - started
        self._forget()
        return Run(seconds, messages, sent, *_shown(elements))

    def _receive(self) -> tuple[ForwardMsg, int]:
        try:
            payload = self._socket.recv(timeout=PATIENCE)
        except TimeoutError as error:
            raise SessionError(f"nothing came from the server for {PATIENCE:.0f} seconds") from error
        assert isinstance(payload, bytes)
        return ForwardMsg.FromString(payload), len(payload)

    def _take(self, message: ForwardMsg, kind: str | None, elements: list[Message]) -> None:
        if kind == "new_session":
            self.id = message.new_session.initialize.session_id or self.id
            self._script = message.new_session.page_script_hash or self._script
            self._max_age = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash or self._script
            self._scripts = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise SessionError("the page's script does not compile")
        elif kind == "ref_hash":
            delta, _ = self._known[message.ref_hash]
            self._known[message.ref_hash] = delta, self._runs
            self._show(delta, elements)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            if message.metadata.cacheable:
                self._known[message.hash] = message.delta, self._runs
            self._show(message.delta, elements)

    def _show(self, delta: Delta, elements: list[Message]) -> None:
        elements.append(delta.new_element)
        widget = widget_in(delta.new_element, delta.fragment_id)
        if widget is not None:
            self.widgets[widget.key] = widget

    def _forget(self) -> None:
        """Values of widgets that are gone, and elements that no run has had lately, as a browser does."""
        there = {widget.id for widget in self.widgets.values()}
        self._values = {identity: value for identity, value in self._values.items() if identity in there}
        self._runs += 1
        self._known = {key: held for key, held in self._known.items() if self._runs - held[1] <= self._max_age}


def _shown(elements: list[Message]) -> tuple[Any, ...]:
    """What a ``Run`` says of them, in its order."""
    urls = dict.fromkeys(url for element in elements for url in media_urls(element))
    kinds = [(element, element.WhichOneof("type")) for element in elements]
    exceptions = tuple(element.exception.message for element, kind in kinds if kind == "exception")
    alerts = tuple(
        element.alert.body for element, kind in kinds if kind == "alert" and element.alert.format == element.alert.ERROR
    )
    texts = tuple(element.markdown.body for element, kind in kinds if kind == "markdown")
    figures = tuple((element.metric.label, element.metric.body) for element, kind in kinds if kind == "metric")
    return tuple(urls), exceptions, alerts, texts, figures
