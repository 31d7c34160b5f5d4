"""One download: runs ``child.py``, passes its progress on, ends it when the download is cancelled."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from se_explorer.errors import DownloadCancelledError, WeightsError
from se_explorer.language import later
from se_explorer.models.library_card import Origin
from se_explorer.models.weights.faults import fault_error
from se_explorer.models.weights.places import hub_cache, hub_folder, url_target

__all__ = ["transfer"]

CHILD = Path(__file__).with_name("child.py")
POLL_SECONDS = 0.1
GRACE_SECONDS = 0.6
#: A file in the making that nobody has written to for this long: every connection has given up long before.
STALE_SECONDS = 600.0
#: Set in the child where the person has not: short limits, and plain HTTP, which shows its progress and can be ended.
LIMITS = {"HF_HUB_ETAG_TIMEOUT": "5", "HF_HUB_DOWNLOAD_TIMEOUT": "10", "HF_HUB_DISABLE_XET": "1"}
SOCKET_SECONDS = 10.0


def _request(origin: Origin, force: bool) -> dict[str, Any]:
    return {
        "url": origin.url,
        "sha256": origin.sha256,
        "target": str(url_target(origin.url)) if origin.url else None,
        "repository": origin.repository,
        "files": origin.files,
        "cache": str(hub_cache()),
        "force": force,
        "seconds": SOCKET_SECONDS,
    }


def _sweep(origin: Origin) -> None:
    """Remove what a download that was killed hard has left in the making, here or in another process."""
    if origin.url:
        target = url_target(origin.url)
        leavings = target.parent.glob(f"{target.name}.se-*")
    else:
        leavings = (hub_folder(origin.repository or "") / "blobs").glob("*.incomplete")
    for path in leavings:
        try:
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
        except OSError:  # another process was faster, or holds it: then it is not stale
            continue


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the child to tidy up and end; then make it end."""
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _child(request: dict[str, Any], errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-P", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**LIMITS, **os.environ},
        text=True,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C is ours to handle
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        yield process
    finally:
        if process.poll() is None:
            _end(process)
        for stream in (process.stdin, process.stdout):
            stream.close()


def _listen(lines: IO[str], said: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Pass the child's lines on; None at their end."""
    try:
        for line in lines:
            said.put(json.loads(line))
    except ValueError:  # half a line of a child that was ended, or the stream was closed under us
        pass
    said.put(None)


def _ended_without_a_word(model: str, errors: IO[str]) -> WeightsError:
    errors.seek(0)
    last = next(reversed(errors.read().strip().splitlines()), later("no message"))
    return WeightsError(
        later("the weights of {model}, to be downloaded", model=model),
        later("a download that ended early ({last})", last=last),
        later("Start it again."),
    )


def transfer(
    model: str,
    origin: Origin,
    force: bool,
    progress: Callable[[int, int | None], None],
    cancelled: Callable[[], bool],
) -> Path:
    """Download weights into the library's own cache and give the file's path.

    Args:
        model: the network's id, for messages.
        force: replace the file that is there.
        progress: is told the bytes that have come and, where it is known, how many there are.
        cancelled: asked ten times a second, also while nothing comes.

    Raises:
        DownloadCancelledError: ``cancelled`` said so; at most a second later, and nothing of it is kept.
        WeightsError: the download failed; the message says why and what can be done.
    """
    _sweep(origin)
    said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        with _child(_request(origin, force), errors) as process:
            threading.Thread(target=_listen, args=(process.stdout, said), daemon=True).start()
            while not cancelled():
                try:
                    word = said.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    continue
                if word is None:
                    process.wait()
                    raise _ended_without_a_word(model, errors)
                if "path" in word:
                    return Path(word["path"])
                if "fault" in word:
                    raise fault_error(model, origin, word["fault"], word["text"])
                progress(word["done"], word["total"])
        raise DownloadCancelledError(
            later("the weights of {model}", model=model),
            later("a download that was cancelled"),
            later("Start it again when you want it."),
        )
