"""Data sets measured in a real Ray cluster: the same figures as in one process, also decoded apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from se_explorer import Engine, LabelledFolder, evaluate
from se_explorer.analysis import Profile, measure_profile
from se_explorer.analysis.data_sweep import DataSweeper
from se_explorer.analysis.pool import Pool
from se_explorer.analysis.profiling import Resumption
from se_explorer.cluster.pool import RayPool, open_pool
from se_explorer.errors import ClusterError, DataError, DeviceError
from se_explorer.images.data_sources import LibrarySet
from tests.analysis.profiles import BROKEN, noise_engine, noise_folder
from tests.cluster.conftest import Nodes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]
BATCH = 1  # so that a portion is 4 pictures, and 24 are 6 portions


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("ray") / "val")


@pytest.fixture(scope="module")
def alone(engine: Engine, folder: LabelledFolder) -> Profile:
    """The profile that one process makes."""
    return measure_profile(engine, folder, batch=BATCH)


def assert_close(found: Profile, wanted: Profile) -> None:
    """The same up to rounding; what is no sum, such as extremes and names, to the bit."""
    one, other = found.arrays(), wanted.arrays()
    assert list(one) == list(other)
    for name, values in one.items():
        np.testing.assert_allclose(values, other[name], rtol=1e-5, atol=1e-6, err_msg=name)
    assert found.header.model_dump(exclude={"made"}) == wanted.header.model_dump(exclude={"made"})


def test_a_profile_is_that_of_one_process(nodes: Nodes, engine: Engine, folder: LabelledFolder, alone: Profile) -> None:
    seen = list[int]()
    with open_pool(engine.network, None, nodes.address, 3) as pool:
        found = measure_profile(engine, folder, batch=BATCH, pool=pool, report=lambda done, _total: seen.append(done))
    assert_close(found, alone)
    assert [each.name for each in found.header.unreadable] == [folder.names[index] for index in BROKEN]
    assert seen == [4, 8, 12, 16, 20, 24]


def test_what_was_kept_by_one_process_is_gone_on_with_in_the_cluster(
    nodes: Nodes, engine: Engine, folder: LabelledFolder, alone: Profile, tmp_path: Path
) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    resumption = Resumption(tmp_path / "toy.part", seconds=0)
    with pytest.raises(KeyboardInterrupt):
        measure_profile(engine, folder, batch=BATCH, resumption=resumption, report=stop)
    seen = list[int]()
    with open_pool(engine.network, None, nodes.address, 2) as pool:
        found = measure_profile(
            engine,
            folder,
            batch=BATCH,
            resumption=resumption,
            report=lambda done, _total: seen.append(done),
            pool=pool,
        )
    assert seen[0] == 10
    assert_close(found, alone)


def test_evaluations_and_sweeps(nodes: Nodes, engine: Engine, tmp_path: Path) -> None:
    folder = noise_folder(tmp_path / "val")
    for number in range(3):
        (tmp_path / "val" / f"k{number}").rename(tmp_path / "val" / f"c{number}")
    folder = type(folder)(
        folder.root,
        tuple(folder.root / name.replace("k", "c", 1) for name in folder.names),
        folder.targets,
        ("c0", "c1", "c2"),
    )
    sweeper = DataSweeper(engine, folder, "leave-one-out", ("off", "zero"), batch=2, resamples=200)
    with open_pool(engine.network, None, nodes.address, 2) as pool:
        scored, swept = evaluate(engine, folder, batch=2, pool=pool), sweeper.run(pool=pool)
    here, sweep = evaluate(engine, folder, batch=2), sweeper.run()
    assert (scored.count, scored.right, scored.right5) == (here.count, here.right, here.right5)
    assert scored.unreadable == here.unreadable
    assert scored.loss == pytest.approx(here.loss)
    left_out = {"date", "seconds", "baseline", "rows", "contrasts", "forward_equivalents"}
    assert swept.forward_equivalents == pytest.approx(sweep.forward_equivalents)
    assert swept.model_dump(exclude=left_out) == sweep.model_dump(exclude=left_out)
    for mine, other in zip(swept.rows, sweep.rows, strict=True):
        assert (mine.edits, mine.right, mine.right5, mine.agreeing) == (
            other.edits,
            other.right,
            other.right5,
            other.agreeing,
        )
        assert mine.loss == pytest.approx(other.loss, abs=1e-6)
        assert mine.difference.loss.low == pytest.approx(other.difference.loss.low, abs=1e-5)


def test_decoding_apart_as_for_gpus(nodes: Nodes, engine: Engine, folder: LabelledFolder, alone: Profile) -> None:
    with open_pool(engine.network, "cpu", nodes.address, 1) as pool:
        apart: Pool = RayPool(engine.network, "cpu", 1, apart=True)
        assert pool.workers == 1
        found = measure_profile(engine, folder, batch=BATCH, pool=apart)
    assert_close(found, alone)


def test_pixels_of_a_library(nodes: Nodes, engine: Engine) -> None:
    random = np.random.default_rng(0)
    data = LibrarySet("toys", "test", ("a", "b"), (0, 1) * 6, random.integers(0, 256, (12, 20, 20, 3), np.uint8))
    with open_pool(engine.network, None, nodes.address, 2) as pool:
        found = measure_profile(engine, data, batch=BATCH, pool=pool)
    assert_close(found, measure_profile(engine, data, batch=BATCH))


def test_what_is_wrong_is_told(nodes: Nodes, engine: Engine, folder: LabelledFolder, tmp_path: Path) -> None:
    gone = type(folder)(tmp_path / "gone", folder.paths, folder.targets, folder.classes)
    with open_pool(engine.network, None, nodes.address, 1) as pool, pytest.raises(DataError, match="every machine"):
        list(measure_profile(engine, gone, batch=BATCH, pool=pool).blocks)
    with pytest.raises(ClusterError, match="1 to 3 workers"), open_pool(engine.network, None, nodes.address, 4):
        pass
    with pytest.raises(DeviceError, match="cuda"), open_pool(engine.network, "cuda", nodes.address, 1):
        pass
