"""The splits that recipes name."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from se_explorer.errors import DataError
from se_explorer.training.data_sets import load_splits
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
