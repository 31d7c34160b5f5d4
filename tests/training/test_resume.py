"""Killed and resumed is the same as left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from se_explorer.errors import RecipeError
from se_explorer.training import EpochReport, Trainer
from se_explorer.training.data import LabelledPictures
from tests.training.tiny import curve, ignore, in_memory, recipe, same, trainer


class KilledError(Exception):
    """What ends a training before its time."""


def after_an_epoch(run: Trainer, epochs: int) -> None:
    """Train, and die when that epoch has been told."""

    def report(done: EpochReport) -> None:
        if done.epoch == epochs:
            raise KilledError

    with pytest.raises(KilledError):
        run.run(report)


def amid_an_epoch(run: Trainer, epochs: int) -> None:
    """Train, and die in the first step but one after that epoch."""
    step, left = run._step, epochs * run.steps + 1

    def dying_step(chosen: Tensor, *rest: Any) -> tuple[float, int]:
        nonlocal left
        left -= 1
        if left < 0:
            raise KilledError
        return step(chosen, *rest)

    run._step = dying_step  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        run.run(ignore)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """Three epochs without a break."""
    run = trainer(tmp_path_factory.mktemp("whole"))
    run.run(ignore)
    return run


@pytest.mark.parametrize("kill", [after_an_epoch, amid_an_epoch])
@pytest.mark.parametrize("epochs", [1, 2])
def test_resumed_equals_uninterrupted(
    kill: Callable[[Trainer, int], None], epochs: int, whole: Trainer, tmp_path: Path
) -> None:
    kill(trainer(tmp_path), epochs)
    torch.manual_seed(99)
    second = trainer(tmp_path)
    second.resume()
    assert len(second.curve) == epochs
    assert not same(second, whole)
    second.run(ignore)
    assert same(second, whole)
    assert len((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_twice_killed(whole: Trainer, tmp_path: Path) -> None:
    after_an_epoch(trainer(tmp_path), 1)
    second = trainer(tmp_path)
    second.resume()
    after_an_epoch(second, 2)
    third = trainer(tmp_path)
    third.resume()
    third.run(ignore)
    assert same(third, whole)


def test_a_finished_training_has_nothing_left(whole: Trainer) -> None:
    again = trainer(whole.folder)
    again.resume()
    again.run(lambda report: pytest.fail("it went on"))
    assert same(again, whole)


@pytest.mark.parametrize(
    ("seed", "sections"),
    [
        pytest.param(1, {}, id="other-seed"),
        pytest.param(0, {"optimiser": {"warmup": 0.5}}, id="other-recipe"),
        pytest.param(0, {"schedule": {"epochs": 5}}, id="more-epochs"),
    ],
)
def test_the_checkpoint_of_another_training(seed: int, sections: Mapping[str, Any], whole: Trainer) -> None:
    other = trainer(whole.folder, seed, **sections)
    with pytest.raises(RecipeError, match="this recipe and this seed"):
        other.resume()
    assert curve(other) == []


FINISH = {"epochs": 2, "learning_rate": 0.02}


@pytest.mark.parametrize("epochs", [3, 4])
def test_a_finish_that_is_added_later_gives_what_it_gives_from_the_start(epochs: int, tmp_path: Path) -> None:
    mixed = {"augmentation": {"cutmix": 1.0}}
    at_once = trainer(tmp_path / "at_once", finish=FINISH, **mixed)
    at_once.run(ignore)
    assert len(at_once.curve) == 5
    assert at_once.curve[2].validation is not None
    assert at_once.curve[4].validation is not None
    first = trainer(tmp_path / "later", **(mixed if epochs == 3 else {"finish": FINISH, **mixed}))
    if epochs == 3:
        first.run(ignore)
    else:
        amid_an_epoch(first, epochs)
    later = trainer(tmp_path / "later", finish=FINISH, **mixed)
    later.resume()
    later.run(ignore)
    assert same(later, at_once)


@pytest.mark.parametrize("cutmix", [None, 0.5])
def test_the_finish_has_its_own_share_of_mixed_pictures_and_its_rate_falls_to_0(
    cutmix: float | None, tmp_path: Path
) -> None:
    finish = FINISH if cutmix is None else {**FINISH, "cutmix": cutmix}
    run = trainer(tmp_path, finish=finish, augmentation={"cutmix": 1.0})
    rates, mixed = [], []
    step = run._step

    def watched(chosen: Tensor, size: int, generator: torch.Generator, share: float) -> tuple[float, int]:
        rates.append(run.optimiser.param_groups[0]["lr"])
        mixed.append(share)
        return step(chosen, size, generator, share)

    run._step = watched  # type: ignore[method-assign]
    run.run(ignore)
    steps = run.steps
    assert mixed == [1.0] * 3 * steps + [cutmix or 0.0] * 2 * steps
    assert rates[3 * steps :] == pytest.approx([0.02 * (1 - done / (2 * steps)) for done in range(2 * steps)])


def test_the_checkpoint_of_fewer_pictures(whole: Trainer) -> None:
    with pytest.raises(RecipeError, match=r"a checkpoint of 9 steps, as this data set gives, but got .*, of 6"):
        trainer(whole.folder, count=24).resume()


def test_the_checkpoint_of_more_classes(whole: Trainer) -> None:
    train, validation = (
        LabelledPictures(pictures.pixels, pictures.targets, ("blue", "green", "red"))
        for pictures in (in_memory(16, 1), in_memory(10, 2))
    )
    with pytest.raises(RecipeError, match="a checkpoint that fits the network"):
        Trainer(recipe(), 0, train, validation, whole.folder).resume()


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="a checkpoint to resume from"):
        trainer(tmp_path).resume()


def test_a_damaged_checkpoint(whole: Trainer, tmp_path: Path) -> None:
    data = (whole.folder / "checkpoint.pt").read_bytes()
    (tmp_path / "checkpoint.pt").write_bytes(data[: len(data) // 2])
    with pytest.raises(RecipeError, match="a damaged or foreign file"):
        trainer(tmp_path).resume()
    state = torch.load(whole.folder / "checkpoint.pt", weights_only=True)
    torch.save({key: value for key, value in state.items() if key != "optimiser"}, tmp_path / "checkpoint.pt")
    with pytest.raises(RecipeError, match="a checkpoint that fits the network"):
        trainer(tmp_path).resume()
