"""What must hold of every reader of people's bytes, whatever they are.

It gives a value, or refuses with an error of our tree whose three texts can be said in both languages and shown; within
bounded time and memory; and it starts no process, opens no connection and writes no file on the way.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from se_explorer.errors import SEExplorerError
from se_explorer.language import LANGUAGES, language

__all__ = ["Finding", "check", "kept", "watch_for_effects"]

#: Letters of a whole error: a page shows it, and a stranger's file must not fill the page.
MOST_LETTERS = 4_000
#: Events of Python's audit hooks (PEP 578) that a reader has no reason for.
EFFECTS = ("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile")
EFFECTS += ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink", "os.truncate")
EFFECTS += ("subprocess.Popen", "pty.spawn", "socket.connect", "socket.bind", "socket.getaddrinfo", "shutil.rmtree")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

_seen: list[str] = []
_watching = False


@dataclass
class Finding(Exception):  # noqa: N818  (it is what the fuzzer looks for, not an error of its own)
    """The property does not hold.

    Attributes:
        kind: a word, and for an exception its type and the line that raised it: one fault has one kind.
        text: what happened.
    """

    kind: str
    text: str


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if event in EFFECTS or writes:
        _seen.append(f"{event} {arguments[:1]!r}"[:200])


def watch_for_effects() -> None:
    """Install the audit hook; it cannot be taken away again, and does nothing but within ``check``."""
    sys.addaudithook(_note)


def kept(data: bytes, path: Path) -> Path:
    """The case as a file; writing it is the fuzzer's doing, not the reader's."""
    global _watching
    before, _watching = _watching, False
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    _watching = before
    return path


def _place(error: BaseException) -> str:
    """Where an exception came from: the last line of ours, and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}se_explorer{os.sep}" in frame.filename]
    shown = dict.fromkeys(f"{Path(frame.filename).name}:{frame.lineno}" for frame in (*ours[-1:], *frames[-1:]))
    return " ".join(shown)


def _check_error(error: SEExplorerError) -> None:
    for tag in LANGUAGES:
        with language(tag):
            parts = (error.expected, error.received, error.remedy)
            if not all(part.strip() for part in parts):
                raise Finding("an empty part", f"{tag}: {error!r}"[:500])
            said = " ".join(parts)
        try:
            said.encode()
        except UnicodeEncodeError as fault:
            raise Finding("a text that cannot be sent", f"{tag}: {said[:300]!r}") from fault
        if len(said) > MOST_LETTERS:
            raise Finding("a text without end", f"{tag}: {len(said)} letters: {said[:300]!r}")


def check(read: Callable[[bytes], object], data: bytes) -> bool:
    """Hold a reader to the property.

    Returns:
        Whether it gave a value; False where it refused.

    Raises:
        Finding: it did neither as it should.
    """
    global _watching
    _seen.clear()
    _watching = True
    try:
        read(data)
        given = True
    except SEExplorerError as error:
        given = False
        _watching = False
        _check_error(error)
    except Finding:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception_only(error)).strip()[:500]
        raise Finding(f"{type(error).__name__} at {_place(error)}", text) from error
    finally:
        _watching = False
    if _seen:
        raise Finding(f"an effect: {_seen[0].split()[0]}", "; ".join(_seen[:5]))
    return given
