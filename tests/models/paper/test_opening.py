"""Systems of the paper by their ids."""

from __future__ import annotations

import pytest

from se_explorer.analysis.outline import architecture_without_weights
from se_explorer.engine import Engine
from se_explorer.errors import ModelError, WeightsError
from se_explorer.models import open_network
from se_explorer.models.paper import paper_system, paper_systems
from se_explorer.models.paper.opening import can_be_opened


def test_what_has_se_can_be_opened() -> None:
    closed = {system.id for system in paper_systems() if not can_be_opened(system)}
    assert "table16-nosqueeze" in closed
    assert "table10-original" in closed
    assert not any(name.endswith("-se") for name in closed)


def test_the_architecture_without_weights_has_the_systems_blocks() -> None:
    found = architecture_without_weights("paper:table3-shufflenet-se")
    assert found.title == "SE-ShuffleNet, Table 3 of the paper"
    assert found.parameters == 2_476_144
    assert len(found.blocks) == 16
    assert architecture_without_weights("paper:table14-pre").title == "SE-PRE, Table 14 of the paper"
    with pytest.raises(ModelError, match="which has none"):
        architecture_without_weights("paper:table3-shufflenet")


def test_it_runs_with_random_weights_and_says_so() -> None:
    network = open_network("paper:table3-shufflenet-se", "random:3")
    assert network.is_random
    assert network.card is None
    assert len(network.labels) == 1000
    assert [block.name for block in Engine(network, "cpu").blocks][:2] == ["SE_3_1", "SE_3_2"]


def test_trained_weights_and_unknown_rows_are_refused() -> None:
    with pytest.raises(WeightsError, match="random:0"):
        open_network("paper:table2-resnet50-se")
    with pytest.raises(ModelError, match="table9"):
        open_network("paper:table9", "random:0")
    assert paper_system("senet154").table is None
