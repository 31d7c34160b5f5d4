"""Where to compute."""

from __future__ import annotations

import pytest
import torch

from se_explorer.engine import Engine
from se_explorer.engine.device import DEVICE_VARIABLE, choose_device, memory_told
from se_explorer.errors import DeviceError
from tests.networks import open_toy


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a CPU alone, and nothing asked for."""
    monkeypatch.delenv(DEVICE_VARIABLE, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_the_cpu_where_there_is_nothing_else() -> None:
    assert choose_device() == torch.device("cpu")
    assert Engine(open_toy()).device == torch.device("cpu")


def test_the_best_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device().type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device().type == "cuda"
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(DeviceError, match="cuda:2"):
        choose_device("cuda:2")


def test_the_environment_is_asked_and_an_argument_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setenv(DEVICE_VARIABLE, " cpu ")
    assert choose_device() == torch.device("cpu")
    assert choose_device("mps").type == "mps"
    monkeypatch.setenv(DEVICE_VARIABLE, "  ")
    assert choose_device().type == "mps"


@pytest.mark.parametrize(
    "name", ["cuda", "cuda:0", "mps", "meta", "CPU", "gpu", "cpu:x", "cuda:-1", "cuda:99999999999999999999", "\x00"]
)
def test_what_is_not_there_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceError) as caught:
        choose_device(name)
    assert DEVICE_VARIABLE in caught.value.remedy
    if "\x00" not in name:
        monkeypatch.setenv(DEVICE_VARIABLE, name)
        with pytest.raises(DeviceError):
            Engine(open_toy())


@pytest.mark.parametrize("fault", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory.")])
def test_no_memory_is_told(fault: Exception) -> None:
    with pytest.raises(DeviceError, match="memory for this run") as told, memory_told():
        raise fault
    assert "smaller network" in told.value.remedy


def test_no_memory_of_the_machine_is_told_and_other_faults_are_not_changed() -> None:
    with pytest.raises(DeviceError), memory_told():
        torch.empty(10**15)
    with pytest.raises(RuntimeError, match="Sizes of tensors"), memory_told():
        torch.cat([torch.zeros(1, 1), torch.zeros(1, 2)])
