"""A small server that plays the Hugging Face hub and a plain host of files, and can fail as a network does."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CHUNK = 64 * 1024


@dataclass
class Book:
    """A file on the shelf, and how it is handed out.

    Attributes:
        cuts: after how many bytes each of the next answers breaks off; used up one by one.
        hangs_after: after how many bytes an answer stops without an end.
        pause: seconds between chunks.
        status: an HTTP status to answer with instead.
        etag: what the hub calls the file; by default its sha256.
    """

    data: bytes
    cuts: list[int] = field(default_factory=list)
    hangs_after: int | None = None
    pause: float = 0.0
    status: int = 200
    etag: str = ""

    def __post_init__(self) -> None:
        self.etag = self.etag or hashlib.sha256(self.data).hexdigest()


class Shelf:
    """Files by path, and the requests that came: (method, path, first byte that was asked for)."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.books: dict[str, Book] = {}
        self.requests: list[tuple[str, str, int]] = []
        self.closing = threading.Event()

    def put_on_hub(self, repository: str, name: str, book: Book) -> str:
        """Give a repository of the hub a file; gives its path."""
        path = f"/{repository}/resolve/main/{name}"
        self.books[path] = book
        return path

    def gets(self, path: str) -> list[int]:
        """The first bytes that the GETs of a file asked for."""
        return [start for method, asked, start in self.requests if (method, asked) == ("GET", path)]


class Librarian(BaseHTTPRequestHandler):
    """Answers one connection from the server's shelf."""

    @property
    def shelf(self) -> Shelf:
        """The server's files."""
        return self.server.shelf  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _start(self) -> int:
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked.group(1)) if asked else 0

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        self.send_header("X-Repo-Commit", COMMIT)
        if status == 404:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _head(self, book: Book, start: int) -> None:
        size = len(book.data)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - start))
        self.send_header("ETag", f'"{book.etag}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()

    def _answer(self) -> Book | None:
        start = self._start()
        self.shelf.requests.append((self.command, self.path, start))
        book = self.shelf.books.get(self.path)
        if book is None or book.status != 200:
            self._refuse(404 if book is None else book.status)
            return None
        self._head(book, start)
        return book

    def do_HEAD(self) -> None:
        """Tell what a file is."""
        self._answer()

    def do_GET(self) -> None:
        """Hand a file out, as the book says."""
        book = self._answer()
        if book is None:
            return
        end = book.cuts.pop(0) if book.cuts else len(book.data)
        try:
            for place in range(self._start(), end, CHUNK):
                if book.hangs_after is not None and place >= book.hangs_after:
                    self.shelf.closing.wait()
                    break
                self.wfile.write(book.data[place : min(place + CHUNK, end)])
                time.sleep(book.pause)
        except OSError:  # whoever asked has gone
            pass
        self.close_connection = True


@contextmanager
def serving() -> Iterator[Shelf]:
    """A shelf that answers while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Librarian)
    shelf = server.shelf = Shelf(server.server_address[1])  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield shelf
    finally:
        shelf.closing.set()
        server.shutdown()
        server.server_close()
