"""What leaves an engine are numbers: a network that an edit, or its training, drove out of float32 has no answer."""

from __future__ import annotations

import numpy as np

from se_explorer.errors import TraceError
from se_explorer.language import Words, later

__all__ = ["finite"]

LOGITS = later("a network whose logits are finite numbers")


def finite(values: np.ndarray, expected: Words = LOGITS) -> np.ndarray:
    """The values, if they are numbers.

    Args:
        expected: what the error says of them.

    Raises:
        TraceError: one is infinite or none.
    """
    if not np.isfinite(values).all():
        remedy = later("Check its weights; or take gates nearer to its own.")
        raise TraceError(expected, later("one with others"), remedy)
    return values
