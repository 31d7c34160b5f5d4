"""Files that go by HTTP beside a session's websocket: pictures that a page shows, and uploads."""

from __future__ import annotations

import re
import urllib.request
import uuid
from http.cookiejar import CookieJar

from google.protobuf.message import Message

__all__ = ["Files", "media_urls"]

PATIENCE = 240.0  # seconds; a limit against hangs, not a measure
MEDIA = re.compile(rb"/media/[0-9a-zA-Z]+(?:\.[0-9a-zA-Z]+)?")
COOKIE = "_streamlit_xsrf"


def media_urls(element: Message) -> list[str]:
    """Addresses, on the server, of the media files that an element shows."""
    return [found.decode("ascii") for found in MEDIA.findall(element.SerializeToString())]


class Files:
    """What one session loads and uploads.

    Attributes:
        address: of the server.
        loaded: bytes of what was loaded, by address on the server.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.loaded: dict[str, int] = {}
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def get(self, url: str) -> int:
        """Load a file; gives its bytes.

        Raises:
            OSError: the server does not give it.
        """
        with self._opener.open(self.address + url, timeout=PATIENCE) as answer:
            self.loaded[url] = len(answer.read())
        return self.loaded[url]

    def put(self, url: str, name: str, content: bytes, kind: str) -> None:
        """Upload a file as Streamlit's browser side does: a form, with the token of a cookie against forgery.

        Raises:
            OSError: the server refuses it.
        """
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body = f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-Xsrftoken": self._token()}
        request = urllib.request.Request(self.address + url, body, headers, method="PUT")
        with self._opener.open(request, timeout=PATIENCE):
            pass

    def _token(self) -> str:
        with self._opener.open(f"{self.address}/_stcore/health", timeout=PATIENCE):
            pass
        return next((cookie.value or "" for cookie in self._cookies if cookie.name == COOKIE), "")
