"""Ablation over data, worked out by hand on five painted pictures and held against NumPy on others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from se_explorer import LabelledFolder, open_folder
from se_explorer.analysis.data_sweep import DataSweeper, compare_plans
from se_explorer.analysis.outcomes import measure_outcomes
from se_explorer.analysis.paired import holm, mcnemar, paired_intervals
from se_explorer.engine import Engine
from se_explorer.errors import DataError, EditPlanError
from tests.analysis.toys import colour_engine, painted_folder, scatter
from tests.networks import make_network, open_family

RED, GREEN, BLUE = (204, 102, 51), (51, 204, 102), (102, 51, 204)


@pytest.fixture
def folder(tmp_path: Path) -> LabelledFolder:
    """Five pictures, one of them in a wrong class, and one that cannot be read."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "broken.png").write_bytes(b"no picture")
    return painted_folder(tmp_path, {"r": [RED, RED, GREEN], "g": [GREEN], "b": [BLUE]})


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, LabelledFolder]:
    """A network of five blocks whose classes are our folders, and thirty pictures."""
    root = tmp_path_factory.mktemp("data")
    network = make_network(open_family("own").module, 64, tuple(f"c{number}" for number in range(10)))
    for number in range(30):
        scatter(root / f"c{number % 10}" / f"{number}.png", number)
    return Engine(network), open_folder(root)


def test_plans_by_hand(folder: LabelledFolder) -> None:
    sweep = compare_plans(colour_engine(), folder, ["SE_1_1.0=0", "SE_1_1=zero", "", "SE_1_1=zero", "SE_1_1=off"])
    assert (sweep.baseline.right, sweep.count, len(sweep.unreadable)) == (4, 5, 1)
    assert sweep.unreadable[0].startswith("Expected ")
    assert str(folder.root) not in sweep.unreadable[0], "whose machine it was is nobody's business"
    shut, zero, off = sweep.rows
    assert [row.edits for row in sweep.rows] == ["SE_1_1.0=0", "SE_1_1=zero", "SE_1_1=off"]
    # Without red, both red pictures are taken for green; the three others are answered as before.
    assert (shut.right, shut.agreeing, shut.difference.lost, shut.difference.gained) == (2, 3, 2, 0)
    # With all gates shut all logits are equal and red is the answer: green and blue are lost, one is won.
    assert (zero.right, zero.agreeing, zero.difference.lost, zero.difference.gained) == (3, 2, 2, 1)
    # Bypassed, the logits double and no answer changes.
    assert (off.right, off.agreeing, off.difference.lost, off.difference.gained) == (4, 5, 0, 0)
    assert [row.difference.accuracy.value for row in sweep.rows] == pytest.approx([-0.4, -0.2, 0])
    assert [row.difference.p for row in sweep.rows] == [0.5, 1.0, 1.0]
    assert [row.difference.p_holm for row in sweep.rows] == [1.0, 1.0, 1.0]
    assert (off.difference.accuracy.low, off.difference.accuracy.high) == (0, 0)
    before = np.log(np.exp([0.4, 0.2, 0.1]).sum()) - np.array([0.4, 0.4, 0.1, 0.4, 0.4])
    assert zero.difference.loss.value == pytest.approx(np.log(3) - before.mean(), abs=1e-5)
    assert (sweep.kind, sweep.modes, sweep.contrasts) == ("", (), ())


def test_modes_stand_side_by_side(folder: LabelledFolder) -> None:
    sweep = DataSweeper(colour_engine(), folder, modes=["off", "zero", "off"]).run()
    assert sweep.modes == ("off", "zero")
    assert [(row.mode, row.edits, row.blocks) for row in sweep.rows] == [
        ("off", "SE_1_1=off", ("SE_1_1",)),
        ("zero", "SE_1_1=zero", ("SE_1_1",)),
    ]
    (contrast,) = sweep.contrasts
    assert (contrast.mode, contrast.against, contrast.blocks) == ("zero", "off", ("SE_1_1",))
    assert (contrast.difference.lost, contrast.difference.gained) == (2, 1)
    assert contrast.difference.accuracy.value == pytest.approx(-0.2)


@pytest.mark.parametrize("kind", ["leave-one-out", "keep-one", "stages", "cumulative:front", "cumulative:back"])
def test_a_sweep_is_plan_by_plan(kind: str, own: tuple[Engine, LabelledFolder]) -> None:
    engine, folder = own
    modes = ("off", "constant:0.25", "shuffle:1")
    told: list[int] = []
    sweep = DataSweeper(engine, folder, kind, modes, batch=8, resamples=500).run(lambda done, _: told.append(done))
    assert told == [8, 16, 24, 30]
    assert sweep.kind == kind
    assert sweep.one_pass
    each = len(sweep.rows) // 3
    assert [row.mode for row in sweep.rows] == [mode for mode in modes for _ in range(each)]
    base = measure_outcomes(engine, folder, [""])
    for mode in modes:
        rows, p_values = sweep.of_mode(mode), []
        for row in rows:
            alone = measure_outcomes(engine, folder, [row.edits])
            assert row.right == alone.right.sum()
            assert row.agreeing == (alone.predicted == base.predicted).sum()
            gaps = np.concatenate([(alone.right.astype(int) - base.right), alone.losses - base.losses]).T
            accuracy, loss = paired_intervals(gaps, resamples=500)
            assert row.difference.accuracy.value == pytest.approx(accuracy.value)
            assert (row.difference.accuracy.low, row.difference.accuracy.high) == (accuracy.low, accuracy.high)
            assert row.difference.loss.value == pytest.approx(loss.value, abs=1e-5)
            p_values.append(mcnemar(int((gaps[:, 0] < 0).sum()), int((gaps[:, 0] > 0).sum())))
        assert [row.difference.p for row in rows] == p_values
        assert [row.difference.p_holm for row in rows] == list(holm(p_values)), "adjusted within the mode"
    pairs = [(contrast.mode, contrast.against) for contrast in sweep.contrasts]
    assert pairs == [("constant:0.25", "off")] * each + [("shuffle:1", "off")] * each
    off, constant = sweep.of_mode("off")[0], sweep.of_mode("constant:0.25")[0]
    assert sweep.contrasts[0].difference.accuracy.value == pytest.approx((constant.right - off.right) / 30)


def test_little_memory_gives_the_same(own: tuple[Engine, LabelledFolder]) -> None:
    engine, folder = own
    large, little = (DataSweeper(engine, folder, modes=["off"], bound=bound).run() for bound in (2**28, 2**17))
    assert [row.right for row in little.rows] == [row.right for row in large.rows]
    assert [row.loss for row in little.rows] == pytest.approx([row.loss for row in large.rows], abs=1e-5)


@pytest.mark.parametrize(
    ("kind", "modes", "named"),
    [
        ("channels:SE_1_1", ["off"], "depend on the picture"),
        ("cumulative:greedy", ["off"], "depend on the picture"),
        ("all", ["off"], "'all'"),
        ("leave-one-out", ["on"], "'on'"),
        ("leave-one-out", ["mean"], "mean gates"),
        ("leave-one-out", ["donor:x"], "donor"),
        ("leave-one-out", [], "1 to 16 modes"),
    ],
)
def test_what_cannot_be_swept(kind: str, modes: list[str], named: str, folder: LabelledFolder) -> None:
    with pytest.raises(EditPlanError, match=named):
        DataSweeper(colour_engine(), folder, kind, modes)


def test_classes_that_the_network_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cat"):
        DataSweeper(colour_engine(), painted_folder(tmp_path, {"cat": [RED]}), modes=["off"]).run()
