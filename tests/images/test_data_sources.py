"""What ``DIR`` may be: folders, folders of splits, and torchvision's data sets, made small here."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from PIL import Image
from torchvision import datasets

from se_explorer.errors import DataError
from se_explorer.images import DATA_SETS, LabelledFolder, PictureSet, open_pictures
from se_explorer.images.data_sources import LibrarySet


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def class_folders(root: Path, classes: Mapping[str, int]) -> Path:
    for name, count in classes.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(noise(20, 20, 3)).save(root / name / f"{number}.jpeg")
    return root


@pytest.fixture
def cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CIFAR-10 of three test and two training pictures, whose sums torchvision is told."""
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name, labels in (("test_batch", [2, 0, 1]), ("data_batch_1", [1, 1])):
        content = {"data": noise(len(labels), 3072), "labels": labels}
        (folder / name).write_bytes(pickle.dumps(content))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": ["plane", "car", "bird"]}))
    sums = {name: md5(folder / name) for name in ("test_batch", "data_batch_1", "batches.meta")}
    kind = datasets.CIFAR10
    monkeypatch.setattr(kind, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(kind, "train_list", [["data_batch_1", sums["data_batch_1"]]])
    monkeypatch.setattr(kind, "meta", kind.meta | {"md5": sums["batches.meta"]})
    return tmp_path


def contents(data: PictureSet) -> list[tuple[int, np.ndarray]]:
    """Indices and pixels of all pictures; none may be unreadable."""
    found = []
    for pictures, indices, errors in data.batches(2):
        assert not errors
        found += [(index, picture.pixels) for index, picture in zip(indices, pictures, strict=True)]
    return found


def test_a_data_set_of_arrays(cifar: Path) -> None:
    data = open_pictures(f"cifar10:{cifar}")
    assert (data.name, data.split, data.classes) == ("cifar10", "test", ("plane", "car", "bird"))
    assert (data.targets, data.names, len(data)) == ((2, 0, 1), ("test/0", "test/1", "test/2"), 3)
    pixels = noise(3, 3072).reshape(3, 3, 32, 32).transpose(0, 2, 3, 1)
    for place, (index, found) in enumerate(contents(data)):
        assert index == place
        np.testing.assert_array_equal(found, pixels[index])
        assert not found.flags.writeable
    assert [indices for _, indices, _ in data.batches(2, 1)] == [[1, 2]]


@pytest.mark.parametrize(("split", "targets"), [("train", (1, 1)), ("test", (2, 0, 1))])
def test_a_split_by_name(split: str, targets: tuple[int, ...], cifar: Path) -> None:
    assert open_pictures(f"cifar10:{cifar}:{split}").targets == targets


def test_a_folder_whose_name_has_a_colon(cifar: Path) -> None:
    odd = cifar / "a:train"
    odd.mkdir()
    (cifar / "cifar-10-batches-py").rename(odd / "cifar-10-batches-py")
    assert open_pictures(f"cifar10:{odd}").split == "test"
    assert open_pictures(f"cifar10:{odd}:train").split == "train"


def test_channels_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = noise(32, 32, 3, 4)
    scipy.io.savemat(tmp_path / "test_32x32.mat", {"X": pixels, "y": np.array([[1], [10], [3], [1]])})
    listed = datasets.SVHN.split_list
    sums = [*listed["test"][:2], md5(tmp_path / "test_32x32.mat")]
    monkeypatch.setattr(datasets.SVHN, "split_list", dict(listed) | {"test": sums})
    data = open_pictures(f"svhn:{tmp_path}")
    assert (data.targets, data.classes[:2]) == ((1, 0, 3, 1), ("0", "1"))
    np.testing.assert_array_equal(contents(data)[2][1], pixels[..., 2])


def test_imagenette_in_its_largest_size(tmp_path: Path) -> None:
    class_folders(tmp_path / "imagenette2-160" / "val", {"n01440764": 1, "n03028079": 2})
    small = open_pictures(f"imagenette:{tmp_path}")
    assert isinstance(small, LabelledFolder)
    assert (small.name, small.split, small.classes) == ("imagenette2-160", "val", ("n01440764", "n03028079"))
    class_folders(tmp_path / "imagenette2" / "train", {"n01440764": 1})
    assert open_pictures(f"imagenette:{tmp_path}:train").names == ("n01440764/0.jpeg",)


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing is downloaded") as caught:
        open_pictures(f"{name}:{tmp_path}")
    assert str(tmp_path) in caught.value.expected
    assert "download=True" not in str(caught.value)


def test_a_damaged_data_set(cifar: Path) -> None:
    (cifar / "cifar-10-batches-py" / "test_batch").write_bytes(b"cut off")
    with pytest.raises(DataError, match="CIFAR-10 in the folder"):
        open_pictures(f"cifar10:{cifar}")


def test_unknown_names_and_splits(cifar: Path) -> None:
    with pytest.raises(DataError, match="a split of CIFAR-10: test or train, but got 'val'"):
        open_pictures(f"cifar10:{cifar}:val")
    with pytest.raises(DataError, match=r"a data set out of cifar10, .* but got 'mnist'"):
        open_pictures(f"mnist:{cifar}")


@pytest.mark.parametrize(
    ("folder", "wanted"), [("", "set/val"), ("set", "set/val"), ("set/val", "set/val"), ("set/train", "set/train")]
)
def test_folders_and_folders_of_splits(folder: str, wanted: str, tmp_path: Path) -> None:
    class_folders(tmp_path / "set" / "val", {"cat": 1, "dog": 1})
    class_folders(tmp_path / "set" / "train", {"cat": 2, "dog": 1})
    data = open_pictures(tmp_path / folder)
    assert isinstance(data, LabelledFolder)
    assert data.root == tmp_path / wanted
    assert (data.name, data.split) == ("set", Path(wanted).name)
    assert data.names[-1] == "dog/0.jpeg"


def test_a_folder_that_is_no_split_has_its_own_name(tmp_path: Path) -> None:
    data = open_pictures(class_folders(tmp_path / "photos", {"cat": 1}))
    assert (data.name, data.split) == ("photos", None)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one subfolder of pictures a class"):
        open_pictures(tmp_path / "none")


def test_arrays_that_are_no_pictures() -> None:
    grey = LibrarySet("set", "test", ("a",), (0, 0), noise(2, 32, 32, 1))
    tiny = LibrarySet("set", "test", ("a",), (0,), noise(1, 4, 4, 3))
    for data in (grey, tiny):
        ((pictures, indices, errors),) = data.batches(4)
        assert (pictures, indices, len(errors)) == ([], [], len(data))
