"""The splits that recipes name."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torchvision.datasets import Imagenette

from se_explorer.errors import DataError
from se_explorer.training import data_sets
from se_explorer.training.data_sets import download_data_set, load_splits
from se_explorer.training.sections import Data
from tests.training.tiny import on_disk

DIGITS = Data(dataset="digits", stored_size=8)


def test_the_digits_are_split_class_by_class_and_always_alike() -> None:
    pytest.importorskip("sklearn")
    splits = load_splits(DIGITS, None)
    assert (len(splits.train), len(splits.test)) == (1438, 359)
    shares = np.bincount(splits.test.targets) / (np.bincount(splits.test.targets) + np.bincount(splits.train.targets))
    assert np.abs(shares - 0.2).max() < 0.005
    assert splits.train.pixels.shape == (1438, 3, 8, 8)
    assert (int(splits.train.pixels.min()), int(splits.train.pixels.max())) == (0, 255)
    again = load_splits(DIGITS, None)
    assert (again.test.pixels == splits.test.pixels).all()
    other = load_splits(DIGITS.model_copy(update={"split_seed": 1}), None)
    assert (other.test.pixels != splits.test.pixels).any()


def test_the_digits_are_enlarged_and_named_by_their_figure() -> None:
    pytest.importorskip("sklearn")
    splits = load_splits(Data(dataset="digits", stored_size=16), None)
    assert splits.train.pixels.shape[1:] == (3, 16, 16)
    assert splits.train.classes == tuple("0123456789") == splits.test_set.classes
    assert len(splits.test_set) == len(splits.test)


def test_without_scikit_learn_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Callable[..., Any] = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("sklearn"):
            raise ImportError(f"No module named {name!r}")
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(DataError, match=r"scikit-learn.*pip install scikit-learn"):
        load_splits(DIGITS, None)


@pytest.mark.parametrize("dataset", ["folder", "imagenette", "cifar10"])
def test_any_folder_with_two_splits(dataset: str, tmp_path: Path) -> None:
    splits = load_splits(Data(dataset=dataset, stored_size=32), on_disk(tmp_path, 6, 4))
    assert (len(splits.train), len(splits.test), splits.train.classes) == (6, 4, ("blue", "red"))


@pytest.mark.parametrize(
    ("dataset", "others"), [("cifar10", ("n01440764", "n03888257")), ("imagenette", ("airplane", "truck"))]
)
def test_another_data_sets_pictures_are_not_taken_for_the_named_ones(
    dataset: str, others: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie in one folder of data; both have ten classes, and either folder may be the only one yet."""
    monkeypatch.setitem(data_sets.OTHERS_CLASSES, dataset, set(others))
    folder = on_disk(tmp_path / "data" / "of-the-other", 6, 4)
    for split in ("train", "val"):
        for name, other in zip(("blue", "red"), others, strict=True):
            (folder / split / name).rename(folder / split / other)
    with pytest.raises(DataError):
        load_splits(Data(dataset=dataset, stored_size=32), tmp_path / "data")
    assert len(load_splits(Data(dataset="folder", stored_size=32), tmp_path / "data").train) == 6


def test_the_classes_of_both_data_sets_are_known_whole() -> None:
    assert {name: len(classes) for name, classes in data_sets.OTHERS_CLASSES.items()} == {
        "cifar10": 10,
        "imagenette": 10,
    }
    assert data_sets.OTHERS_CLASSES["cifar10"] == set(Imagenette._WNID_TO_CLASS)


def test_an_unpacking_that_breaks_off_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Halfway:
        whole = False

        def __init__(self, root: str, **_options: object) -> None:
            (Path(root) / "imagenette2-160" / "train").mkdir(parents=True)
            if not Halfway.whole:
                raise OSError("No space left on device")
            (Path(root) / "imagenette2-160" / "val").mkdir()

    monkeypatch.setattr(data_sets.datasets, "Imagenette", Halfway)
    with pytest.raises(DataError, match="No space left"):
        download_data_set("imagenette", tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []
    Halfway.whole = True
    download_data_set("imagenette", tmp_path / "data")
    assert sorted(path.name for path in (tmp_path / "data" / "imagenette2-160").iterdir()) == ["train", "val"]
    Halfway.whole = False
    download_data_set("imagenette", tmp_path / "data")  # it is there


def test_a_limit_takes_as_many_of_each_class(tmp_path: Path) -> None:
    splits = load_splits(Data(dataset="folder", stored_size=32, limit=5), on_disk(tmp_path, 12, 4))
    assert splits.train.targets.tolist() == [0, 0, 1, 1]
    assert len(splits.train_set) == 4
    assert len(splits.test) == 4


def test_no_folder_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a folder with the pictures"):
        load_splits(Data(dataset="cifar10"), None)
    with pytest.raises(DataError, match="CIFAR-10 in the folder"):
        load_splits(Data(dataset="cifar10"), tmp_path)
    with pytest.raises(DataError, match="a subfolder train"):
        load_splits(Data(dataset="folder"), tmp_path)
