"""Words for what the engine names in codes: a block's gate function and squeeze, what an edit does to gates."""

from __future__ import annotations

from se_explorer.analysis import GateStates
from se_explorer.engine import Mode
from se_explorer.figures.wording import squeeze_name
from se_explorer.language import _

__all__ = ["gate_marks", "gate_word", "mode_word", "of_the_map", "squeeze_word"]


def gate_word(gate: str) -> str:
    """The gate function, as a block's facts name it; the name itself where we know no other."""
    return _("hard sigmoid") if gate == "hard sigmoid" else gate


def gate_marks(found: GateStates) -> dict[str, tuple[int, ...]]:
    """The channels in each state of gates, in words; what nobody has measured is left out."""
    marks = {_("saturated open"): found.open, _("saturated shut"): found.shut}
    return marks if found.dead is None else {**marks, _("dead"): found.dead}


def squeeze_word(squeeze: str) -> str:
    """The squeeze, as a block's facts name it; the name itself where we know no other."""
    return squeeze_name(squeeze, _)


def mode_word(mode: Mode, donor: str = "") -> str:
    """A mode in a word, for a legend or a cell; in English as edit plans write it.

    Args:
        donor: what the donor's picture is called; its key where empty.
    """
    match mode.kind:
        case "off":
            return _("off")
        case "mean":
            return _("mean")
        case "zero":
            return _("zero")
        case "constant":
            return _("constant:{value}").format(value=f"{mode.value:g}")
        case "shuffle":
            return _("shuffle:{seed}").format(seed=mode.seed)
    return _("donor:{title}").format(title=donor or mode.key)


def of_the_map(squeeze: str) -> str:
    """What z is, for an axis."""
    return _("{squeeze} of the map").format(squeeze=squeeze_word(squeeze))
