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
from se_explorer.language import _
from se_explorer.ui.ablate_data_words import mode_name
from se_explorer.ui.ablate_sweep import BATCH_BYTES, sweep_of, tell_edit
from se_explorer.ui.evidence_work import blank_picture, network_of, quick, slow
from se_explorer.ui.state import View

__all__ = ["METHODS", "Method", "attributed", "measured", "methods_of", "told_mode"]

BLANK = "blank"
DONOR = f"donor:{BLANK}"


@dataclass(frozen=True)
class Method:
    """A way to attribute.

    Attributes:
        key: among ``METHODS``.
        mode: of the ablation that it foretells for blocks.
        channel_mode: the same for single channels; empty where it says nothing of channels.
    """

    key: str
    mode: str
    channel_mode: str

    @property
    def name(self) -> str:
        """In lists, in the language in force."""
        return {
            "gradient": _("Gradient x gate"),
            "integrated": _("Integrated gradients"),
            "conductance": _("Conductance"),
            "shapley": _("Shapley values"),
        }[self.key]

    @property
    def within(self) -> str:
        """The name inside a sentence."""
        return self.name if self.key == "shapley" else self.name[0].lower() + self.name[1:]

    @property
    def edit(self) -> str:
        """What the ablation does, as the end of a sentence."""
        if self.mode == DONOR:
            return _("given the gates that the mean-coloured picture opens")
        return tell_edit(Mode.parse(self.mode))

    @property
    def what(self) -> str:
        """What it says."""
        return {
            "gradient": _(
                "The slope of the logit at each gate times the gate: the first-order effect of closing it. One pass; "
                "it sees nothing of what a larger change does."
            ),
            "integrated": _(
                "From the gates' means over the training split to the gates that this picture opened, all blocks "
                "moving together; in the ablation one block moves alone and later gates answer."
            ),
            "conductance": _(
                "While the picture fades in from the mean-coloured one: the slope at each gate times the gate's "
                "movement, summed along the way. The maps u carry the rest, so that it promises no completeness."
            ),
            "shapley": _(
                "What a block's coming in changes while the others are bypassed or not, averaged over random orders. "
                "Leaving a block out is only the last of these places."
            ),
        }[self.key]


METHODS = {
    "gradient": Method("gradient", "zero", "zero"),
    "integrated": Method("integrated", "mean", "mean"),
    "conductance": Method("conductance", DONOR, "mean"),
    "shapley": Method("shapley", "off", ""),
}


def told_mode(mode: str) -> str:
    """An ablation's mode in a word; in English as edit plans write it."""
    return _("donor:blank") if mode == DONOR else mode_name(mode)


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
            blocks, doing = [block] if block else None, _("Integrating gradients of the gates")
            return slow(view, method, block, target, doing, lambda: integrated_gates(network, picture, target, blocks))
        case "conductance":
            doing = _("Summing conductance")
            return slow(view, method, "", target, doing, lambda: gate_conductance(network, picture, target))
    doing = _("Letting blocks come in, in random orders")
    return slow(
        view, method, "", target, doing, lambda: shapley_blocks(view.engine, picture, target, bound=BATCH_BYTES)
    )


def measured(view: View, kind: str, mode: str, target: int, cancel: str | None = None) -> Sweep:
    """The ablation: each block, or each channel of one, edited alone in the unedited network."""
    known = replace(view, donors={**view.donors, BLANK: blank_picture(view)})
    doing = _("Editing each block alone") if kind == "leave-one-out" else _("Editing each gate alone")
    return sweep_of(known, kind, Mode.parse(mode), target, doing, cancel)
