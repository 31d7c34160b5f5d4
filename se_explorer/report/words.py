"""What a block is made of, in words: its adapter names gate function and squeeze in English."""

from __future__ import annotations

from se_explorer.language import _

__all__ = ["gate_word", "of_the_map", "squeeze_word"]


def gate_word(gate: str) -> str:
    """The gate function, as a block's facts name it; the name itself where we know no other."""
    return _("hard sigmoid") if gate == "hard sigmoid" else gate


def squeeze_word(squeeze: str) -> str:
    """The squeeze, as a block's facts name it; the name itself where we know no other."""
    return {"average": _("average"), "max": _("max"), "average + max": _("average + max")}.get(squeeze, squeeze)


def of_the_map(squeeze: str) -> str:
    """What z is, for an axis."""
    return _("{squeeze} of the map").format(squeeze=squeeze_word(squeeze))
