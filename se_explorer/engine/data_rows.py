"""Many edit plans for picture after picture of a data set: several pictures share a batch that grows.

What ``rows`` does for one picture is done for several side by side: at an SE block where plans part, the batch gets one
row more for each of its pictures. The plans are laid out once for the whole data set, and nothing is kept from one pass
to the next, so that memory does not grow with the number of pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from se_explorer.engine.edits import EditPlan
from se_explorer.engine.engine import Engine
from se_explorer.engine.finite import finite
from se_explorer.engine.rows import ROW_BYTES, SharedRows

__all__ = ["DataRows"]


class DataRows:
    """Plans laid out for a network, to be run on batch after batch of pictures.

    The answers are those of ``Engine.logits`` up to rounding (1e-5 of the largest logit); see ``Engine.rows``.

    Args:
        plans: any number of plans.
        donors: gates by block name, by donor key.
        bound: bytes that a pass may need.

    Attributes:
        plans: fitted to the network.
        pictures: that a pass takes at once; as many as leave all plans in one pass, or a single one.
        shared: whether plans share passes; else each goes all the way on its own.

    Raises:
        EditPlanError: a plan does not fit, or its mean or donor gates are not there.
    """

    def __init__(
        self,
        engine: Engine,
        plans: Sequence[EditPlan | str],
        *,
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
        bound: int = ROW_BYTES,
    ) -> None:
        sources = engine.sources(donors)
        self.plans = tuple(engine.fit(plan) for plan in plans)
        for plan in self.plans:
            sources.check(plan)
        answerer = engine.answerer()
        self.shared = isinstance(answerer, SharedRows)
        self._layout = answerer.layout(self.plans, sources, bound)
        self.pictures = self._layout.pictures
        self._device = engine.device

    def __call__(self, batch: Tensor) -> tuple[np.ndarray, float]:
        """Run any number of pictures under all plans.

        Args:
            batch: float32 (N, 3, H, W), preprocessed; N >= 1.

        Returns:
            Logits (plans, N, classes), float32, and what they cost, in forward passes of one picture by multiply-adds.
        """
        found, forwards = [], 0.0
        with torch.inference_mode():
            for begin in range(0, len(batch), self.pictures):
                part = batch[begin : begin + self.pictures]
                placed = part.to(self._device).contiguous(memory_format=torch.channels_last)
                logits, cost = self._layout.run(placed)
                found.append(finite(logits.float().cpu().numpy()))
                forwards += cost
        return np.concatenate(found, axis=1), forwards
