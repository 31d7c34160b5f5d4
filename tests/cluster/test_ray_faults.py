"""A worker and a node of a real Ray cluster that die midway: the figures are the same to the bit."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from se_explorer import Engine, LabelledFolder
from se_explorer.analysis import Profile, measure_profile
from se_explorer.analysis.pool import Portion, Work
from se_explorer.cluster.pool import RayPool, open_pool
from se_explorer.images import PictureSet
from tests.analysis.profiles import noise_engine, noise_folder, same
from tests.analysis.test_pool import Portions
from tests.cluster.conftest import Nodes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]


@dataclass(frozen=True)
class Mortal:
    """Another's work, with a pause before each portion, time in which a node can die; and one worker that kills itself.

    Attributes:
        grave: a file that is there once somebody has died; None lets all live.
    """

    work: Work[Any]
    grave: Path | None

    def opened(self, engine: Engine) -> Callable[[Portion], Any]:
        made = self.work.opened(engine)

        def measured(portion: Portion) -> Any:
            time.sleep(0.5)
            if self.grave is not None and portion.start >= 8 and not self.grave.exists():
                self.grave.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return made(portion)

        return measured


@dataclass
class Interrupted:
    """A pool to which something happens after its first part."""

    pool: RayPool
    happens: Callable[[], None]
    grave: Path | None = None

    @property
    def kind(self) -> str:
        return self.pool.kind

    @property
    def device(self) -> str:
        return self.pool.device

    def parts(self, work: Work[Any], data: PictureSet, batch: int, start: int = 0) -> Iterator[tuple[int, Any]]:
        for number, each in enumerate(self.pool.parts(Mortal(work, self.grave), data, batch, start)):
            yield each
            if number == 0:
                self.happens()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("faults") / "val")


@pytest.fixture(scope="module")
def wanted(engine: Engine, folder: LabelledFolder) -> Profile:
    """What portions of four pictures give in this process."""
    pool = Portions(engine, 4)
    pool.device = "cpu"
    return measure_profile(engine, folder, batch=1, pool=pool)


def test_a_worker_dies_midway(
    nodes: Nodes, engine: Engine, folder: LabelledFolder, wanted: Profile, tmp_path: Path
) -> None:
    grave = tmp_path / "grave"
    with open_pool(engine.network, None, nodes.address, 2) as pool:
        found = measure_profile(engine, folder, batch=1, pool=Interrupted(pool, lambda: None, grave))
    assert grave.exists()
    assert same(found, wanted)


def test_a_node_dies_midway(nodes: Nodes, engine: Engine, folder: LabelledFolder, wanted: Profile) -> None:
    with open_pool(engine.network, None, nodes.address, 3) as pool:
        found = measure_profile(engine, folder, batch=1, pool=Interrupted(pool, nodes.kill))
    assert same(found, wanted)
