"""Profiles that are killed and taken up again, and partial files that belong to others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from se_explorer import Engine, LabelledFolder
from se_explorer.analysis import Resumption, measure_profile, save_profile
from se_explorer.analysis.profile_partial import partial_path
from se_explorer.images import open_folder
from se_explorer.images.picture_set import Batch
from tests.analysis.profiles import noise_engine, noise_folder, same
from tests.analysis.test_pool import Portions


class StopError(Exception):
    """What a kill is here."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("profile") / "val")


@pytest.mark.parametrize("stops", [(4,), (8,), (20,), (24,), (4, 12), (8, 8, 16)])
def test_killed_and_taken_up_again_it_is_the_same_to_the_bit(
    stops: tuple[int, ...], engine: Engine, folder: LabelledFolder, tmp_path: Path
) -> None:
    whole = measure_profile(engine, folder, batch=4)
    told: list[str] = []
    resumption = Resumption(tmp_path / "toy.part", seconds=0, tell=told.append)
    for stop in stops:

        def kill(done: int, _: int, stop: int = stop) -> None:
            if done >= stop:
                raise StopError

        with pytest.raises(StopError):
            measure_profile(engine, folder, batch=4, resumption=resumption, report=kill)
    seen: list[int] = []
    found = measure_profile(
        engine, folder, batch=4, resumption=resumption, report=lambda done, total: seen.append(done)
    )
    assert same(found, whole)
    assert [done for done in seen if done <= stops[-1]] == []
    assert f"after {max(stops)} of 24" in told[-1] or len(stops) > 1


def test_a_kill_between_two_savings_costs_what_came_since(
    engine: Engine, folder: LabelledFolder, tmp_path: Path
) -> None:
    whole = measure_profile(engine, folder, batch=4)
    quick, slow = (Resumption(tmp_path / "toy.part", seconds=seconds) for seconds in (0, 1e6))

    def kill(at: int) -> None:
        def report(done: int, _: int) -> None:
            if done == at:
                raise StopError

        with pytest.raises(StopError):
            measure_profile(engine, folder, batch=4, resumption=quick if at == 8 else slow, report=report)

    kill(8)
    kill(16)
    seen: list[int] = []
    found = measure_profile(engine, folder, batch=4, resumption=slow, report=lambda done, total: seen.append(done))
    assert seen[0] == 12
    assert same(found, whole)


def interrupted(engine: Engine, folder: LabelledFolder, path: Path, batch: int = 4) -> None:
    """Leave a partial profile of eight pictures."""

    def kill(done: int, _: int) -> None:
        if done >= 8:
            raise StopError

    with pytest.raises(StopError):
        measure_profile(engine, folder, batch=batch, resumption=Resumption(path, seconds=0), report=kill)


#: What is another than in the partial profile, and how that is told.
OTHER = {
    "batch": "number of pictures that run together",
    "weights": "set of weights",
    "data": "list of pictures",
    "sample": "size of the sample",
    "pool": "device",
    "edition": "list of pictures",
}


@pytest.mark.parametrize("case", [*OTHER, "damaged", "foreign", "empty"])
def test_a_partial_profile_that_does_not_fit_is_not_gone_on_with(
    case: str, engine: Engine, folder: LabelledFolder, tmp_path: Path
) -> None:
    path, batch, other, data, sample, pool = tmp_path / "toy.part", 4, engine, folder, 2**20, None
    interrupted(engine, folder, path)
    if case == "batch":
        batch = 8
    elif case == "weights":
        other = noise_engine(seed=3)
    elif case == "data":
        data = LabelledFolder(folder.root, folder.paths[:-1], folder.targets[:-1], folder.classes)
    elif case == "sample":
        sample = 1
    elif case == "edition":  # the same names, other pictures
        shutil.copytree(folder.root, tmp_path / "other" / "val")
        data = open_folder(tmp_path / "other" / "val")
        os.utime(data.paths[0], (0, 0))
        assert data.names == folder.names
    elif case == "pool":  # workers with GPUs, where this process, which reads the parts, has none
        pool = Portions(engine, 4)
        pool.kind = "cuda"
    elif case == "damaged":
        path.write_bytes(path.read_bytes()[:-5])
    elif case == "foreign":
        save_profile(measure_profile(engine, folder), path)
    else:
        path.write_bytes(b"")
    told: list[str] = []
    resumption = Resumption(path, tell=told.append)
    found = measure_profile(other, data, batch=batch, sample_bytes=sample, resumption=resumption, pool=pool)
    assert len(told) == 1
    assert told[0].startswith("It begins anew: ")
    assert (f"another {OTHER[case]}" if case in OTHER else "damaged") in told[0]
    assert same(found, measure_profile(other, data, batch=batch, sample_bytes=sample, pool=pool))


def test_it_can_be_told_to_begin_anew(engine: Engine, folder: LabelledFolder, tmp_path: Path) -> None:
    interrupted(engine, folder, tmp_path / "toy.part")
    seen: list[int] = []
    resumption = Resumption(tmp_path / "toy.part", take_up=False)
    measure_profile(engine, folder, batch=4, resumption=resumption, report=lambda done, total: seen.append(done))
    assert seen[0] == 4


def test_the_partial_file_lies_beside_the_profile() -> None:
    assert partial_path(Path("a/b.safetensors")) == Path("a/b.safetensors.part")


class Counted:
    """A set of pictures that says from where its batches were asked for."""

    def __init__(self, folder: LabelledFolder) -> None:
        self.folder, self.starts = folder, list[int]()

    def __getattr__(self, name: str) -> object:
        return getattr(self.folder, name)

    def __len__(self) -> int:
        return len(self.folder)

    def batches(self, size: int, start: int = 0) -> Iterator[Batch]:
        self.starts.append(start)
        return self.folder.batches(size, start)


def test_what_was_done_is_not_decoded_again(engine: Engine, folder: LabelledFolder, tmp_path: Path) -> None:
    interrupted(engine, folder, tmp_path / "toy.part")
    counted = Counted(folder)
    measure_profile(engine, counted, batch=4, resumption=Resumption(tmp_path / "toy.part"))  # type: ignore[arg-type]
    assert counted.starts == [8]
