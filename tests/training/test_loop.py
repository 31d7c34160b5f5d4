"""The loop: it learns, it repeats itself to the bit, and it decays what it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from se_explorer.errors import DataError
from se_explorer.training import Trainer
from se_explorer.training.data import LabelledPictures
from se_explorer.training.log import read_log
from se_explorer.training.measuring import count_right
from se_explorer.training.networks import preprocessing_of
from tests.training.tiny import ignore, in_memory, recipe, same, state, trainer


def test_it_learns_what_is_easy(tmp_path: Path) -> None:
    run = trainer(tmp_path, seed=2, count=64, schedule={"epochs": 6}, resolution={"first": 32})
    before = count_right(run.result, run.validation_set, preprocessing_of(run.recipe))
    assert before <= 7  # of ten: nothing is known yet
    run.run(ignore)
    assert run.curve[-1].validation is not None
    assert run.curve[-1].validation > 0.9
    assert run.curve[-1].loss < run.curve[0].loss


def test_a_seed_gives_one_network_whatever_else_draws(tmp_path: Path) -> None:
    first, second = trainer(tmp_path / "a"), trainer(tmp_path / "b")
    first.run(ignore)
    torch.manual_seed(99)
    second.run(lambda report: torch.rand(3).sum())
    assert same(first, second)
    assert state(first).keys() == state(second).keys()


def test_another_seed_gives_another_network(tmp_path: Path) -> None:
    first, second = trainer(tmp_path / "a", seed=0), trainer(tmp_path / "b", seed=1)
    assert not torch.equal(first.network.conv1.weight, second.network.conv1.weight)
    # The same weights and another seed: the order and the crops are others.
    second.network.load_state_dict(first.network.state_dict())
    for run in (first, second):
        run.run(ignore)
    assert not same(first, second)


def test_each_epoch_takes_every_picture_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    step, taken = run._step, []

    def noted(chosen: Tensor, size: int, generator: torch.Generator, cutmix: float) -> tuple[float, int]:
        taken.append((tuple(chosen.tolist()), generator.initial_seed()))
        return step(chosen, size, generator, cutmix)

    run._step = noted  # type: ignore[method-assign]
    run.run(ignore)
    orders = [taken[epoch][0] + taken[epoch + 1][0] for epoch in (0, 2, 4)]
    assert [sorted(order) for order in orders] == [list(range(16))] * 3
    assert len(set(orders)) == 3
    assert len({seed for _, seed in taken}) == 3


def test_the_curve_tells_what_was_done(tmp_path: Path) -> None:
    told = []
    run = trainer(tmp_path, schedule={"epochs": 3, "evaluate_every": 2})
    run.run(told.append)
    assert told == run.curve
    assert [report.epoch for report in told] == [1, 2, 3]
    assert [report.size for report in told] == [16, 16, 32]  # 16, then 23.1 rounded to a step, then 30.2
    assert [report.validation is None for report in told] == [True, False, False]
    hits = count_right(run.result, run.validation_set, preprocessing_of(run.recipe))
    assert told[-1].validation == hits / 10
    assert all(report.seconds > 0 and 0 <= report.accuracy <= 1 for report in told)


def test_the_log_is_the_curve_and_nothing_of_an_earlier_training(tmp_path: Path) -> None:
    for seed in (0, 1):
        run = trainer(tmp_path, seed=seed, schedule={"epochs": 2})
        run.run(ignore)
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    first, *told = [json.loads(line) for line in lines]
    assert (first["epoch"], len(first["gates"])) == (0, 16)
    assert [{key: value for key, value in line.items() if key != "gates"} for line in told] == [
        vars(report) for report in run.curve
    ]
    assert read_log(tmp_path / "log.jsonl") == (tuple(run.curve), tuple(run.gates))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint.pt", "log.jsonl"]


def test_a_log_that_is_a_line_short_is_made_whole_on_resuming(tmp_path: Path) -> None:
    """A process can end after its checkpoint and before its log."""
    trainer(tmp_path, schedule={"epochs": 2}).run(ignore)
    log = tmp_path / "log.jsonl"
    whole = log.read_text(encoding="utf-8")
    log.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")
    again = trainer(tmp_path, schedule={"epochs": 2})
    again.resume()
    again.run(ignore)
    assert log.read_text(encoding="utf-8") == whole


def test_the_groups_share_out_all_parameters(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    decay_of = {
        id(parameter): group["weight_decay"] for group in run.optimiser.param_groups for parameter in group["params"]
    }
    assert sum(len(group["params"]) for group in run.optimiser.param_groups) == len(decay_of)
    named = dict(run.network.named_parameters())
    assert {id(parameter) for parameter in named.values()} == decay_of.keys()
    for name, parameter in named.items():
        wanted = 1e-5 if ".se." in name else 5e-4 if name.endswith("weight") and "bn" not in name else 0.0
        if ".downsample.1." in name:  # a batch norm too
            wanted = 0.0
        assert decay_of[id(parameter)] == wanted, name
    assert sum(".se." in name for name in named) == 32


@pytest.mark.parametrize("averaging", [0.0, 0.5])
def test_the_result_is_the_average_where_there_is_one(averaging: float, tmp_path: Path) -> None:
    run = trainer(tmp_path, optimiser={"averaging": averaging}, schedule={"epochs": 1})
    run.run(ignore)
    raw, result = run.network.fc.weight, run.result.fc.weight
    assert torch.equal(raw, result) == (averaging == 0)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert ("averaged" in state) == (averaging > 0)  # what was never averaged is the untrained network
    again = trainer(tmp_path, optimiser={"averaging": averaging}, schedule={"epochs": 1})
    again.resume()
    assert torch.equal(again.result.fc.weight, result)


def test_half_precision_trains_float32_weights_and_repeats_itself(tmp_path: Path) -> None:
    half = {"precision": {"autocast": "bfloat16"}, "resolution": {"first": 32}, "schedule": {"epochs": 2}}
    first, second = trainer(tmp_path / "a", **half), trainer(tmp_path / "b", **half)
    for run in (first, second):
        run.run(ignore)
    values = state(first).values()
    assert all(value.dtype in (torch.float32, torch.int64) for value in values)
    assert all(bool(value.isfinite().all()) for value in values)
    assert same(first, second)
    # One step, for later ones drift apart by as much as the machine's products differ.
    low, exact = (
        trainer(tmp_path / kind, count=8, resolution={"first": 32}, precision={"autocast": kind})
        for kind in ("bfloat16", "float32")
    )
    for run in (low, exact):
        run.run(ignore)
    assert not same(low, exact)
    assert low.curve[0].loss == pytest.approx(exact.curve[0].loss, rel=0.1)


@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.5, 1.0], ids=["none", "one-step", "half", "all"])
def test_the_learning_rate_rises_and_falls(warmup: float, tmp_path: Path) -> None:
    run = trainer(tmp_path, count=40, optimiser={"warmup": warmup}, schedule={"epochs": 2})
    rates = []
    for _ in range(10):
        rates.append(run.schedule.get_last_lr()[0])
        run.optimiser.step()
        if len(rates) < 10:
            run.schedule.step()
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert top == {0.0: 0, 0.1: 0, 0.5: 4, 1.0: 9}[warmup]
    assert max(rates) == pytest.approx(0.02, rel=0.05)


def test_fewer_pictures_than_a_batch(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one batch of 8 training pictures, but got 7"):
        trainer(tmp_path, count=7)


def test_splits_of_other_classes(tmp_path: Path) -> None:
    validation = in_memory(4, 2)
    other = LabelledPictures(validation.pixels, validation.targets, ("green", "red"))
    with pytest.raises(DataError, match="the training split's 2 classes, but got green, red"):
        Trainer(recipe(), 0, in_memory(16, 1), other, tmp_path)
