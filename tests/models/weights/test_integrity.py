"""Whole files, and files that only have the right name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from se_explorer.models.library_card import Origin
from se_explorer.models.weights.integrity import is_whole, known_digest, looks_whole
from tests.models.weights.conftest import pytorch_file, safetensors_file

PLAIN = b"\x80\x02" + bytes(998)  # as torch wrote before its files were zips
ZIPPED, NAMED = pytorch_file(), safetensors_file()
SAYS_1000 = Origin(bytes=1000)


def _told(value: object) -> str | None:
    """Of a file's bytes, which are megabytes, how many there are: pytest would write them all into the test's name."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("name", "data", "origin", "whole"),
    [
        ("a.pth", PLAIN, SAYS_1000, True),
        ("a.pth", PLAIN[:985], SAYS_1000, True),  # tensors without the counters of batch norms
        ("a.pth", PLAIN[:900], SAYS_1000, False),
        ("a.pth", PLAIN, Origin(), True),
        ("a.pth", b"", Origin(), False),
        ("a.pth", ZIPPED, Origin(bytes=len(ZIPPED)), True),
        ("a.pth", ZIPPED[:-100], Origin(bytes=len(ZIPPED)), False),
        ("a.pth", ZIPPED, Origin(), True),
        ("a.pth", ZIPPED[:-100], Origin(), False),
        ("a.safetensors", NAMED, Origin(bytes=1), True),
        ("a.safetensors", NAMED[:-1], Origin(bytes=1), False),
        ("a.safetensors", PLAIN, Origin(), False),
        ("a.safetensors", b"", Origin(), False),
    ],
    ids=_told,
)
def test_by_form_and_size(name: str, data: bytes, origin: Origin, whole: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert looks_whole(path, origin) is whole
    assert is_whole(path, origin) is whole, "with no sha256 known, form and size decide"


def test_what_is_not_there_is_not_whole(tmp_path: Path) -> None:
    assert not looks_whole(tmp_path / "a.pth", Origin())
    assert not looks_whole(tmp_path, Origin())


def test_the_sha256_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    path.write_bytes(PLAIN)
    digits = hashlib.sha256(PLAIN).hexdigest()[:8]
    assert is_whole(path, Origin(sha256=digits, bytes=5000)), "a wrong size in a library makes no file bad"
    path.write_bytes(b"\x81" + PLAIN[1:])
    assert looks_whole(path, SAYS_1000)
    assert not is_whole(path, Origin(sha256=digits, bytes=1000)), "a changed file is read again"


def test_the_hubs_cache_names_files_by_their_sha256(tmp_path: Path) -> None:
    digest = hashlib.sha256(NAMED).hexdigest()
    blob = tmp_path / digest
    blob.write_bytes(NAMED)
    link = tmp_path / "model.safetensors"
    link.symlink_to(blob)
    assert known_digest(link, Origin(repository="a/b")) == digest
    assert is_whole(link, Origin(repository="a/b"))
    blob.write_bytes(NAMED[:-1] + bytes([NAMED[-1] ^ 1]))
    assert not is_whole(link, Origin(repository="a/b"))
