"""What a comparison over seeds allows one to conclude, worked out from its interval and nothing else."""

from __future__ import annotations

from typing import Literal

from se_explorer.analysis.experiment_seeds import Comparison

__all__ = ["Finding", "finding_of"]

#: ``higher``, ``lower``: told apart from the base at 5 % after Holm. ``leaning``: its own interval leaves out 0, but
#: not after the adjustment for how many are compared. ``open``: the interval holds 0. ``equal``: all seeds differ by
#: the same, so that nothing is known of their spread. ``few``: too few common seeds for an interval.
Finding = Literal["higher", "lower", "leaning", "open", "equal", "few"]


def finding_of(comparison: Comparison) -> Finding:
    """See ``Finding``. That nothing was told apart does not show that there is nothing."""
    if comparison.interval is None:
        return "few"
    if comparison.p is None or comparison.interval.low == comparison.interval.high:
        return "equal"
    if comparison.significant:
        return "higher" if comparison.interval.value > 0 else "lower"
    return "leaning" if comparison.interval.excludes_zero else "open"
