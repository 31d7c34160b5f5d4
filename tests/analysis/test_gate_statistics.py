"""Mean and deviation of the gates, whatever the portions that the pictures came in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from se_explorer import Engine, LabelledFolder, SEBlock, load_picture, open_folder
from se_explorer.analysis import measure_gates
from se_explorer.errors import DataError
from tests.analysis.toys import painted_folder, scatter, toy_engine

READABLE = 11


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Gates that differ from picture to picture."""
    return toy_engine(lambda: SEBlock(8, 2), seed=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    """Eleven pictures of noise in two classes, and one broken file in each."""
    root: Path = tmp_path_factory.mktemp("gates")
    for number in range(READABLE):
        scatter(root / ("c0" if number < 4 else "c1") / f"{number:02}.png", number)
    (root / "c0" / "02b.png").write_bytes(b"no picture")
    (root / "c1" / "zz.png").write_bytes(b"")
    return open_folder(root)


@pytest.fixture(scope="module")
def gates(engine: Engine, folder: LabelledFolder) -> np.ndarray:
    """All gates in float64, (pictures, channels), one picture at a time."""
    paths = [path for path in folder.paths if path.stem not in ("02b", "zz")]
    return np.stack([engine.trace(load_picture(path)).blocks[0].gates for path in paths]).astype(np.float64)


@settings(max_examples=15)
@given(batch=st.integers(1, 2 * READABLE))
def test_any_portions_give_the_same_numbers(
    batch: int, engine: Engine, folder: LabelledFolder, gates: np.ndarray
) -> None:
    measured = measure_gates(engine, folder, batch=batch)
    assert measured.count == READABLE == len(gates)
    assert list(measured.means) == list(measured.deviations) == ["SE_1_1"]
    assert measured.means["SE_1_1"].dtype == measured.deviations["SE_1_1"].dtype == np.float32
    np.testing.assert_allclose(measured.means["SE_1_1"], gates.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(measured.deviations["SE_1_1"], gates.std(axis=0), atol=1e-6)


def test_the_deviation_is_that_of_the_population(gates: np.ndarray) -> None:
    gap = np.abs(gates.std(axis=0, ddof=1) - gates.std(axis=0))
    assert gap.max() > 1e-4  # or the test above could not tell the two apart


def test_one_picture_deviates_from_nothing(tmp_path: Path, engine: Engine) -> None:
    folder = painted_folder(tmp_path, {"c0": [(10, 200, 30)]})
    measured = measure_gates(engine, folder)
    assert measured.count == 1
    assert not measured.deviations["SE_1_1"].any()
    (block,) = engine.trace(load_picture(folder.paths[0])).blocks
    np.testing.assert_allclose(measured.means["SE_1_1"], block.gates, atol=1e-7)


def test_progress_counts_every_picture(engine: Engine, folder: LabelledFolder) -> None:
    told: list[tuple[int, int]] = []
    measure_gates(engine, folder, batch=5, report=lambda done, total: told.append((done, total)))
    assert told == [(5, 13), (10, 13), (13, 13)]


def test_nothing_to_measure(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "c0").mkdir()
    (tmp_path / "c0" / "broken.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="pictures that can be read"):
        measure_gates(engine, open_folder(tmp_path))
