"""Shapley values of whole blocks: each block's part of the logit, averaged over the orders in which blocks come in.

The game: a set of blocks is present, the others are bypassed (``off``) or given their mean gates; its value is the
watched logit. In one order, a block's part is what its coming in changes; the Shapley value is the mean over all
orders, of which a sample is drawn. Every order adds up to the logit of the whole network less that without blocks.

Sources: Castro et al., Polynomial calculation of the Shapley value based on sampling, Computers & OR 36 (2009); carried
out by captum's ``ShapleyValueSampling``, one order a call, so that the spread over orders is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import ShapleyValueSampling
from torch import Tensor

from se_explorer.analysis.attribution import Completeness
from se_explorer.analysis.attribution_steps import Progress, Steps
from se_explorer.engine import EditPlan, Engine, Mode
from se_explorer.engine.rows import ROW_BYTES
from se_explorer.errors import EditPlanError, TraceError
from se_explorer.images import Picture
from se_explorer.language import later

__all__ = ["PERMUTATIONS", "ShapleyBlocks", "shapley_blocks"]

PERMUTATIONS = 24


@dataclass(frozen=True, eq=False)
class ShapleyBlocks:
    """Shapley values, in logits.

    Attributes:
        target: index of the class.
        mode: what absent blocks have for gates, "off" or "mean".
        marginals: (orders, blocks): what each block's coming in changed in each order.
        check: whether the means add up to the logit of the whole network less that without any block.
    """

    target: int
    mode: str
    marginals: np.ndarray
    check: Completeness

    @property
    def per_block(self) -> np.ndarray:
        """The values, (blocks,)."""
        values: np.ndarray = self.marginals.mean(0)
        return values

    @property
    def errors(self) -> np.ndarray:
        """Standard errors over the orders, (blocks,); NaN from a single one."""
        count = len(self.marginals)
        if count < 2:
            return np.full(self.marginals.shape[1], np.nan)
        found: np.ndarray = self.marginals.std(0, ddof=1) / np.sqrt(count)
        return found

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return self.marginals.nbytes


class _Game:
    """The watched logit of a set of blocks, less that of no block at all, which keeps float32 for the differences."""

    def __init__(self, engine: Engine, picture: Picture, mode: Mode, target: int, bound: int) -> None:
        self._engine, self._picture, self._mode, self._target, self._bound = engine, picture, mode, target, bound
        self._known: dict[EditPlan, float] = {}
        self.nothing = self.values([(False,) * len(engine.blocks)])[0]

    def plan(self, present: Iterable[bool]) -> EditPlan:
        """The blocks that are not present are edited."""
        plan = EditPlan()
        for name, there in zip(self._engine.channels, present, strict=True):
            plan = plan if there else plan.with_mode(name, self._mode)
        return self._engine.fit(plan)

    def values(self, sets: Sequence[Sequence[bool]]) -> list[float]:
        """The logits of sets; those that are not known yet in one pass."""
        plans = [self.plan(present) for present in sets]
        asked = [plan for plan in dict.fromkeys(plans) if plan not in self._known]
        for batch in self._engine.rows(self._picture, asked, bound=self._bound) if asked else ():
            for number, logits in zip(batch.numbers, batch.logits, strict=True):
                self._known[asked[number]] = float(logits[self._target])
        return [self._known[plan] for plan in plans]

    def __call__(self, features: Tensor) -> Tensor:
        """captum's forward: features (N, blocks) of 0 and 1 to values (N,)."""
        found = self.values([tuple(row) for row in (features > 0.5).tolist()])
        return torch.tensor(found, dtype=torch.float64).sub(self.nothing).float()


def _one_order(sampler: ShapleyValueSampling, order: Sequence[int]) -> np.ndarray:
    """What each block's coming in changes in one order."""

    def given(_features: int, _samples: int) -> Iterable[Sequence[int]]:
        return [order]

    sampler.permutation_generator = given
    blocks = len(order)
    found = sampler.attribute(torch.ones(1, blocks), n_samples=1, perturbations_per_eval=blocks)
    return found[0].double().numpy()  # type: ignore[no-any-return]


def shapley_blocks(
    engine: Engine,
    picture: Picture,
    target: int,
    *,
    mode: Mode | str = "off",
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    bound: int = ROW_BYTES,
) -> Steps[ShapleyBlocks]:
    """Shapley values of all blocks, one order a step.

    Args:
        mode: of absent blocks, ``off`` or ``mean``.
        permutations: how many orders; the error falls with their square root.
        seed: of the orders.
        bound: bytes that a batch may need.

    Raises:
        EditPlanError: another mode, or there are no mean gates.
        TraceError: there is no such class.
    """
    mode = Mode.parse(mode) if isinstance(mode, str) else mode
    classes = len(engine.network.labels)
    if mode.kind not in ("off", "mean"):
        raise EditPlanError(later("off or mean for absent blocks"), str(mode), later("Use one of these."))
    if not 0 <= target < classes or permutations < 1:
        raise TraceError(
            later("a class, 0 to {last}, and at least one order", last=classes - 1),
            later("{one} and {other}", one=target, other=permutations),
            later("Choose again."),
        )
    game = _Game(engine, picture, mode, target, bound)
    yield Progress(0, permutations)
    sampler = ShapleyValueSampling(game)
    orders = np.random.default_rng(seed)
    marginals = []
    for done in range(permutations):
        marginals.append(_one_order(sampler, orders.permutation(len(engine.blocks)).tolist()))
        yield Progress(done + 1, permutations)
    found = np.stack(marginals)
    (whole,) = game.values([(True,) * len(engine.blocks)])
    return ShapleyBlocks(target, str(mode), found, Completeness(float(found.mean(0).sum()), whole - game.nothing))
