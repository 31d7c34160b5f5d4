"""Labelled folders: what they list, what they refuse, and the order in which their pictures come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from se_explorer.errors import DataError, ImageError
from se_explorer.images import LabelledFolder, find_split, open_folder

SHADES = {"cat": [10, 20, 30], "dog": [40, 50], "owl": [60, 70, 80, 90]}
BROKEN = (1, 5)


def save(path: Path, shade: int, side: int = 16) -> None:
    """A grey picture, without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side, side), (shade, shade, shade)).save(path)


def build(root: Path, shades: Mapping[str, Sequence[int]]) -> Path:
    """A folder of grey pictures by class."""
    for name, chosen in shades.items():
        for number, shade in enumerate(chosen):
            save(root / name / f"{number}.png", shade)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    """Nine pictures in three classes, of which the ones of index 1 and 5 cannot be read."""
    listing = open_folder(build(tmp_path_factory.mktemp("folder"), SHADES))
    listing.paths[BROKEN[0]].write_bytes(b"no picture")
    save(listing.paths[BROKEN[1]], 60, side=4)
    return listing


def test_the_listing(folder: LabelledFolder) -> None:
    assert len(folder) == 9
    assert folder.classes == ("cat", "dog", "owl")
    assert folder.targets == (0, 0, 0, 1, 1, 2, 2, 2, 2)
    assert [path.relative_to(folder.root).as_posix() for path in folder.paths[:4]] == [
        "cat/0.png",
        "cat/1.png",
        "cat/2.png",
        "dog/0.png",
    ]


@settings(max_examples=15)
@given(size=st.integers(1, 30))
def test_batches_hand_out_each_picture_once_and_in_order(size: int, folder: LabelledFolder) -> None:
    batches = list(folder.batches(size))
    assert len(batches) == -(-9 // size)
    assert all(len(pictures) + len(errors) == size for pictures, _, errors in batches[:-1])
    indices = [index for _, numbers, _ in batches for index in numbers]
    assert indices == [index for index in range(9) if index not in BROKEN]
    shades = [shade for chosen in SHADES.values() for shade in chosen]
    for pictures, numbers, _ in batches:
        assert [int(picture.pixels[0, 0, 0]) for picture in pictures] == [shades[index] for index in numbers]


def test_errors_name_their_file_and_come_in_their_batch(folder: LabelledFolder) -> None:
    batches = list(folder.batches(3))
    assert [len(errors) for _, _, errors in batches] == [1, 1, 0]
    for (_, _, errors), index in zip(batches, BROKEN, strict=False):
        assert isinstance(errors[0], ImageError)
        assert str(folder.paths[index]) in str(errors[0])


def test_a_file_that_has_gone_is_an_error_of_its_own(tmp_path: Path) -> None:
    listing = open_folder(build(tmp_path, {"cat": [1, 2]}))
    listing.paths[0].unlink()
    ((pictures, indices, errors),) = listing.batches(8)
    assert (len(pictures), indices, len(errors)) == (1, [1], 1)


def test_batches_can_be_left_and_started_again(folder: LabelledFolder) -> None:
    first = next(iter(folder.batches(2)))
    assert first[1] == next(iter(folder.batches(2)))[1] == [0]


@pytest.mark.parametrize("case", ["missing", "a-file", "empty", "no-classes", "an-empty-class", "no-pictures"])
def test_what_is_no_folder_of_classes(case: str, tmp_path: Path) -> None:
    root = tmp_path / "data"
    if case == "a-file":
        root.write_text("text")
    elif case == "empty":
        root.mkdir()
    elif case == "no-classes":
        save(root / "0.png", 1)
    elif case == "an-empty-class":
        build(root, {"cat": [1]})
        (root / "dog").mkdir()
    elif case == "no-pictures":
        (root / "cat").mkdir(parents=True)
        (root / "cat" / "notes.txt").write_text("text")
    with pytest.raises(DataError, match="one subfolder of pictures a class") as caught:
        open_folder(root)
    assert str(root) in caught.value.received


@pytest.mark.parametrize(
    ("namings", "targets"),
    [
        ([("cat", "dog", "owl")], (0, 0, 0, 1, 1, 2, 2, 2, 2)),
        ([("owl", "cow", "cat", "dog")], (2, 2, 2, 3, 3, 0, 0, 0, 0)),
        ([("n1", "n2", "n3"), ("dog", "owl", "cat")], (2, 2, 2, 0, 0, 1, 1, 1, 1)),
        ([("owl", "dog", "cat"), ("cat", "dog", "owl")], (2, 2, 2, 1, 1, 0, 0, 0, 0)),
    ],
    ids=["same", "more-classes", "second-naming", "first-naming-wins"],
)
def test_targets_for(namings: list[tuple[str, ...]], targets: tuple[int, ...], folder: LabelledFolder) -> None:
    assert folder.targets_for(*namings) == targets


def test_targets_for_strangers(folder: LabelledFolder) -> None:
    with pytest.raises(DataError, match=r"\(cat, n2, \.\.\.\), but got dog\. Rename"):
        folder.targets_for(("cat", "n2"), ("owl", "cat"))


@pytest.mark.parametrize(
    ("there", "names", "found"),
    [
        (["val"], ("val", "test"), "val"),
        (["test", "val"], ("val", "test"), "val"),
        (["test"], ("val", "test"), "test"),
        (["imagenette/val", "imagenette/train"], ("val",), "imagenette/val"),
        (["train/val", "val"], ("val",), "val"),
        (["val/val"], ("val",), "val"),
    ],
    ids=["there", "first-name-wins", "second-name", "one-folder-down", "outer-wins", "not-too-deep"],
)
def test_find_split(there: list[str], names: tuple[str, ...], found: str, tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).mkdir(parents=True)
    assert find_split(tmp_path, *names) == tmp_path / found


@pytest.mark.parametrize(
    "there", [[], ["a/val", "b/val"], ["a/b/val"], ["values"]], ids=["empty", "two-folders", "too-deep", "like-it"]
)
def test_find_split_finds_nothing(there: list[str], tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "val.txt").write_text("a file is no split")
    with pytest.raises(DataError, match="a subfolder val or test"):
        find_split(tmp_path, "val", "test")


@pytest.mark.parametrize("name", ["missing", "file"])
def test_find_split_in_no_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(DataError, match=name):
        find_split(tmp_path / name, "val")
