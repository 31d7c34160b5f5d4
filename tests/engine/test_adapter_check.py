"""A registered adapter does what its module does, or no engine is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from se_explorer.blocks import (
    BlockAdapter,
    BlockParts,
    Excitation,
    ExcitationLayers,
    register_block,
    registered_blocks,
    unregister_block,
)
from se_explorer.engine import Engine
from se_explorer.errors import BlockError
from tests.blocks.test_registry import MyAdapter, MySE
from tests.networks import Toy, make_network, noise, randomise


class Net(Toy):
    """One block of ours, one of a person's."""

    def __init__(self) -> None:
        super().__init__()
        self.second = MySE(8)


class UntraceableNet(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if x.sum() < 1e9 else super().forward(-x)


class InPlace(MySE):
    """Scales in place, as people do to save memory."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mul_(self.gate(self.up(self.act(self.down(x.mean((2, 3))))))[:, :, None, None])


class NetInPlace(Net):
    def __init__(self) -> None:
        super().__init__()
        self.second = InPlace(8)


class UntraceableNetInPlace(UntraceableNet):
    def __init__(self) -> None:
        super().__init__()
        self.second = InPlace(8)


class NoParts(MyAdapter):
    def parts(self, module: nn.Module) -> BlockParts:
        return BlockParts(module.down, None, module.activation, module.up, module.gate)  # no such attribute


class WithoutGate(MyAdapter):
    def parts(self, module: nn.Module) -> BlockParts:
        parts = super().parts(module)
        return BlockParts(parts.reduce, None, parts.activation, parts.expand, nn.Tanh())


class MaxSqueeze(MyAdapter):
    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        return u.amax((2, 3))


class SpatialSqueeze(MyAdapter):
    def excite(self, module: nn.Module, u: Tensor) -> Excitation:
        excitation = super().excite(module, u)
        return Excitation(u.mean(3).flatten(1), excitation.hidden, excitation.preactivation, excitation.s)


class OtherLayers(MyAdapter):
    def layers(self, module: nn.Module) -> ExcitationLayers:
        layers = super().layers(module)
        return ExcitationLayers(layers.w1, layers.b1, layers.w2, layers.b2 + 1)


class ShiftedScale(MyAdapter):
    def scale(self, u: Tensor, s: Tensor) -> Tensor:
        return super().scale(u, s) + 0.01


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    for cls in registered_blocks():
        unregister_block(cls)


@pytest.mark.parametrize("kind", [Net, UntraceableNet])
def test_a_right_adapter_gives_the_networks_own_logits(kind: type[Net]) -> None:
    module = randomise(kind())
    assert len(Engine(make_network(module)).blocks) == 1  # before it is known
    register_block(MySE, MyAdapter())
    engine = Engine(make_network(module))
    assert engine.traced is (kind is Net)
    assert [block.path for block in engine.blocks] == ["first", "second"]
    batch = noise(16, 3)
    with torch.inference_mode():
        assert torch.equal(torch.from_numpy(engine.logits(batch)), module(batch))
    assert (engine.logits(batch, "SE_2_1=off") != engine.logits(batch)).any()
    assert engine.unsupported == ()


@pytest.mark.parametrize("kind", [NetInPlace, UntraceableNetInPlace])
def test_a_block_that_scales_in_place_is_seen_before_it_does(kind: type[Net]) -> None:
    """Run through hooks, which see a module when it has written x~ over its u."""
    register_block(InPlace, MyAdapter())
    module = randomise(kind())
    engine = Engine(make_network(module))
    assert not engine.traced
    batch = noise(16, 3)
    with torch.inference_mode():
        wanted = module(batch.clone())
        u = module.conv(torch.relu(module.first(module.stem(batch))))
        torch.testing.assert_close(torch.from_numpy(engine.logits(batch)), wanted)
    maps = engine.run(batch, keep=["SE_2_1"]).blocks[-1].maps
    torch.testing.assert_close(torch.as_tensor(maps), u, check_stride=False)


WRONG: dict[str, tuple[BlockAdapter, str]] = {
    "another gate": (WithoutGate(), "another x~"),
    "another squeeze": (MaxSqueeze(), "another x~"),
    "another scale": (ShiftedScale(), "another x~"),
    "z per place": (SpatialSqueeze(), "z of shape (1, 32) instead of (1, 8)"),
    "other layers": (OtherLayers(), "what goes into the gate"),
}


@pytest.mark.parametrize(("adapter", "said"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("kind", [Net, UntraceableNet])
def test_a_wrong_adapter_is_refused_with_its_fault(adapter: BlockAdapter, said: str, kind: type[Net]) -> None:
    register_block(MySE, adapter)
    with pytest.raises(BlockError) as caught:
        Engine(make_network(randomise(kind())))
    assert said in caught.value.received
    assert "second" in caught.value.received
    assert type(adapter).__name__ in caught.value.expected


def test_an_adapter_that_fails_is_refused_where_it_is_first_used() -> None:
    register_block(MySE, NoParts())
    with pytest.raises(BlockError, match="NoParts"):
        Engine(make_network(randomise(Net())))
