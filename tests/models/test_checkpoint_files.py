"""What a file is, is told by its bytes; what it must not be is refused before it is read."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
import torch

from se_explorer.errors import WeightsError
from se_explorer.models import checkpoint_files
from se_explorer.models.checkpoint_files import name_of, origin_of, read_checkpoint
from tests.models.files import legacy, safetensors, zipped

STATE = {"a": torch.arange(3.0)}


@pytest.mark.parametrize("make", [zipped, legacy, safetensors])
@pytest.mark.parametrize("name", ["a.pt", "a.safetensors", "a.txt", "a"])
def test_the_name_does_not_matter(make, name: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / name).write_bytes(make(STATE))
    assert torch.equal(read_checkpoint(tmp_path / name)["a"], STATE["a"])


def header(length: int, text: bytes) -> bytes:
    return length.to_bytes(8, "little") + text


def tensors(**entries: object) -> bytes:
    text = json.dumps(entries).encode()
    return header(len(text), text)


FORGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "which is empty"),
    "a page": (b"<!doctype html><title>404</title>", "something else"),
    "a plain pickle": (b"\x80\x04\x95\x10", "something else"),
    "a list of contents without end": (header(2**62, b"{}"), "longer than it can be"),
    "a long list of contents": (header(17 * 2**20, b"{" + b" " * 18 * 2**20), "longer than it can be"),
    "a tensor of 10^12 values": (
        tensors(a={"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}),
        "damaged",
    ),
    "stranger's bytes": (tensors(a={"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}) + bytes(8), "damaged"),
    "no such type": (tensors(a={"dtype": "PICKLE", "shape": [1], "data_offsets": [0, 4]}) + bytes(4), "damaged"),
    "more bytes than tensors": (safetensors(STATE) + b"x", "damaged"),
}


@pytest.mark.parametrize(("data", "said"), FORGED.values(), ids=FORGED)
def test_what_is_no_file_of_weights(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "up.bin").write_bytes(data)
    for given, name in ((data, "up.bin"), (tmp_path / "up.bin", "")):
        with pytest.raises(WeightsError) as caught:
            read_checkpoint(given, name)
        assert caught.value.received.startswith("up.bin, ")
        assert said in caught.value.received
        assert str(tmp_path) not in str(caught.value)


def test_a_file_over_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "huge.pt").touch()
    os.truncate(tmp_path / "huge.pt", checkpoint_files.MAX_FILE + 2**30)  # takes no room on the disk
    with pytest.raises(WeightsError, match=r"huge\.pt, which is 5\.0 GiB long, over 4 GiB"):
        read_checkpoint(tmp_path / "huge.pt")
    monkeypatch.setattr(checkpoint_files, "MAX_FILE", 100)
    with pytest.raises(WeightsError, match="GiB long"):
        read_checkpoint(bytes(101))


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    for place, said in ((tmp_path, "no file"), (tmp_path / "pipe.pt", "no file"), (tmp_path / "x.pt", "No such file")):
        with pytest.raises(WeightsError, match=said) as caught:
            read_checkpoint(place)
        assert caught.value.received.startswith(f"{place.name}")


def test_names_and_origins() -> None:
    assert name_of(Path("/home/me/a.pt")) == "a.pt"
    assert name_of("b/a.pt", "") == "a.pt"
    assert name_of(b"", "/x/up\n.pt") == "up.pt"
    assert str(name_of(b"")) == "the file"
    assert origin_of(Path("b/a.pt")) == "b/a.pt"
    assert origin_of(b"abc") == f"file:{hashlib.sha256(b'abc').hexdigest()[:12]}"


def test_a_server_may_take_no_checkpoints_or_safetensors_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    for make in (zipped, legacy, safetensors):
        with pytest.raises(WeightsError, match="open to everybody and takes none"):
            read_checkpoint(make(STATE), "a.pt")
    monkeypatch.setenv("SE_EXPLORER_CHECKPOINTS", "safetensors")
    for make in (zipped, legacy):
        with pytest.raises(WeightsError, match="the only kind that this server takes"):
            read_checkpoint(make(STATE), "a.safetensors")
    assert torch.equal(read_checkpoint(safetensors(STATE))["a"], STATE["a"])
    (tmp_path / "own.pt").write_bytes(zipped(STATE))  # the operator's
    assert torch.equal(read_checkpoint(tmp_path / "own.pt")["a"], STATE["a"])
