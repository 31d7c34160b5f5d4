"""Evidence, the ways of attributing a logit to gates, and the ablation that each foretells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from se_explorer.analysis import (
    GateAttribution,
    ShapleyBlocks,
    Sweep,
    gate_conductance,
    gradient_x_gate,
    integrated_gates,
    shapley_blocks,
)
from se_explorer.engine import Mode
from se_explorer.ui.ablate_sweep import BATCH_BYTES, sweep_of
from se_explorer.ui.evidence_work import blank_picture, network_of, quick, slow
from se_explorer.ui.state import View

__all__ = ["METHODS", "Method", "attributed", "measured", "methods_of"]

BLANK = "blank"


@dataclass(frozen=True)
class Method:
    """A way to attribute.

    Attributes:
        name: in lists.
        mode: of the ablation that it foretells for blocks.
        edit: what that ablation does, as the end of a sentence.
        channel_mode: the same for single channels; empty where it says nothing of channels.
        what: what it says.
    """

    name: str
    mode: str
    edit: str
    channel_mode: str
    what: str

    @property
    def within(self) -> str:
        """The name inside a sentence."""
        return self.name if self.name.startswith("Shapley") else self.name[0].lower() + self.name[1:]


METHODS = {
    "gradient": Method(
        "Gradient x gate",
        "zero",
        "closed (every gate 0)",
        "zero",
        "The slope of the logit at each gate times the gate: the first-order effect of closing it. One pass; it sees "
        "nothing of what a larger change does.",
    ),
    "integrated": Method(
        "Integrated gradients",
        "mean",
        "given its gates' means",
        "mean",
        "From the gates' means over the training split to the gates that this picture opened, all blocks moving "
        "together; in the ablation one block moves alone and later gates answer.",
    ),
    "conductance": Method(
        "Conductance",
        f"donor:{BLANK}",
        "given the gates that the mean-coloured picture opens",
        "mean",
        "While the picture fades in from the mean-coloured one: the slope at each gate times the gate's movement, "
        "summed along the way. The maps u carry the rest, so that it promises no completeness.",
    ),
    "shapley": Method(
        "Shapley values",
        "off",
        "bypassed (every gate 1)",
        "",
        "What a block's coming in changes while the others are bypassed or not, averaged over random orders. Leaving a "
        "block out is only the last of these places.",
    ),
}


def methods_of(view: View) -> list[str]:
    """Those that this network allows: without mean gates there is no line from them."""
    return [key for key in METHODS if key != "integrated" or view.engine.network.gate_means]


def attributed(view: View, method: str, block: str, target: int) -> GateAttribution | ShapleyBlocks | None:
    """The attribution, of all blocks where ``block`` is empty; None where it is slow and nobody asked for it."""
    network, picture = network_of(view), view.picture
    match method:
        case "gradient":
            return quick(view, method, "", target, lambda: gradient_x_gate(network, picture, target))
        case "integrated":
            blocks, doing = [block] if block else None, "Integrating gradients of the gates"
            return slow(view, method, block, target, doing, lambda: integrated_gates(network, picture, target, blocks))
        case "conductance":
            doing = "Summing conductance"
            return slow(view, method, "", target, doing, lambda: gate_conductance(network, picture, target))
    doing = "Letting blocks come in, in random orders"
    return slow(
        view, method, "", target, doing, lambda: shapley_blocks(view.engine, picture, target, bound=BATCH_BYTES)
    )


def measured(view: View, kind: str, mode: str, target: int, cancel: str | None = None) -> Sweep:
    """The ablation: each block, or each channel of one, edited alone in the unedited network."""
    known = replace(view, donors={**view.donors, BLANK: blank_picture(view)})
    what = "block" if kind == "leave-one-out" else "gate"
    return sweep_of(known, kind, Mode.parse(mode), target, f"Editing each {what} alone", cancel)
