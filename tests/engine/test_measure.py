"""Tensors to arrays, in one transfer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from se_explorer.engine import Engine, measure
from se_explorer.engine.measure import collect
from tests.networks import noise, open_toy

shapes = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=6)


@given(shapes)
def test_shapes_and_values_survive(sizes: list[list[int]]) -> None:
    tensors = [torch.randn(size, generator=torch.Generator().manual_seed(place)) for place, size in enumerate(sizes)]
    for tensor, array in zip(tensors, collect(tensors), strict=True):
        assert array.dtype == np.float32
        assert array.shape == tuple(tensor.shape)
        assert np.array_equal(array, tensor.numpy())
        assert not array.flags.writeable


def test_any_layout_and_any_type_of_number() -> None:
    maps = torch.randn(2, 3, 4, 5)
    given_tensors = [
        maps.contiguous(memory_format=torch.channels_last),
        maps.permute(0, 2, 3, 1),
        maps[:, ::2],
        torch.tensor([[True, False]]),
        torch.tensor([1, 2]),
        torch.tensor([0.5], dtype=torch.float64),
        torch.tensor([0.5], dtype=torch.bfloat16),
    ]
    for tensor, array in zip(given_tensors, collect(given_tensors), strict=True):
        assert np.array_equal(array, tensor.float().numpy())


def test_the_arrays_do_not_change_with_the_tensors() -> None:
    tensor = torch.ones(3)
    (array,) = collect([tensor])
    tensor.zero_()
    assert array.tolist() == [1, 1, 1]


def test_a_run_makes_one_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    transfers: list[int] = []
    cpu = torch.Tensor.cpu

    def counted(tensor: torch.Tensor) -> torch.Tensor:
        transfers.append(tensor.numel())
        return cpu(tensor)

    monkeypatch.setattr(torch.Tensor, "cpu", counted)
    run = engine.run(noise(16), keep=list(engine.channels), statistics=True)
    values = [value for block in run.blocks for value in vars(block).values()]
    assert transfers == [run.logits.size + sum(value.size for value in values)]


def test_statistics_that_nobody_wants_are_nan() -> None:
    for block in Engine(open_toy()).run(noise(16, 2)).blocks:
        for array in (block.energy, block.low, block.high):
            assert array.shape == block.gates.shape
            assert np.isnan(array).all()
        assert np.isfinite(block.gates).all()
        assert block.maps is None


def test_more_than_one_piece_of_memory_is_read_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    whole = engine.run(noise(16, 3), keep=list(engine.channels), statistics=True)
    monkeypatch.setattr(measure, "LEDGER", 7)  # every block's values need a piece of their own
    pieces = engine.run(noise(16, 3), keep=list(engine.channels), statistics=True)
    assert np.array_equal(whole.logits, pieces.logits)
    for one, other in zip(whole.blocks, pieces.blocks, strict=True):
        assert one.arrays.keys() == other.arrays.keys()
        assert all(np.array_equal(values, other.arrays[name]) for name, values in one.arrays.items())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("shape", [(1, 5, 1, 1), (1, 32, 8, 8), (3, 7, 5, 3)])
@pytest.mark.parametrize("lying", ["channels last", "channels first", "cut out"])
def test_mean_squares_are_those_of_numpy(shape: tuple[int, ...], dtype: torch.dtype, lying: str) -> None:
    maps = 3 + torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    if lying == "channels last":
        maps = maps.contiguous(memory_format=torch.channels_last)
    elif lying == "cut out":
        maps = torch.cat([maps, maps], 3)[..., : shape[3]]
    maps = maps.to(dtype)
    wanted = np.square(maps.double().numpy()).mean((2, 3))
    found = measure.energies(maps)
    assert found.shape == shape[:2]
    np.testing.assert_allclose(found.double().numpy(), wanted, rtol=2e-2 if dtype is torch.bfloat16 else 1e-5)
