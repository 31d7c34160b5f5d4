"""PyTorch's files hold what they declare, or are refused before memory is set aside for them."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer.errors import WeightsError
from se_explorer.models.checkpoint_files import read_checkpoint
from tests.models.files import forged, inflated, legacy, zipped

STATE = {"a.weight": torch.arange(12.0).view(3, 4), "a.bias": torch.ones(3), "count": torch.tensor(7)}


def refused(data: bytes) -> str:
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(data, "secret folder/up.pt")
    assert "secret" not in str(caught.value)
    assert caught.value.received.startswith("up.pt, ")
    return caught.value.received


@pytest.mark.parametrize("save", [zipped, legacy])
@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: {"state_dict": s, "epoch": 3, "args": {"lr": [0.1, None]}}])
def test_what_is_saved_comes_back(save: Callable[[Any], bytes], wrap: Callable[[Any], Any], tmp_path: Path) -> None:
    data = save(wrap(STATE))
    (tmp_path / "a.bin").write_bytes(data)
    for given in (data, tmp_path / "a.bin", str(tmp_path / "a.bin")):
        content = read_checkpoint(given)
        state = content.get("state_dict", content)
        assert all(torch.equal(state[name], value) for name, value in STATE.items())


def test_a_modules_own_state_dict_with_its_versions_and_views() -> None:
    module = torch.nn.BatchNorm2d(4)
    assert read_checkpoint(zipped(module.state_dict())).keys() == module.state_dict().keys()
    whole = torch.arange(20.0)
    for save in (zipped, legacy):
        content = read_checkpoint(save({"a": whole[5:9], "b": whole.view(4, 5).T, "none": torch.ones(0)}))
        assert torch.equal(content["a"], whole[5:9])
        assert torch.equal(content["b"], whole.view(4, 5).T)


def deflated(data: bytes) -> bytes:
    return forged(data, compression=zipfile.ZIP_DEFLATED)


def declares(items: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        return forged(data, lambda name, record: inflated(record, 5, items) if name.endswith(".pkl") else record)

    return change


def with_second_directory(data: bytes) -> bytes:
    """A zip file whose end says that its directory is elsewhere than before it."""
    end = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack("<LL", data[end + 12 : end + 20])
    directory = data[offset : offset + size]
    shifted = data[:offset] + directory + directory
    return shifted + data[end : end + 12] + struct.pack("<LLH", size, offset, 0)


BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "packed": deflated,
    "a tensor of 10^6 values": declares(10**6),
    "a tensor of 10^12 values": declares(10**12),
    "a tensor of 10^18 values": declares(10**18),
    "a record twice": lambda data: forged(data, more={"archive/DATA/0": bytes(20)}),
    "a record too short": lambda data: forged(data, lambda name, record: record[:-1] if "/data/" in name else record),
    "a directory elsewhere": with_second_directory,
    "a remark after the end": lambda data: data[:-2] + b"\x04\x00abcd",
    "something before the start": lambda data: b"PK\x03\x04" + bytes(60) + data,
    "no list of contents": lambda data: forged(data).replace(b"data.pkl", b"data.pki"),
    "compiled code": lambda data: forged(data, more={"archive/constants.pkl": b"\x80\x02)."}),
}


@pytest.mark.parametrize("change", BOMBS.values(), ids=BOMBS)
def test_a_forged_zip_file_is_refused(change: Callable[[bytes], bytes]) -> None:
    refused(change(zipped({"a": torch.arange(5.0)})))


def test_a_packed_file_of_zeros_is_not_unpacked() -> None:
    big = zipped({"a": torch.zeros(2_000_000)})
    packed = deflated(big)
    assert len(packed) < len(big) / 100
    assert "packed" in refused(packed)


def test_members_that_share_their_bytes_are_refused() -> None:
    """Fifield's bomb: many entries of the directory that all point to the same record."""
    data = forged(zipped({"a": torch.arange(1000.0)}))
    end = data.rindex(b"PK\x05\x06")
    count, _, size, offset = struct.unpack("<HHLL", data[end + 8 : end + 20])
    entry = next(part for part in data[offset:end].split(b"PK\x01\x02") if b"archive/data/0" in part)
    copies = b"".join(b"PK\x01\x02" + entry.replace(b"/data/0", f"/data/{n}".encode()) for n in range(1, 9))
    total = count + 8
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, total, total, size + len(copies), offset, 0)
    bomb = data[:end] + copies + tail
    assert len(zipfile.ZipFile(io.BytesIO(bomb)).infolist()) == total
    assert "larger than it is" in refused(bomb)


def test_a_forged_old_file_is_refused() -> None:
    data = legacy({"a": torch.arange(5.0)})
    for items in (10**6, 10**12):
        assert "does not hold" in refused(inflated(data, 5, items))
    key = data[data.rindex(b"]") :]
    assert "damaged" in refused(data.replace(key, b"]." + key[key.index(b".") + 1 :]))  # no storage is listed


class Trap:
    """A pickle that makes a folder when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("save", [zipped, legacy])
@pytest.mark.parametrize(
    "wrap", [lambda t: {"a": t}, lambda t: {"model": {"a": torch.ones(1)}, "args": [t]}, lambda t: t]
)
def test_code_is_named_and_not_run(save: Callable[[Any], bytes], wrap: Callable[[Any], Any], tmp_path: Path) -> None:
    data = save(wrap(Trap(tmp_path / "trap")))
    assert "posix.mkdir" in refused(data)
    assert not (tmp_path / "trap").exists()
    torch.load(io.BytesIO(data), weights_only=False)  # proof that the trap is one
    assert (tmp_path / "trap").exists()


@pytest.mark.parametrize("save", [zipped, legacy])
def test_a_whole_module_is_refused_with_what_to_do(save: Callable[[Any], bytes]) -> None:
    with pytest.raises(WeightsError, match=r"torch\.nn\.modules\.linear\.Linear") as caught:
        read_checkpoint(save(torch.nn.Linear(2, 2)))
    assert "state_dict" in caught.value.remedy


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits and measures memory as Linux does")
def test_memory_stays_bounded(tmp_path: Path) -> None:
    """All bombs in a process of their own, which must not grow by more than 64 MiB."""
    folder = tmp_path / "bombs"
    folder.mkdir()
    small = zipped({"a": torch.arange(5.0)})
    for number, change in enumerate(BOMBS.values()):
        (folder / f"{number}.pt").write_bytes(change(small))
    (folder / "zeros.pt").write_bytes(deflated(zipped({"a": torch.zeros(100_000_000)})))
    for items in (10**9, 10**12):
        (folder / f"old{items}.pt").write_bytes(inflated(legacy({"a": torch.arange(5.0)}), 5, items))
    script = """
        import resource, sys
        from pathlib import Path
        from se_explorer.errors import WeightsError
        from se_explorer.models.checkpoint_files import read_checkpoint

        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        before, caught = peak(), 0
        for path in sorted(Path(sys.argv[1]).iterdir()):
            try:
                read_checkpoint(path)
            except WeightsError:
                caught += 1
        print(caught, peak() - before)
    """
    line = [sys.executable, "-c", textwrap.dedent(script), str(folder)]
    outcome = subprocess.run(line, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    caught, grown = map(int, outcome.stdout.split())
    assert caught == len(BOMBS) + 3
    assert grown < 64 * 1024
