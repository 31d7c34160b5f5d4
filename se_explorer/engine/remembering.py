"""A run that begins where an earlier one parted from it, and that is kept for later ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from torch import Tensor

from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.measure import Measures
from se_explorer.engine.results import BlockArrays
from se_explorer.engine.resume import Keeper, Key, ResumeCache

__all__ = ["Remembered"]


class Remembered:
    """One run with a memory.

    Args:
        keys: of its moments, one an SE block.
        measures: of this run.
        kept: places of the blocks whose maps it keeps.

    Attributes:
        resumed: the SE block at which it began; None if it ran in full.
    """

    def __init__(
        self, graph: NetworkGraph, memory: ResumeCache, keys: Sequence[Key], measures: Measures, kept: Collection[int]
    ) -> None:
        self._graph = graph
        self._memory = memory
        self._keys = keys
        self._measures = measures
        self._kept = kept
        self.resumed: int | None = None

    def __call__(self, begin: Callable[[], Tensor], visit: Visit) -> tuple[np.ndarray, tuple[BlockArrays, ...]]:
        """Logits (1, classes) and all blocks; ``begin`` gives the batch if it has to be run in full."""
        moment = self._memory.find(self._keys, lambda moment: moment.says_all(self._kept))
        self.resumed = None if moment is None else moment.block
        keeper = Keeper(self._memory.share, self.resumed)
        if moment is None:
            logits, blocks = self._measures.finish(self._graph.run(begin(), visit, keeper))
        else:
            output = self._graph.resume(moment.block, moment.alive, visit, keeper)
            logits, blocks = self._measures.finish(output)
            blocks = moment.before(self._kept) + blocks
        self._memory.keep((self._keys[new.block], new) for new in keeper.moments(blocks))
        return logits, blocks
