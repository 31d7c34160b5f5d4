"""Data sets measured in portions: merged in order they give what one pass gives, wherever they were measured."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from se_explorer import Engine, LabelledFolder, evaluate, open_folder
from se_explorer.analysis import measure_profile
from se_explorer.analysis.data_sweep import compare_plans
from se_explorer.analysis.pool import Portion, Work, seen_batches
from se_explorer.analysis.profile_tally import Tally, TallyShape
from se_explorer.images import PictureSet
from se_explorer.images.data_sources import LibrarySet
from tests.analysis.profiles import BROKEN, noise_engine, noise_folder, same
from tests.analysis.toys import scatter


class Portions:
    """A pool of one: all that goes in or out is pickled, as on its way to another machine."""

    kind = "cpu"
    device = "elsewhere"

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine, self.size = engine, size

    def parts(self, work: Work[Any], data: PictureSet, batch: int, start: int = 0) -> Iterator[tuple[int, Any]]:
        made = pickle.loads(pickle.dumps(work)).opened(self.engine)
        for begin in range(start, len(data), self.size):
            stop = min(begin + self.size, len(data))
            part = pickle.loads(pickle.dumps(data.part(begin, stop)))
            seen = seen_batches(part, self.engine.network.preprocessing, batch)
            yield stop, pickle.loads(pickle.dumps(made(Portion(begin, part, seen))))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("pool") / "val")


def test_portions_of_one_batch_are_one_process_to_the_bit(engine: Engine, folder: LabelledFolder) -> None:
    alone = measure_profile(engine, folder, batch=5)
    pool = Portions(engine, 5)
    pool.device = "cpu"
    assert same(measure_profile(engine, folder, batch=5, pool=pool), alone)


@pytest.mark.parametrize("size", [1, 7, 24, 100])
def test_portions_of_any_size_up_to_rounding(size: int, engine: Engine, folder: LabelledFolder) -> None:
    alone, found = measure_profile(engine, folder), measure_profile(engine, folder, pool=Portions(engine, size))
    for name, values in found.arrays().items():
        np.testing.assert_allclose(values, alone.arrays()[name], rtol=1e-5, atol=1e-6, err_msg=name)
    assert [each.name for each in found.header.unreadable] == [folder.names[index] for index in BROKEN]
    assert found.header.unreadable == alone.header.unreadable
    assert found.header.pictures == alone.header.pictures
    assert found.header.device == "elsewhere"


def test_a_bounded_sample_is_the_same(engine: Engine, folder: LabelledFolder) -> None:
    alone = measure_profile(engine, folder, batch=4, sample_bytes=1)
    pool = Portions(engine, 4)
    pool.device = "cpu"
    found = measure_profile(engine, folder, batch=4, sample_bytes=1, pool=pool)
    assert same(found, alone)


def test_tallies_merge_in_any_order() -> None:
    random, shape = np.random.default_rng(0), TallyShape((40, 40), 3, 8, 1)
    rows = random.integers(0, 9, (80, 6)).astype(np.float32)  # few values, so that many are equal
    classes = np.repeat([0, 1], 40)
    whole, parts = Tally(shape), []
    whole.add(rows, np.arange(80), classes)
    for begin in range(0, 80, 16):
        here = np.arange(begin, begin + 16)
        parts.append(Tally(TallyShape(tuple(np.bincount(classes[here], minlength=2).tolist()), 3, 8, 1)))
        parts[-1].add(rows[here], here, classes[here])
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1]):
        merged = Tally(shape)
        for number in order:
            merged.merge(parts[number])
        for mine, other in ((merged.highest, whole.highest), (merged.lowest, whole.lowest)):
            np.testing.assert_array_equal(mine.values, other.values)
            np.testing.assert_array_equal(mine.indices, other.indices)
        for mine_columns, other_columns in zip(merged.sample.columns(0, 6), whole.sample.columns(0, 6), strict=True):
            np.testing.assert_array_equal(mine_columns, other_columns)
        np.testing.assert_allclose(merged.overall().mean, whole.overall().mean)
        np.testing.assert_allclose(merged.overall().deviation, whole.overall().deviation)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    """Fourteen pictures of the network's classes, one of them broken."""
    root = tmp_path_factory.mktemp("labelled")
    for number in range(14):
        scatter(root / f"c{number % 3}" / f"{number:02}.png", number)
    (root / "c1" / "broken.png").write_bytes(b"no picture")
    return open_folder(root)


@pytest.mark.parametrize("size", [2, 4, 15])
def test_evaluations_and_plans(size: int, engine: Engine, labelled: LabelledFolder) -> None:
    alone, found = evaluate(engine, labelled, batch=2), evaluate(engine, labelled, batch=2, pool=Portions(engine, size))
    assert (found.count, found.right, found.right5, found.unreadable) == (
        14,
        alone.right,
        alone.right5,
        alone.unreadable,
    )
    assert found.loss == pytest.approx(alone.loss)
    assert found.device == "elsewhere"
    plans = ("SE_1_1=off", "SE_1_1=zero")
    one = compare_plans(engine, labelled, plans, batch=2, resamples=100)
    other = compare_plans(engine, labelled, plans, batch=2, resamples=100, pool=Portions(engine, size))
    assert other.unreadable == one.unreadable
    for mine, wanted in zip(other.rows, one.rows, strict=True):
        assert mine.model_dump(exclude={"loss", "difference"}) == wanted.model_dump(exclude={"loss", "difference"})
        assert mine.loss == pytest.approx(wanted.loss, abs=1e-6)
        assert (mine.difference.lost, mine.difference.gained) == (wanted.difference.lost, wanted.difference.gained)


def test_parts_of_sets(folder: LabelledFolder, engine: Engine) -> None:
    part = folder.part(5, 9)
    assert part.names == folder.names[5:9]
    assert part.targets == folder.targets[5:9]
    assert (part.classes, part.name, part.split) == (folder.classes, folder.name, folder.split)
    pixels = np.random.default_rng(0).integers(0, 256, (6, 16, 16, 3), np.uint8)
    data = LibrarySet("toys", "test", ("a", "b"), (0, 1) * 3, pixels)
    (batch,) = data.part(2, 5).batches(8)
    for place, picture in enumerate(batch[0]):
        np.testing.assert_array_equal(picture.pixels, pixels[2 + place])
    assert same(
        measure_profile(engine, data, batch=2), measure_profile(engine, data, batch=2, pool=_cpu(Portions(engine, 2)))
    )


def _cpu(pool: Portions) -> Portions:
    pool.device = "cpu"
    return pool
