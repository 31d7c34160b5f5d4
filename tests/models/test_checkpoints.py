"""A person's own weights: whole or not at all, and no code is run from a file."""

from __future__ import annotations

import os
import random
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from se_explorer.errors import WeightsError
from se_explorer.models.checkpoints import LoadReport, load_weights

State = dict[str, Tensor]


def network(seed: int = 0) -> nn.Module:
    """A linear layer and a batch norm: matrices, statistics and a counter."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).eval()


def other() -> State:
    """Weights that fit and are not the network's own."""
    state = network(1).state_dict()
    state["1.num_batches_tracked"] = torch.tensor(7)
    return state


def same(one: State, two: State) -> bool:
    return list(one) == list(two) and all(torch.equal(one[name], two[name]) for name in one)


def saved(path: Path, state: Any, **options: Any) -> Path:
    save_file(state, path) if path.suffix == ".safetensors" else torch.save(state, path, **options)
    return path


def refused(path: Path) -> WeightsError:
    """The error of a file that must not get in; the network must be left as it was."""
    module = network()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(WeightsError) as caught:
            load_weights(module, path)
    assert same(before, module.state_dict())
    assert caught.value.expected
    assert caught.value.received
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt", "a.pth", "a"])
def test_good_files(tmp_path: Path, name: str) -> None:
    module = network()
    load_weights(module, saved(tmp_path / name, other()))
    assert same(module.state_dict(), other())


def test_the_old_format_of_pytorch(tmp_path: Path) -> None:
    module = network()
    load_weights(module, saved(tmp_path / "a.pt", other(), _use_new_zipfile_serialization=False))
    assert same(module.state_dict(), other())


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(tmp_path: Path, kind: torch.dtype) -> None:
    state = {name: value.to(kind) if value.is_floating_point() else value for name, value in other().items()}
    module = network()
    load_weights(module, saved(tmp_path / "a.safetensors", state))
    assert same(module.state_dict(), {name: value.to(kind).to(value.dtype) for name, value in other().items()})
    assert module[0].weight.dtype == torch.float32


def test_a_module_frozen_and_in_evaluation_stays_so(tmp_path: Path) -> None:
    module = network().requires_grad_(False)
    load_weights(module, saved(tmp_path / "a.pt", other()))
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


MISFITS: dict[str, tuple[Any, list[str]]] = {
    "missing": (lambda s: {name: s[name] for name in s if name != "0.bias"}, ["missing: 0.bias"]),
    "unknown": (lambda s: {**s, "head.weight": torch.ones(1)}, ["unknown: head.weight"]),
    "another shape": (lambda s: {**s, "0.weight": torch.ones(5, 3)}, ["0.weight (5, 3) instead of (4, 3)"]),
    "one more axis": (lambda s: {**s, "0.bias": torch.ones(4, 1)}, ["0.bias (4, 1) instead of (4,)"]),
    "all at once": (
        lambda s: {"0.weight": torch.ones(3, 4), "x": torch.ones(1)},
        ["missing: 0.bias, 1.weight", "unknown: x", "other shapes: 0.weight (3, 4) instead of (4, 3)"],
    ),
    "another network's names": (
        lambda s: {f"layer.{name}": value for name, value in s.items()},
        ["missing: 0.weight", "unknown: layer.", "and 2 more"],
    ),
    "a prefix on some": (
        lambda s: {name if name[0] == "0" else f"module.{name}": s[name] for name in s},
        ["missing: 1.weight", "unknown: module.1."],
    ),
    "a wrapper": (
        lambda s: {f"module.{name}": s[name] for name in s if name != "0.bias"},
        ["missing: 0.bias"],
    ),
    "whole numbers": (lambda s: {**s, "0.bias": torch.ones(4, dtype=torch.int64)}, ["0.bias (torch.int64)"]),
    "yes and no": (lambda s: {**s, "0.bias": torch.ones(4, dtype=torch.bool)}, ["0.bias (torch.bool)"]),
    "fractions for counts": (
        lambda s: {**s, "1.num_batches_tracked": torch.tensor(7.0)},
        ["1.num_batches_tracked (torch.float32)"],
    ),
    "NaN": (lambda s: {**s, "0.bias": torch.full((4,), torch.nan)}, ["NaN or infinity in 0.bias"]),
    "infinity": (lambda s: {**s, "1.running_var": torch.full((4,), torch.inf)}, ["in 1.running_var"]),
    "beyond float32": (
        lambda s: {**s, "0.bias": torch.full((4,), 1e300, dtype=torch.float64)},
        ["NaN or infinity in 0.bias"],
    ),
    "nothing": (lambda s: {}, ["missing: 0.weight"]),
}


@pytest.mark.parametrize(("change", "named"), MISFITS.values(), ids=MISFITS)
@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_misfits_are_named(tmp_path: Path, change: Any, named: list[str], suffix: str) -> None:
    error = refused(saved(tmp_path / f"a{suffix}", change(other())))
    assert all(name in error.received for name in named)


