"""The shipped ablations over data fit the networks that they are of."""

from __future__ import annotations

import pytest

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
