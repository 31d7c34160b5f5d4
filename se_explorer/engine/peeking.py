"""What lies between the convolution that makes a block's maps ``u`` and the block (equation 1).

A run of its own that keeps nothing but the convolution's input. Networks that run through hooks have no list of steps
in which the convolution could be found.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx, nn

from se_explorer.engine.edits import EditPlan
from se_explorer.engine.engine import Engine
from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.steps import Program, Step, Values
from se_explorer.images import Picture

__all__ = ["Making", "making_of"]

FURTHEST = 6  # steps from the block back to its convolution


@dataclass(frozen=True, eq=False)
class Making:
    """How a block's maps came about.

    Attributes:
        convolution: the last convolution before the block; it is read, never changed.
        between: the modules that its output goes through on the way to the block, such as a batch norm.
        given: what went into the convolution, (C', H', W'), on the CPU.
    """

    convolution: nn.Conv2d
    between: tuple[nn.Module, ...]
    given: Tensor


def _way_back(steps: Mapping[str, Step], block: Step) -> tuple[Step, list[Step]] | None:
    """The convolution before a block and the steps between, as long as each takes one value and is a module."""
    between: list[Step] = []
    argument: Any = block.args[0]
    for _ in range(FURTHEST):
        step = steps.get(argument.name) if isinstance(argument, fx.Node) else None
        if step is None or not isinstance(step.call, nn.Module) or not step.args:
            return None
        if isinstance(step.call, nn.Conv2d):
            return step, between
        if step.block is not None or len(step.inputs) != 1:
            return None
        between.insert(0, step)
        argument = step.args[0]
    return None


def making_of(
    engine: Engine,
    picture: Picture,
    plan: EditPlan,
    name: str,
    donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
) -> Making | None:
    """How the maps of a block came about under a plan; None where no single convolution can be made out.

    Raises:
        BlockError: there is no block of that name.
        EditPlanError: the plan does not fit the network.
    """
    engine.found(name)
    fitted, sources = engine.fit(plan), engine.sources(donors)
    sources.check(fitted)
    runner = engine._runner  # of the same room: nobody outside of it needs the steps
    if not isinstance(runner, NetworkGraph):
        return None
    program = runner.program
    way = _way_back({step.name: step for step in program.steps}, program.blocks[list(engine.channels).index(name)])
    if way is None:
        return None
    convolution, between = way
    visit = engine._visitor(fitted, sources, None)
    given = _given(program, convolution, engine.inputs([picture]), visit)
    assert isinstance(convolution.call, nn.Conv2d)
    modules = tuple(step.call for step in between if isinstance(step.call, nn.Module))
    return Making(convolution.call, modules, given.float().cpu())


class _ReachedError(Exception):
    """Ends a run at the convolution that was looked for."""


def _given(program: Program, convolution: Step, batch: Tensor, visit: Visit) -> Tensor:
    """What goes into a convolution, (C', H', W')."""
    given: list[Tensor] = []

    def at_block(step: Step, values: Values) -> None:
        assert step.block is not None
        u = values[step.inputs[0]]
        scaled = visit(step.block, u)
        values[step.name] = scaled.clone() if scaled is u and step.overwritten else scaled

    def after(values: Values) -> None:
        if convolution.name in values:
            given.append(values[convolution.inputs[0]][0].clone())
            raise _ReachedError

    with torch.inference_mode(), contextlib.suppress(_ReachedError):
        program.run({program.steps[0].name: batch}, at_block, after=after)
    return given[0]
