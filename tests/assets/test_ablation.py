"""The shipped ablations over data fit the networks that they are of."""

from __future__ import annotations

import pytest

from se_explorer.analysis.data_removal import removal_in
from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep
from se_explorer.engine import Engine
from se_explorer.models import DEFAULT_MODEL, bundled_cards, open_network
from se_explorer.models.bundled import ASSETS
from se_explorer.models.digest import weights_sha256


@pytest.fixture(scope="module")
def sweep() -> DataSweep:
    path = ASSETS / "ablation" / f"{DEFAULT_MODEL}.val.json"
    return read_data_sweep(path.read_bytes(), path.name)


def test_it_is_of_the_bundled_network_and_agrees_with_its_card(sweep: DataSweep) -> None:
    card = bundled_cards()[DEFAULT_MODEL]
    assert (sweep.model, sweep.weights, sweep.weights_sha256) == (card.id, "pretrained", card.sha256)
    assert (sweep.baseline.right, sweep.count) == (card.accuracy.right, card.accuracy.count) == (3573, 3925)
    assert sweep.interval == (card.accuracy.low, card.accuracy.high)
    assert (sweep.split, sweep.unreadable, sweep.classes) == ("val", (), card.class_count)


def test_every_block_is_there_in_both_modes(sweep: DataSweep) -> None:
    network = open_network()
    assert weights_sha256(network) == sweep.weights_sha256
    names = list(Engine(network, "cpu").channels)
    assert sweep.kind == "leave-one-out"
    assert sweep.modes[:2] == ("off", "mean")
    for mode in sweep.modes:
        assert [row.blocks for row in sweep.of_mode(mode)] == [(name,) for name in names]
    assert [each.blocks for each in sweep.contrasts if each.mode == "mean"] == [(name,) for name in names]


def test_the_last_stage_as_a_whole_is_there(sweep: DataSweep) -> None:
    path = ASSETS / "ablation" / f"{DEFAULT_MODEL}.val.stages.json"
    stages = read_data_sweep(path.read_bytes(), path.name)
    same = ("model", "weights", "weights_sha256", "data", "split", "classes", "count", "unreadable", "level")
    assert all(getattr(stages, name) == getattr(sweep, name) for name in same)
    assert (stages.kind, stages.baseline.right) == ("stages", sweep.baseline.right)
    names = list(Engine(open_network(), "cpu").channels)
    for mode in stages.modes:
        blocks = [row.blocks for row in stages.of_mode(mode)]
        assert [name for stage in blocks for name in stage] == names
        assert blocks[-1] == ("SE_5_1", "SE_5_2", "SE_5_3")
    found = removal_in(stages, blocks[-1])
    assert found is not None
    assert found.low <= found.lost <= found.high
