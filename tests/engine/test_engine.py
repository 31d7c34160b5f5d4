"""Opening an engine, and what it refuses."""

from __future__ import annotations

import pytest
from timm.layers.eca import EcaModule
from torch import Tensor, nn

from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine
from se_explorer.engine import engine as engine_module
from se_explorer.errors import BlockError, EditPlanError, ModelError, TraceError
from tests.networks import Toy, make_network, noise, open_toy


@pytest.fixture(scope="module")
def toy() -> Engine:
    return Engine(open_toy())


def test_blocks_in_running_order(toy: Engine) -> None:
    assert [(block.name, block.path) for block in toy.blocks] == [("SE_1_1", "first"), ("SE_2_1", "second")]
    assert [(block.height, block.width) for block in toy.blocks] == [(8, 8), (4, 4)]
    assert toy.channels == {"SE_1_1": 8, "SE_2_1": 8}
    assert toy.found("SE_2_1").module is toy.network.module.second


def test_running_order_is_not_the_order_of_definition() -> None:
    class Backwards(Toy):
        def forward(self, x: Tensor) -> Tensor:
            return self.fc(self.first(self.conv(self.second(self.stem(x)))).mean((2, 3)))

    engine = Engine(make_network(Backwards()))
    assert [block.path for block in engine.blocks] == ["second", "first"]
    assert engine.found("SE_1_1").module is engine.network.module.second


def test_a_block_that_runs_twice_is_two_blocks_and_one_that_never_runs_is_none() -> None:
    class Twice(Toy):
        def forward(self, x: Tensor) -> Tensor:
            return self.fc(self.first(u=self.conv(self.first(self.stem(x)))).mean((2, 3)))

    engine = Engine(make_network(Twice()))
    assert engine.traced
    assert [(block.name, block.path) for block in engine.blocks] == [("SE_1_1", "first"), ("SE_2_1", "first")]
    first, second = engine.run(noise(16), "SE_1_1=off").blocks
    assert (first.applied == 1).all()
    assert (second.applied != 1).all()


def test_a_network_without_blocks_is_refused() -> None:
    with pytest.raises(ModelError, match="has none") as caught:
        Engine(make_network(nn.Conv2d(3, 4, 1)))
    assert caught.value.remedy


def test_other_gates_are_named_where_there_is_no_block() -> None:
    with pytest.raises(ModelError, match="1 gate of another kind"):
        Engine(make_network(nn.Sequential(nn.Conv2d(3, 8, 1), EcaModule(8))))


def test_other_gates_are_listed_beside_blocks() -> None:
    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(3, 8, 1), SEBlock(8, 2), EcaModule(8))

        def forward(self, x: Tensor) -> Tensor:
            return self.body(x).mean((2, 3))

    engine = Engine(make_network(Mixed()))
    assert [gate.path for gate in engine.unsupported] == ["body.2"]
    assert [block.path for block in engine.blocks] == ["body.1"]


def test_unknown_names_are_refused(toy: Engine) -> None:
    with pytest.raises(BlockError, match="SE_1_1, SE_2_1"):
        toy.found("SE_9_9")
    with pytest.raises(BlockError, match="SE_9_9"):
        toy.run(noise(16), keep=["SE_1_1", "SE_9_9"])
    for plan in ("SE_9_9=off", "SE_1_1.8=0", "rubbish"):
        with pytest.raises(EditPlanError):
            toy.run(noise(16), plan)
        with pytest.raises(EditPlanError):
            toy.logits(noise(16), plan)


def test_maps_over_the_budget_are_refused_before_anything_runs(toy: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = 4 * 3 * 8 * (8 * 8 + 4 * 4)
    monkeypatch.setattr(engine_module, "MAP_BUDGET", wanted)
    run = toy.run(noise(16, 3), keep=list(toy.channels))
    assert sum(block.maps.nbytes for block in run.blocks if block.maps is not None) == wanted
    monkeypatch.setattr(engine_module, "MAP_BUDGET", wanted - 1)
    monkeypatch.setattr(toy, "_runner", None)
    with pytest.raises(TraceError, match="fewer blocks or pictures"):
        toy.run(noise(16, 3), keep=list(toy.channels))
