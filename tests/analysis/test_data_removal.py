"""What the claim on the last stage takes from an ablation over data."""

from __future__ import annotations

from pathlib import Path

import pytest

from se_explorer.analysis.data_removal import removal_in
from se_explorer.analysis.data_sweep import DataSweeper
from se_explorer.analysis.data_sweep_record import DataSweep
from tests.analysis.test_data_sweep_record import BLUE, GREEN, RED
from tests.analysis.toys import colour_engine, painted_folder


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> DataSweep:
    """Two modes over five pictures; zero gates make all logits equal, so that every answer is red."""
    folder = painted_folder(tmp_path_factory.mktemp("set") / "val", {"r": [RED, RED], "g": [GREEN, GREEN], "b": [BLUE]})
    return DataSweeper(colour_engine(), folder, modes=["zero", "off"], resamples=200).run()


def test_the_blocks_bypassed_together(sweep: DataSweep) -> None:
    (row,) = sweep.of_mode("off")
    found = removal_in(sweep, row.blocks)
    assert found is not None
    assert (found.measure, found.with_blocks, found.without_blocks) == ("top-1", 1.0, row.right / 5)
    assert found.lost == pytest.approx(-row.difference.accuracy.value)
    assert (found.low, found.high) == (-row.difference.accuracy.high, -row.difference.accuracy.low)
    assert found.low <= found.lost <= found.high


def test_other_blocks_and_other_modes_say_nothing(sweep: DataSweep, tmp_path: Path) -> None:
    (row,) = sweep.of_mode("off")
    assert removal_in(sweep, (*row.blocks, "SE_9_9")) is None
    folder = painted_folder(tmp_path / "val", {"r": [RED], "g": [GREEN]})
    zero = DataSweeper(colour_engine(), folder, modes=["zero"], resamples=200).run()
    assert removal_in(zero, row.blocks) is None
