"""Every picture's answers under many plans, as plan by plan would give them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from se_explorer import SEBlock, evaluate, open_folder
from se_explorer.analysis.outcomes import BYTES_A_PICTURE, Kept, measure_outcomes
from se_explorer.errors import DataError, EditPlanError
from tests.analysis.toys import colour_engine, painted_folder, scatter, toy_engine

RED = (204, 102, 51)
PLANS = ("", "SE_1_1=off", "SE_1_1.3=0;SE_1_1.0=2", "SE_1_1=shuffle:1")


def test_it_is_evaluate_plan_by_plan(tmp_path: Path) -> None:
    engine = toy_engine(lambda: SEBlock(8, 2), classes=9, seed=3)
    for number in range(18):
        scatter(tmp_path / f"c{number % 9}" / f"{number}.png", number)
    (tmp_path / "c4" / "broken.png").write_bytes(b"no picture")
    folder, told = open_folder(tmp_path), list[tuple[int, int]]()
    outcomes = measure_outcomes(engine, folder, PLANS, batch=5, report=lambda done, total: told.append((done, total)))
    assert told == [(5, 19), (10, 19), (15, 19), (19, 19)]
    assert outcomes.count == 18
    assert len(outcomes.unreadable) == 1
    assert "broken.png" in outcomes.unreadable[0]
    for row, plan in enumerate(PLANS):
        alone = evaluate(engine, folder, plan)
        assert (int(outcomes.right[row].sum()), outcomes.right5[row]) == (alone.right, alone.right5)
        assert outcomes.losses[row].mean() == pytest.approx(alone.loss, abs=1e-5)
    assert len(np.unique(outcomes.right5)) > 1, "the plans differ"
    held = outcomes.predicted.nbytes + outcomes.losses.nbytes
    assert held == BYTES_A_PICTURE * 18 * len(PLANS)


def test_of_equal_logits_the_first_class_comes_first() -> None:
    kept = Kept(1, 3)
    kept.add(np.zeros((1, 3, 9), np.float32), np.array([0, 4, 5]))
    assert kept.predicted.tolist() == [[0, 0, 0]]
    assert kept.right5.tolist() == [2]
    assert kept.losses[0] == pytest.approx(np.log(9))


def test_whoever_stops_it_stops_it(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    folder = painted_folder(tmp_path, {"r": [RED] * 4})
    with pytest.raises(StoppedError):
        measure_outcomes(colour_engine(), folder, [""], batch=2, report=stop)


def test_a_folder_of_nothing_readable_and_plans_that_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "broken.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="pictures that can be read"):
        measure_outcomes(colour_engine(), open_folder(tmp_path), [""])
    with pytest.raises(EditPlanError, match="SE_7_1"):
        measure_outcomes(colour_engine(), open_folder(tmp_path), ["SE_7_1=off"])
