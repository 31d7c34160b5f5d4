"""How layers are written, in the manner of Table 1: ``3x3, 64``. ``say`` translates the English templates."""

from __future__ import annotations

from collections.abc import Callable

from se_explorer.analysis.stages import Excite
from se_explorer.analysis.stages_watch import Layer, Pool

__all__ = ["step_text"]

Say = Callable[[str], str]


def _same(template: str) -> str:
    return template


def _layer(layer: Layer, say: Say) -> str:
    text = f"fc, {layer.outputs}"
    if layer.kernel is not None:
        text = f"{layer.kernel[0]}x{layer.kernel[1]}, {layer.outputs}"
    if layer.groups > 1 and layer.groups == layer.inputs:
        return text + say(", depthwise")
    return text + (say(" ({groups} groups)").format(groups=layer.groups) if layer.groups > 1 else "")


def _pool(pool: Pool, say: Say) -> str:
    if pool.kernel is None:
        return say("global average pool") if pool.kind == "average" else say("global max pool")
    name = say("average pool") if pool.kind == "average" else say("max pool")
    return f"{pool.kernel[0]}x{pool.kernel[1]} {name}"


def step_text(step: Layer | Pool | Excite, say: Say = _same, *, stride: bool = False) -> str:
    """A layer as ``3x3, 64``; a fully connected one as ``fc, 1000``; an SE block as ``SE fc, [16, 256]``.

    Args:
        stride: whether a stride above 1 is written. Table 1 leaves it out within units, where it is the first unit's.
    """
    if isinstance(step, Excite):
        return f"SE fc, [{step.hidden_units}, {step.channels}]" if step.hidden_units else f"SE fc, [{step.channels}]"
    text = _layer(step, say) if isinstance(step, Layer) else _pool(step, say)
    return text + (say(", stride {stride}").format(stride=step.stride) if stride and step.stride > 1 else "")
