"""Files of labels: one a class, fit to show, or refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from se_explorer.errors import ModelError
from se_explorer.models.labels import MAX_BYTES, read_labels

GOOD = {
    "lines": b"cat\ndog\nowl\n",
    "no end of line": b"cat\ndog\nowl",
    "empty lines at the end": b"cat\ndog\nowl\n\n \n",
    "as windows writes it": b"\xef\xbb\xbfcat\r\ndog\r\nowl\r\n",
    "spaces around": b" cat\ndog \nowl",
    "json list": b'["cat", "dog", "owl"]',
    "json list after blanks": b'\n  ["cat", "dog", "owl"]\n',
    "json index map": b'{"0": "cat", "1": "dog", "2": "owl"}',
    "json index map in another order": b'{"2": "owl", "0": "cat", "1": "dog"}',
    "torchvision's class_to_idx": b'{"owl": 2, "cat": 0, "dog": 1}',
    "json with a mark": b'\xef\xbb\xbf["cat", "dog", "owl"]',
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_good_files(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "labels").write_bytes(data)
    for source in (data, tmp_path / "labels", str(tmp_path / "labels")):
        assert read_labels(source, 3) == ("cat", "dog", "owl")


def test_lists_and_other_scripts() -> None:
    assert read_labels(["cat", "cat"], 2) == ("cat", "cat")  # ImageNet has two cranes
    assert read_labels("猫\nжаба\nعربي\n👩‍🔬".encode(), 4) == ("猫", "жаба", "عربي", "👩‍🔬")
    assert read_labels(b'["[x]"]', 1) == ("[x]",)
    assert read_labels(b'{"0": "00", "1": "1"}', 2) == ("00", "1")


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "with 0 labels"),
    "blank": (b"\n\n", "with 0 labels"),
    "a hole": (b"cat\n\nowl", "label 2 is empty"),
    "a tab": (b"0\tcat\n1\tdog", "label 1 has a control character"),
    "a bell": (b"cat\nd\x07g", "label 2 has a control character"),
    "a terminal's escape": (b"\x1b[31mcat", "control character"),
    "a null": (b"cat\x00", "control character"),
    "turned letters": ("cat\u202egod".encode(), "control character"),
    "a line within": ("cat\u2028dog".encode(), "control character"),
    "half a letter": (b'["\\ud800"]', "control character"),
    "a line in json": (b'["a\\nb"]', "control character"),
    "too long": (b"x" * 201, "over 200 characters"),
    "latin 1": ("Käfer".encode("latin-1"), "no UTF-8 text (byte 1)"),
    "utf-16": ("cat".encode("utf-16"), "no UTF-8 text"),
    "a picture": (b"\x89PNG\r\n", "no UTF-8 text"),
    "broken json": (b'["cat", ', "begins as JSON"),
    "deep json": (b"[" * 100_000, "begins as JSON"),
    "numbers": (b"[1, 2]", "label 1 is empty or no text"),
    "a list in it": (b'[["n01", "cat"]]', "no text"),
    "an index left out": (b'{"0": "cat", "2": "owl"}', "indices are not 0 to 1"),
    "an index written otherwise": (b'{"0": "cat", "01": "owl"}', "indices are not 0 to 1"),
    "an index twice": (b'{"0": "cat", "0": "owl"}', "twice"),
    "two of one index": (b'{"cat": 0, "owl": 0}', "no map"),
    "neither": (b'{"cat": "a", "owl": "b"}', "no map"),
    "true for 1": (b'{"cat": 0, "owl": true}', "no map"),
    "an empty map": (b"{}", "with 0 labels"),
    "too many": (b"x\n" * 100_001, "with 100,001 labels"),
    "too large": (b"x" * (MAX_BYTES + 1), "over 8 MiB"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_bad_files(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "my labels").write_bytes(data)
    for source, name in ((data, "the labels"), (tmp_path / "my labels", "my labels")):
        with pytest.raises(ModelError) as caught:
            read_labels(source, 2)
        assert caught.value.received.startswith(name)
        assert said in caught.value.received
        assert str(tmp_path) not in str(caught.value)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(("given", "count"), [(2, 3), (3, 2), (1000, 10)])
def test_another_number_is_refused_with_both(given: int, count: int) -> None:
    labels = [f"x{index}" for index in range(given)]
    for source in (labels, "\n".join(labels).encode(), json.dumps(labels).encode()):
        with pytest.raises(ModelError, match=rf"{count:,} labels.*{given:,} in"):
            read_labels(source, count)


@pytest.mark.parametrize("place", ["none.txt", "", "a\x00b"], ids=ascii)
def test_no_file(place: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"Check the path|empty"):
        read_labels(tmp_path / place, 2)


def test_lists_of_something_else() -> None:
    for labels in ([], ["a", 1], ["a", ""], ["a", "b\n"]):
        with pytest.raises(ModelError, match="the list of labels"):
            read_labels(labels, 2)  # type: ignore[arg-type]
