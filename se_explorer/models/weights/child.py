"""Downloads one weights file, as a program of its own: ``transfer.py`` runs it, and ends it to cancel a download.

The libraries' own functions do the work. Only a process can be stopped at any moment, also while a connection hangs,
and only here may time limits and progress bars be set for a whole process. It imports nothing of this package, so that
it starts fast. It reads one line of JSON, the request, and writes lines of JSON: ``{"done", "total"}`` on the way, at
the end ``{"path"}`` or ``{"fault", "text"}``. When its input closes, whoever started it is gone, and it ends as well.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

__all__ = ["main"]

SECONDS_BETWEEN = 0.1
CHUNK = 128 * 1024
UNWRITABLE = (PermissionError, FileExistsError, NotADirectoryError, IsADirectoryError)
SHA256 = re.compile(r"[0-9a-f]{64}")


class DamagedError(RuntimeError):
    """What came is not what was announced."""


def _say(**values: object) -> None:
    print(json.dumps(values), flush=True)


class Report:
    """Stands where the libraries want a tqdm bar, and writes lines instead."""

    done = 0
    length: int | None = None

    def __init__(self, *_: object, total: int | None = None, initial: int = 0, **__: object) -> None:
        Report.done, Report.length = initial, total
        self.total = total
        self._said = 0.0

    def update(self, count: int = 1) -> None:
        """More bytes are there (or, before a new start, fewer)."""
        Report.done += count
        now = time.monotonic()
        if now - self._said >= SECONDS_BETWEEN or Report.done == Report.length:
            self._said = now
            _say(done=Report.done, total=Report.length)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def is_short(cls) -> bool:
        """Whether fewer bytes came than were announced."""
        return cls.length is not None and cls.done < cls.length


def _from_url(request: dict[str, Any]) -> Path:
    import torch.hub

    torch.hub.tqdm = Report  # type: ignore[attr-defined,misc,assignment]
    target = Path(request["target"])
    target.parent.mkdir(parents=True, exist_ok=True)
    mine = target.with_name(f"{target.name}.se-{os.getpid()}")
    try:
        torch.hub.download_url_to_file(request["url"], str(mine), request["sha256"], progress=True)
        if Report.is_short():  # torch.hub takes the end of a connection for the end of the file
            raise DamagedError("the connection ended early")
        os.replace(mine, target)
    finally:
        mine.unlink(missing_ok=True)
    return target


def _check_blob(path: Path) -> None:
    """The hub names large files by their sha256."""
    import hashlib

    blob = path.resolve()
    if not SHA256.fullmatch(blob.name):
        return
    with blob.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != blob.name:
        path.unlink(missing_ok=True)
        blob.unlink(missing_ok=True)
        raise DamagedError(f"invalid hash value (expected {blob.name}, got {digest})")


def _hub_file(name: str, request: dict[str, Any]) -> Path:
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK  # progress, and what is kept of a broken connection, go by whole chunks
    repository, _, revision = request["repository"].partition("@")
    # Without a network this fails at once, where hf_hub_download would go on trying for half a minute.
    get_hf_file_metadata(hf_hub_url(repository, name, revision=revision or None), timeout=constants.HF_HUB_ETAG_TIMEOUT)
    return Path(
        hf_hub_download(
            repository,
            name,
            revision=revision or None,
            cache_dir=request["cache"],
            force_download=request["force"],
            tqdm_class=Report,  # type: ignore[arg-type]
        )
    )


def _from_hub(request: dict[str, Any]) -> Path:
    from httpx2 import HTTPError  # huggingface_hub's own; its errors of connections are no OSErrors
    from huggingface_hub.errors import RemoteEntryNotFoundError

    absent: OSError = FileNotFoundError("no file was named")
    for name in request["files"]:
        try:
            path = _hub_file(name, request)
        except RemoteEntryNotFoundError as error:
            absent = error
        except HTTPError as error:
            raise ConnectionError(str(error)) from error
        else:
            _check_blob(path)
            return path
    raise absent


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    while error is not None:
        yield error
        reason = getattr(error, "reason", None)  # urllib keeps the system's error there
        if isinstance(reason, BaseException):
            yield reason
        error = error.__cause__ or error.__context__


def _fault_of(error: BaseException) -> str:
    """One word for what went wrong."""
    for link in _chain(error):
        status = getattr(getattr(link, "response", None), "status_code", getattr(link, "code", None))
        if isinstance(status, int):
            return "absent" if status in (401, 403, 404, 410) else "server"
        if type(link).__name__ == "OfflineModeIsEnabled":
            return "forbidden"
        number = getattr(link, "errno", None)
        if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            return "disk"
        if number == errno.EROFS or (isinstance(link, UNWRITABLE) and link.filename is not None):
            return "folder"
    if Report.done and Report.is_short():
        return "cut"
    return "damaged" if isinstance(error, RuntimeError) else "network"


def _end_with_parent() -> None:
    """Wait until the input closes, then end the main thread as if it had been asked to."""
    sys.stdin.read()
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        os._exit(1)


def _stop(*_: object) -> None:
    sys.exit(143)  # runs the libraries' own tidying, which removes the file in the making


def main() -> None:
    """Do as the request says."""
    request = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    socket.setdefaulttimeout(request["seconds"])
    try:
        path = _from_url(request) if request["url"] else _from_hub(request)
    except (OSError, RuntimeError, HTTPException) as error:
        root = list(_chain(error))[-1]
        _say(fault=_fault_of(error), text=next(iter(str(root).strip().splitlines()), type(root).__name__))
    else:
        _say(path=str(path))


if __name__ == "__main__":
    main()
