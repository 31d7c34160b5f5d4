"""Learning rates by hand, and the optimisers' settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer.training.schedules import rate_share
from tests.training.tiny import ignore, recipe, same, trainer


def shares(steps: int, warmup: float = 0.0, **schedule: Any) -> list[float]:
    """The shares of the peak over all steps."""
    made = recipe(schedule=schedule, optimiser={"warmup": warmup})
    return [rate_share(made, step, steps) for step in range(steps)]


def test_constant_with_and_without_a_warm_up() -> None:
    assert shares(4, rate="constant") == [1.0] * 4
    assert shares(8, 0.5, rate="constant") == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_cosine_falls_from_the_peak_towards_0() -> None:
    assert shares(4, rate="cosine") == pytest.approx([1.0, 0.5 + 0.5**1.5, 0.5, 0.5 - 0.5**1.5])


def test_steps_fall_between_epochs_at_a_half_and_three_quarters() -> None:
    assert shares(16, rate="steps", epochs=8) == pytest.approx([1.0] * 8 + [0.1] * 4 + [0.01] * 4)
    thirds = shares(9, rate="steps", epochs=3, milestones=[1 / 3], factor=0.5)
    assert thirds == [1.0] * 3 + [0.5] * 6


@pytest.mark.parametrize("rate", ["one-cycle", "constant", "cosine", "steps"])
@pytest.mark.parametrize("kind", ["sgd", "adam", "adamw"])
def test_every_optimiser_and_schedule_resumes_to_the_bit(kind: str, rate: str, tmp_path: Path) -> None:
    sections = {"optimiser": {"kind": kind}, "schedule": {"rate": rate}, "resolution": {"first": 32}}
    whole = trainer(tmp_path / "whole", **sections)
    whole.run(ignore)
    first = trainer(tmp_path / "cut", **sections)

    def killed(report: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run(killed)
    torch.manual_seed(99)
    second = trainer(tmp_path / "cut", **sections)
    second.resume()
    assert len(second.curve) == 1
    second.run(ignore)
    assert same(second, whole)


def test_adam_has_the_recipes_settings(tmp_path: Path) -> None:
    options = {"kind": "adam", "momentum": 0.8, "beta2": 0.99, "epsilon": 1e-7}
    optimiser = trainer(tmp_path, optimiser=options).optimiser
    assert type(optimiser) is torch.optim.Adam
    assert all((group["betas"], group["eps"]) == ((0.8, 0.99), 1e-7) for group in optimiser.param_groups)
    assert [group["weight_decay"] for group in optimiser.param_groups] == [5e-4, 1e-5, 0.0]
