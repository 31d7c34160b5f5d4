"""How the learning rate goes over the steps of the recipe's schedule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch.optim.lr_scheduler import LambdaLR, OneCycleLR

from se_explorer.training.recipe import Recipe

__all__ = ["RateSchedule", "make_schedule", "rate_share"]


class RateSchedule(Protocol):
    """A learning rate that is stepped after each training step."""

    total_steps: int
    last_epoch: int

    def step(self) -> None: ...

    def get_last_lr(self) -> list[Any]: ...

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class _SharedRate(LambdaLR):
    """The peak rate times a share that depends on the step alone."""

    def __init__(self, optimiser: torch.optim.Optimizer, steps: int, share: Callable[[int], float]) -> None:
        self.total_steps = steps
        super().__init__(optimiser, share)


def rate_share(recipe: Recipe, step: int, steps: int) -> float:
    """The learning rate as a share of the peak at ``step`` of ``steps``, for all but the one-cycle schedule."""
    schedule, warm = recipe.schedule, round(recipe.optimiser.warmup * steps)
    if step < warm:
        return (step + 1) / warm
    if schedule.rate == "cosine":
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / max(1, steps - warm))))
    if schedule.rate == "steps":
        # Shares of the epochs, so that a rate changes between two epochs and never within one.
        epoch = math.floor(step * schedule.epochs / steps)
        passed = sum(epoch >= round(share * schedule.epochs) for share in schedule.milestones)
        return float(schedule.factor**passed)
    return 1.0


def _one_cycle(optimiser: torch.optim.Optimizer, recipe: Recipe, steps: int) -> OneCycleLR:
    warmup = recipe.optimiser.warmup
    if warmup * steps == 1:  # a rise that ends on the step where it starts: OneCycleLR would divide by 0
        warmup = 0.0
    return OneCycleLR(
        optimiser,
        max_lr=recipe.optimiser.peak_learning_rate,
        total_steps=steps,
        pct_start=warmup,
        cycle_momentum=False,
    )


def make_schedule(optimiser: torch.optim.Optimizer, recipe: Recipe, steps: int) -> RateSchedule:
    """The schedule over ``steps`` steps, the finish left out."""
    if recipe.schedule.rate == "one-cycle":
        return _one_cycle(optimiser, recipe, steps)
    return _SharedRate(optimiser, steps, lambda step: rate_share(recipe, step, steps))
