"""What can be asked of an engine: one picture's trace, checked beforehand, so that no run fails for what was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from se_explorer.engine.edits import EditPlan
from se_explorer.engine.finite import finite
from se_explorer.engine.gates import GateSources
from se_explorer.engine.results import Block, BlockArrays, BlockTrace, Run, Trace
from se_explorer.engine.resume import EXACT, TOGETHER, Key, plan_key, prefix_keys
from se_explorer.engine.together import Row
from se_explorer.images import Picture
from se_explorer.models import Network

__all__ = ["TraceRequest", "answered", "row_for"]


@dataclass(frozen=True, eq=False)
class TraceRequest:
    """One trace that is wanted; ``Engine.request`` makes and checks it.

    Attributes:
        plan: fitted to the network.
        keep: places of the blocks whose maps are wanted.
        sources: where the plan takes gates from.
    """

    picture: Picture
    plan: EditPlan
    keep: frozenset[int]
    sources: GateSources

    @property
    def key(self) -> tuple[str, str, frozenset[int]]:
        """Requests of one key have the same answer."""
        return self.picture.digest, plan_key(self.plan, self.sources), self.keep

    def keys(self, serial: int, kind: str, blocks: Sequence[str]) -> tuple[Key, ...]:
        """Under which its moments are kept; see ``prefix_keys``."""
        return prefix_keys(serial, self.picture.digest, kind, self.plan, blocks, self.sources)


def row_for(
    request: TraceRequest, serial: int, blocks: Sequence[str], inputs: Callable[[Sequence[Picture]], Tensor]
) -> Row:
    """A request as a row of a batch: taken up from a lone run's moment if there is one, else from a row's."""
    exact, own = (request.keys(serial, kind, blocks) for kind in (EXACT, TOGETHER))
    return Row(
        begin=lambda: inputs([request.picture]),
        edits=[request.plan.of_block(block) for block in blocks],
        sources=request.sources,
        keep=request.keep,
        known=[key for pair in zip(own, exact, strict=True) for key in pair],
        own=own,
    )


def answered(request: TraceRequest, run: Run, network: Network, device: str, blocks: Sequence[Block]) -> Trace:
    """The trace of a run of one picture.

    Raises:
        TraceError: its logits are no finite numbers.
    """
    logits = finite(run.logits[0])
    shifted = np.exp(logits.astype(np.float64) - logits.max())
    return Trace(
        model=network.id,
        weights=network.weights,
        device=device,
        plan=request.plan,
        labels=network.labels,
        logits=logits,
        probabilities=(shifted / shifted.sum()).astype(np.float32),
        blocks=tuple(_first(block, measured) for block, measured in zip(blocks, run.blocks, strict=True)),
        resumed_from=run.resumed_from,
    )


def _first(block: Block, batch: BlockArrays) -> BlockTrace:
    return BlockTrace(block=block, **{name: values[0] for name, values in batch.arrays.items()})
