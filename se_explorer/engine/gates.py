"""Put a block's edits on its gates. Pure: the same gates, edits and sources give the same result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from se_explorer.engine.edits import BlockEdit, EditPlan, Mode
from se_explorer.errors import EditPlanError
from se_explorer.language import Text, later, list_of

__all__ = ["GateSources", "edited_gates", "edited_rows"]

Gates = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class GateSources:
    """Gates that a plan can take from elsewhere, float32 (C,) by block name.

    Attributes:
        means: the gates' means over a data set, for ``mean``; None where nobody has measured them.
        donors: by key, the gates that another picture opened, for ``donor``.
    """

    means: Gates | None = None
    donors: Mapping[str, Gates] = field(default_factory=dict)

    def check(self, plan: EditPlan) -> None:
        """Refuse a plan whose gates cannot be had, before anything is run.

        Raises:
            EditPlanError: means or a donor are missing.
        """
        for edit in plan.edits:
            if edit.mode is not None and edit.mode.kind in ("mean", "donor"):
                self.gates(edit.block, edit.mode)

    def gates(self, block: str, mode: Mode) -> np.ndarray:
        """The gates of one block for ``mean`` or ``donor``."""
        source = self.means if mode.kind == "mean" else self.donors.get(mode.key)
        if source is None and mode.kind == "mean":
            raise EditPlanError(
                later("mean gates of this network"),
                later("a network for which none were measured"),
                later("Use another mode."),
            )
        if mode.kind == "mean" and source is not None and block not in source:
            raise EditPlanError(
                later("mean gates of {block}", block=block),
                later("a network for which none were measured"),
                later("Use another mode."),
            )
        if source is None or block not in source:
            known = Text.of(list_of, sorted(self.donors)) if self.donors else later("none")
            raise EditPlanError(
                later("a known donor (here: {known})", known=known),
                later("donor:{key}", key=mode.key),
                later("Name a picture that is open; on the command line --donor KEY=IMAGE opens one."),
            )
        return source[block]


def _permutation(channels: int, seed: int, device: torch.device) -> Tensor:
    generator = torch.Generator().manual_seed(seed)  # on the CPU, so that a seed means the same on every device
    return torch.randperm(channels, generator=generator).to(device)


def _replaced(mode: Mode, block: str, s: Tensor, sources: GateSources) -> Tensor:
    match mode.kind:
        case "off":
            return torch.ones_like(s)
        case "zero":
            return torch.zeros_like(s)
        case "constant":
            return torch.full_like(s, mode.value)
        case "shuffle":
            return s[:, _permutation(s.shape[1], mode.seed, s.device)]
    gates = torch.tensor(np.asarray(sources.gates(block, mode))).to(s)
    if gates.shape != s.shape[1:]:
        raise EditPlanError(
            later("{count} gates for {block}", count=s.shape[1], block=block),
            later("{mode} of another network, with shape {shape}", mode=mode, shape=tuple(gates.shape)),
            later("Take the gates from a picture that this network saw."),
        )
    return gates.expand_as(s)


def edited_gates(edit: BlockEdit, s: Tensor, sources: GateSources) -> Tensor:
    """The gates that are applied instead of ``s`` (N, C); ``s`` itself is left alone."""
    gates = s if edit.mode is None else _replaced(edit.mode, edit.block, s, sources)
    if edit.channels:
        gates = gates.clone()
        channels, values = zip(*edit.channels, strict=True)
        gates[:, torch.tensor(channels, device=s.device)] = torch.tensor(values, dtype=s.dtype, device=s.device)
    return gates


def edited_rows(edits: Sequence[BlockEdit], s: Tensor, sources: Sequence[GateSources]) -> Tensor:
    """The gates of a batch whose rows have edits of their own, all of one block.

    Args:
        edits: one a row; an empty one leaves its row as it is.
        s: (N, C), left alone.
        sources: one a row.
    """
    by_mode: dict[tuple[str, Mode, int], list[int]] = {}
    cells = [(row, *cell) for row, edit in enumerate(edits) for cell in edit.channels]
    for row, edit in enumerate(edits):
        if edit.mode is not None:
            by_mode.setdefault((edit.block, edit.mode, id(sources[row])), []).append(row)
    if not (by_mode or cells):
        return s
    gates = s.clone()
    for (block, mode, _), rows in by_mode.items():
        places = torch.tensor(rows, device=s.device)
        gates[places] = _replaced(mode, block, s[places], sources[rows[0]])
    if cells:
        numbers, channels, values = (torch.tensor(column, device=s.device) for column in zip(*cells, strict=True))
        gates[numbers, channels] = values.to(s.dtype)
    return gates
