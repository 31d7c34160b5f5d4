"""Classes of one's own made known: by whom, to whom, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from timm.layers.eca import EcaModule
from torch import Tensor, nn

from se_explorer.blocks import (
    BlockAdapter,
    BlockParts,
    SEBlock,
    adapter_for,
    find_blocks,
    register_block,
    registered_blocks,
    unregister_block,
)
from se_explorer.blocks.library import LIBRARY
from se_explorer.errors import BlockError


class MySE(nn.Module):
    """An SE block that no library has; its name alone makes find_blocks list it as unsupported."""

    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(channels, 2), nn.Linear(2, channels)
        self.act, self.gate = nn.ReLU(), nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(self.up(self.act(self.down(x.mean((2, 3))))))[:, :, None, None]


class Derived(MySE):
    pass


class Changed(MySE):
    def forward(self, x: Tensor) -> Tensor:
        return 2 * super().forward(x)


class MyAdapter(BlockAdapter):
    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, MySE)
        return BlockParts(module.down, None, module.act, module.up, module.gate)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        return u.mean((2, 3))


class Twice(MyAdapter):
    def __init__(self, factor: int) -> None:
        self.factor = factor


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    for cls in registered_blocks():
        unregister_block(cls)


def test_a_registered_class_is_found_and_a_forgotten_one_is_not() -> None:
    network = nn.Sequential(MySE(), Derived(), Changed())
    assert [gate.kind for gate in find_blocks(network).unsupported] == ["MySE"]
    adapter = MyAdapter()
    register_block(MySE, adapter)
    survey = find_blocks(network)
    assert [(block.path, block.adapter) for block in survey.blocks] == [("0", adapter), ("1", adapter)]
    assert survey.blocks[0].facts.hidden_units == 2
    assert [str(gate.reason) for gate in survey.unsupported] == [
        "derived from a known SE block, but with a forward of its own"
    ]
    assert dict(registered_blocks()) == {MySE: adapter}
    unregister_block(MySE)
    assert adapter_for(MySE()) is None
    assert not registered_blocks()


def test_a_registered_class_goes_before_what_is_known_as_another_gate() -> None:
    class Gate(EcaModule):
        forward = MySE.forward

    adapter = MyAdapter()
    register_block(Gate, adapter)
    assert adapter_for(Gate(4)) is adapter
    assert adapter_for(EcaModule(4)) is None


def test_the_same_again_is_no_mistake() -> None:
    register_block(MySE, MyAdapter())
    register_block(MySE, MyAdapter())
    register_block(SEBlock, LIBRARY[SEBlock])
    register_block(Derived, Twice(2))
    register_block(Derived, Twice(2))
    assert set(registered_blocks()) == {MySE, Derived}


def rejected(cls: Any, adapter: Any) -> BlockError:
    with pytest.raises(BlockError) as caught:
        register_block(cls, adapter)
    return caught.value


@pytest.mark.parametrize("cls", [MySE(), int, nn.Module, "MySE", None], ids=lambda cls: str(cls)[:9])
def test_what_is_no_class_of_modules(cls: Any) -> None:
    assert "torch.nn.Module" in rejected(cls, MyAdapter()).expected


def test_what_is_no_adapter() -> None:
    assert "MyAdapter()" in rejected(MySE, MyAdapter).remedy
    for adapter in (nn.Linear(1, 1), None, lambda module: module):
        assert "BlockAdapter" in rejected(MySE, adapter).expected
    assert not registered_blocks()


def test_a_class_has_one_adapter() -> None:
    register_block(MySE, Twice(2))
    for adapter in (Twice(3), MyAdapter()):
        assert "unregister_block" in rejected(MySE, adapter).remedy
    assert "OwnAdapter" in rejected(SEBlock, MyAdapter()).expected
    assert adapter_for(MySE()).factor == 2  # type: ignore[union-attr]


def test_what_is_not_registered_cannot_be_forgotten() -> None:
    for cls in (MySE, SEBlock):
        with pytest.raises(BlockError, match="registered"):
            unregister_block(cls)
    assert adapter_for(SEBlock(4, 2)) is LIBRARY[SEBlock]


def test_many_threads() -> None:
    kinds = [type(f"Kind{index}", (MySE,), {"forward": MySE.forward}) for index in range(64)]

    def register(kind: type[MySE]) -> int:
        register_block(kind, MyAdapter())
        return len(find_blocks(nn.Sequential(kind(), MySE())).blocks)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(register, kinds)) == {1}
    assert set(registered_blocks()) == set(kinds)
