"""What processes that train together share, seen from one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from timm.layers.norm_act import BatchNormAct2d
from torch import distributed, nn

from se_explorer.errors import DeviceError, RecipeError
from se_explorer.models.notes_cnn import NotesCNN
from se_explorer.training.ranks import ALONE, Ranks, joined
from se_explorer.training.shared_norm import SharedBatchNorm, share_training, synchronised_twin


@pytest.fixture
def group() -> Iterator[None]:
    """A group of one process."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.parametrize(("size", "count"), [(1, 5), (2, 8), (3, 8), (4, 3)])
def test_every_row_belongs_to_one_process(size: int, count: int) -> None:
    rows = [row for rank in range(size) for row in range(count)[Ranks(rank, size).rows(count)]]
    assert rows == list(range(count))


def test_a_batch_that_cannot_be_shared_evenly() -> None:
    Ranks(1, 3).check_batch(9)
    with pytest.raises(RecipeError, match=r"a batch size that 3 processes can share evenly, but got 8"):
        Ranks(1, 3).check_batch(8)


def test_without_torchrun_a_process_is_alone() -> None:
    with joined("cpu") as (ranks, device):
        assert (ranks, device) == (ALONE, "cpu")
        assert not distributed.is_initialized()


def test_more_processes_than_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("WORLD_SIZE", "9"), ("LOCAL_WORLD_SIZE", "9")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOCAL_RANK", "8")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(DeviceError, match="a GPU for each process, but got 9 processes and 2 GPUs"), joined("cuda"):
        pytest.fail("it began")


NORMS = {
    "1d": (nn.BatchNorm1d(3), (6, 3)),
    "2d": (nn.BatchNorm2d(3), (4, 3, 5, 5)),
    "timm": (BatchNormAct2d(3), (4, 3, 5, 5)),
    "no-weights": (nn.BatchNorm2d(3, affine=False), (4, 3, 5, 5)),
    "no-statistics": (nn.BatchNorm2d(3, track_running_stats=False), (4, 3, 5, 5)),
    "mean": (nn.BatchNorm2d(3, momentum=None), (4, 3, 5, 5)),
}


@pytest.mark.parametrize("kind", NORMS)
@pytest.mark.usefixtures("group")
def test_batch_norm_with_its_gradients_and_statistics(kind: str) -> None:
    norm, shape = NORMS[kind]
    generator = torch.Generator().manual_seed(1)
    x = 3 + 2 * torch.randn(shape, generator=generator)
    towards = torch.randn(shape, generator=generator)
    kept = {name: value.clone() for name, value in norm.state_dict().items()}
    found = []
    for mode in (None, SharedBatchNorm()):
        norm.load_state_dict(kept)
        norm.zero_grad()
        given = x.clone().requires_grad_()
        if mode is None:
            result = norm(given)
        else:
            with mode:
                result = norm(given)
        (result * towards).sum().backward()
        gradients = [parameter.grad for parameter in norm.parameters()]
        found.append([result, given.grad, *gradients, *(value.clone() for value in norm.buffers())])
    assert len(found[0]) == len(found[1])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.usefixtures("group")
def test_evaluation_is_as_ever() -> None:
    norm, x = nn.BatchNorm2d(3).eval(), torch.randn(2, 3, 4, 4)
    with SharedBatchNorm():
        shared = norm(x)
    assert torch.equal(shared, norm(x))


def test_the_twin_for_gpus_works_on_the_networks_own_tensors() -> None:
    network = NotesCNN(planes=4)
    kinds = [type(module) for module in network.modules()]
    twin = synchronised_twin(network)
    assert [type(module) for module in network.modules()] == kinds
    norms = sum(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in network.modules())
    assert norms == sum(isinstance(module, nn.SyncBatchNorm) for module in twin.modules()) > 0
    own, shared = network.state_dict(keep_vars=True), twin.state_dict(keep_vars=True)
    assert own.keys() == shared.keys()
    assert all(own[name] is shared[name] for name in own)


@pytest.mark.usefixtures("group")
def test_alone_the_network_trains_itself() -> None:
    network = nn.Linear(2, 2)
    assert share_training(network, ALONE, torch.device("cpu")) is network
    wrapped = share_training(network, Ranks(0, 2), torch.device("cpu"))
    assert isinstance(wrapped, nn.parallel.DistributedDataParallel)
    assert wrapped.module is network
