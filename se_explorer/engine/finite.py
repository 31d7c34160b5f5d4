"""What leaves an engine are numbers: a network that an edit, or its training, drove out of float32 has no answer."""

from __future__ import annotations

import numpy as np

from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["finite"]


def finite(logits: np.ndarray) -> np.ndarray:
    """The logits, if they are numbers.

    Raises:
        TraceError: one is infinite or none.
    """
    if not np.isfinite(logits).all():
        raise TraceError(
            later("a network whose logits are finite numbers"),
            later("one with others"),
            later("Check its weights; or take gates nearer to its own."),
        )
    return logits
