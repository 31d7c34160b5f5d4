"""What a run does at an SE block: squeeze, excite, edit, measure and scale."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from se_explorer.blocks import FoundBlock
from se_explorer.engine.edits import BlockEdit
from se_explorer.engine.gates import GateSources, edited_gates
from se_explorer.engine.measure import Measures

__all__ = ["Visitor"]


class Visitor:
    """One run's visit to every SE block, under one plan.

    Args:
        sites: the SE blocks in running order.
        edits: one a site.
        measures: where to take down what happens; None to measure nothing.
    """

    def __init__(
        self,
        sites: Sequence[FoundBlock],
        edits: Sequence[BlockEdit],
        sources: GateSources,
        measures: Measures | None,
    ) -> None:
        self._sites = sites
        self._edits = edits
        self._sources = sources
        self._measures = measures

    def __call__(self, index: int, u: Tensor) -> Tensor:
        """x~ of the maps ``u`` of the block of that running number; ``u`` itself if the block is bypassed."""
        site, edit = self._sites[index], self._edits[index]
        if edit.bypasses and self._measures is None:
            return u
        excitation = site.adapter.excite(site.module, u)
        applied = edited_gates(edit, excitation.s, self._sources)
        if self._measures is not None:
            self._measures.add(index, site.adapter, u, excitation, applied)
        return u if edit.bypasses else site.adapter.scale(u, applied)