class Malicious:
    """A pickle that makes a file when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_malicious_pickle_is_refused_and_not_run(tmp_path: Path, zipped: bool) -> None:
    trap = tmp_path / "trap"
    state = {**other(), "0.bias": Malicious(trap)}
    path = saved(tmp_path / "a.pt", state, _use_new_zipfile_serialization=zipped)
    refused(path)
    assert not trap.exists()
    torch.load(path, weights_only=False)  # proof that the trap is one: opened without care, it makes its folder
    assert trap.exists()


NO_STATE: dict[str, Any] = {
    "a list": [torch.ones(1)],
    "a tensor": torch.ones(1),
    "a checkpoint without weights": {"state_dict": {}, "epoch": 3},
    "a whole module": nn.Linear(2, 2),
    "none": None,
}


@pytest.mark.parametrize("content", NO_STATE.values(), ids=NO_STATE)
def test_what_is_no_state_dict_is_refused(tmp_path: Path, content: Any) -> None:
    refused(saved(tmp_path / "a.pt", content))


@pytest.mark.parametrize("name", ["a.pt", "a.safetensors", "", "\x00.pt"], ids=ascii)
def test_a_path_without_a_file_is_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path / name)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = saved(tmp_path / f"a{suffix}", other())
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    refused(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("text", [b"<html>404</html>", b"\x80\x02}.", b"PK\x03\x04", b"\x00" * 99])
def test_another_kind_of_file_is_refused(tmp_path: Path, suffix: str, text: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(text)
    refused(path)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    path.write_text("hello world")
    refused(path)


ODD: dict[str, Any] = {
    "numbers for names": {0: torch.ones(1)},
    "sparse": {**other(), "0.weight": torch.zeros(4, 3).to_sparse()},
    "without values": {**other(), "0.weight": torch.empty(4, 3, device="meta")},
    "complex": {**other(), "0.weight": torch.zeros(4, 3, dtype=torch.complex64)},
}


@pytest.mark.parametrize("state", ODD.values(), ids=ODD)
def test_tensors_of_an_odd_kind_are_refused(tmp_path: Path, state: Any) -> None:
    refused(saved(tmp_path / "a.pt", state))


@pytest.mark.parametrize("kind", [torch.float8_e4m3fn, torch.complex64], ids=str)
def test_safetensors_of_an_odd_kind_are_refused(tmp_path: Path, kind: torch.dtype) -> None:
    error = refused(saved(tmp_path / "a.safetensors", {**other(), "0.bias": torch.ones(4).to(kind)}))
    assert f"0.bias ({kind})" in error.received


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_bytes_are_as_good_as_a_path(tmp_path: Path, suffix: str) -> None:
    data = saved(tmp_path / f"a{suffix}", other()).read_bytes()
    module = network()
    load_weights(module, data)
    assert same(module.state_dict(), other())
    with pytest.raises(WeightsError) as caught:
        load_weights(module, data[:-9], "C:\\Users\\zoe\\up\x1bload.pt")
    assert caught.value.received.startswith("upload.pt, ")
    assert "zoe" not in caught.value.received


def test_a_whole_file_has_an_empty_report(tmp_path: Path) -> None:
    report = load_weights(network(), saved(tmp_path / "a.pt", other()))
    assert report == LoadReport()
    assert report.notes() == ()


def test_the_report_says_all_that_was_done(tmp_path: Path) -> None:
    state = {f"module.{name}": value for name, value in other().items() if "tracked" not in name}
    state["module.0.weight"] = state["module.0.weight"].half()
    state |= {"module.total_ops": torch.ones(1), "module.1.total_params": torch.ones(1), "module.aux1.x": torch.ones(2)}
    module = network()
    report = load_weights(module, saved(tmp_path / "a.pt", {"state_dict_ema": state, "state_dict": {}}))
    assert report.ignored == ("total_ops", "1.total_params", "aux1.x")
    assert report.absent == ("1.num_batches_tracked",)
    assert report.precisions == ("float16",)
    assert torch.equal(module[1].running_mean, other()["1.running_mean"])
    assert module[1].num_batches_tracked == 0
    told = " ".join(map(str, report.notes()))
    for part in ("'state_dict_ema'", "'module.'", "aux1.x", "1.num_batches_tracked", "float16"):
        assert part in told


def test_auxiliary_heads_are_spare_only_where_the_network_has_none(tmp_path: Path) -> None:
    class WithHead(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.aux1 = nn.Linear(1, 1)

    state = {**WithHead().state_dict(), "aux1.more": torch.ones(1)}
    with pytest.raises(WeightsError, match=r"unknown: aux1\.more"):
        load_weights(WithHead(), saved(tmp_path / "a.pt", state))


def test_names_in_messages_are_fit_to_show(tmp_path: Path) -> None:
    error = refused(saved(tmp_path / "a.pt", {**other(), "x\x1b[31m" + "y" * 9999: torch.ones(1)}))
    assert str(error).isprintable()
    assert len(str(error)) < 500


@pytest.mark.parametrize("zipped", [True, False])
def test_damaged_files_are_refused_or_harmless(tmp_path: Path, zipped: bool) -> None:
    """Bytes changed and cut at random: the error is ours, whatever it is that fails inside PyTorch."""
    path = saved(tmp_path / "a.pt", other(), _use_new_zipfile_serialization=zipped)
    data, chance, caught = path.read_bytes(), random.Random(0), 0
    for _ in range(150):
        damaged = bytearray(data[: chance.choice([len(data), chance.randrange(len(data))])])
        for _ in range(chance.randrange(1, 4) if damaged else 0):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        module = network()
        before = {name: value.clone() for name, value in module.state_dict().items()}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                load_weights(module, path)
        except WeightsError:
            caught += 1
            assert same(before, module.state_dict())
    assert caught > 20
