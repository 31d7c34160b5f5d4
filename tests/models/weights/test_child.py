"""One word for what went wrong."""

from __future__ import annotations

import errno
import urllib.error
from email.message import Message
from types import SimpleNamespace

import pytest

from se_explorer.models.weights import child
from se_explorer.models.weights.faults import RECEIVED, fault_error
from se_explorer.models.weights.origins import origin_of


def answered(status: int) -> OSError:
    """An error of the hub's functions."""
    error = OSError("refused")
    error.response = SimpleNamespace(status_code=status)  # type: ignore[attr-defined]
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    """An error with what led to it."""
    error.__cause__ = cause
    return error


CASES: dict[str, tuple[Exception, str]] = {
    "a full disk": (OSError(errno.ENOSPC, "No space left on device"), "disk"),
    "a full disk, deep down": (caused(RuntimeError("writing"), OSError(errno.ENOSPC, "No space")), "disk"),
    "a folder of another": (PermissionError(errno.EACCES, "denied", "/root"), "folder"),
    "a disk that is read only": (OSError(errno.EROFS, "Read-only file system", "/x"), "folder"),
    "a firewall": (PermissionError(errno.EACCES, "denied"), "network"),
    "no name server": (urllib.error.URLError(OSError(-2, "Name or service not known")), "network"),
    "silence": (TimeoutError("timed out"), "network"),
    "not found": (answered(404), "absent"),
    "no entry": (answered(401), "absent"),
    "busy": (answered(503), "server"),
    "a plain host, not found": (urllib.error.HTTPError("http://x", 404, "Not Found", Message(), None), "absent"),
    "wrong content": (RuntimeError('invalid hash value (expected "a", got "b")'), "damaged"),
}


@pytest.mark.parametrize(("error", "word"), CASES.values(), ids=CASES)
def test_fault(error: Exception, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.Report, "done", 0)
    assert child._fault_of(error) == word


@pytest.mark.parametrize("error", [RuntimeError("invalid hash"), OSError("consistency"), TimeoutError()], ids=repr)
def test_what_came_short_is_a_broken_connection(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.Report, "done", 5)
    monkeypatch.setattr(child.Report, "length", 10)
    assert child._fault_of(error) == "cut"


@pytest.mark.parametrize("word", RECEIVED)
def test_every_fault_says_what_came_and_what_to_do(word: str) -> None:
    error = fault_error("timm:lcnet_050", origin_of("timm:lcnet_050"), word, "a text")
    assert "huggingface.co/timm/lcnet_050.ra2_in1k" in error.expected
    assert ("a text" in error.received) == (word != "forbidden")
    assert error.remedy.endswith(".")
