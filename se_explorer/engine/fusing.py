"""On a CPU, a convolution and the activation after it as one oneDNN operation, its weights laid out once.

PyTorch's own convolution lays its weights out anew at every call, and an activation passes over the maps once more.
Both are what ``torch.compile`` spares on a CPU; these are the operations that it calls. Answers may differ by rounding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from se_explorer.engine.folding import Activated, segments_of
from se_explorer.engine.steps import Step

__all__ = ["fused"]

#: By activation, oneDNN's name and numbers for it.
MODULES: dict[type[nn.Module], tuple[str, list[float]]] = {
    nn.ReLU: ("relu", []),
    nn.ReLU6: ("hardtanh", [0.0, 6.0]),
    nn.SiLU: ("swish", []),
    nn.Hardswish: ("hardswish", []),
    nn.Sigmoid: ("sigmoid", []),
    nn.Tanh: ("tanh", []),
}
FUNCTIONS: dict[object, tuple[str, list[float]]] = {
    torch.relu: ("relu", []),
    functional.relu: ("relu", []),
    functional.silu: ("swish", []),
}
NOTHING: tuple[str, list[float]] = ("none", [])


class _OneDNN(nn.Module):
    """A convolution with the activation ``after`` it."""

    def __init__(self, convolution: nn.Conv2d, size: Sequence[int], after: tuple[str, list[float]]) -> None:
        super().__init__()
        padding, stride, dilation = (list(map(int, value)) for value in _geometry(convolution))
        self._sizes = (padding, stride, dilation, convolution.groups)
        self._after = after
        self._bias = convolution.bias
        with torch.inference_mode():
            self._weight = torch.ops.mkldnn._reorder_convolution_weight(convolution.weight, *self._sizes, list(size))

    def forward(self, x: Tensor) -> Tensor:
        name, numbers = self._after
        result: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self._weight, self._bias, *self._sizes, name, numbers, None
        )
        return result


def _geometry(convolution: nn.Conv2d) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    assert not isinstance(convolution.padding, str)
    return convolution.padding, convolution.stride, convolution.dilation


def _is_plain(call: object) -> bool:
    if type(call) is not nn.Conv2d or isinstance(call.padding, str) or call.padding_mode != "zeros":
        return False
    return call.weight.device.type == "cpu" and call.weight.dtype == torch.float32


def _activation(step: Step) -> tuple[str, list[float]] | None:
    """oneDNN's for what a step does, if it has one."""
    if isinstance(step.call, nn.Module):
        return MODULES.get(type(step.call))
    target = None if step.node is None or step.node.op != "call_function" else step.node.target
    known = FUNCTIONS.get(target) if callable(target) else None
    others = {key for key in step.kwargs if key != "inplace"}
    return known if len(step.args) == 1 and not others else None


def _made_of(step: Step) -> tuple[nn.Conv2d, tuple[str, list[float]]] | None:
    """The convolution, and the activation in it, that a step is."""
    convolution, after = step.call, NOTHING
    if type(convolution) is Activated:
        known = MODULES.get(type(convolution.activation))
        if known is None:
            return None
        convolution, after = convolution.convolution, known
    if not _is_plain(convolution) or len(step.args) != 1 or step.kwargs:
        return None
    assert isinstance(convolution, nn.Conv2d)
    return convolution, after


def fused(steps: Sequence[Step], sizes: dict[str, Sequence[int]]) -> tuple[Step, ...]:
    """The steps with oneDNN's operations in the place of convolutions.

    Args:
        sizes: of the maps that each convolution is given, (N, C, H, W), by the name of the value; what oneDNN lays the
            weights out for.
    """
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return tuple(steps)
    by_name = {step.name: step for step in steps}
    readers, segments = Counter(name for step in steps for name in step.inputs), segments_of(steps)
    new: dict[str, Step | None] = {}
    for step in steps:
        made = _made_of(step)
        if made is not None and step.inputs and step.inputs[0] in sizes:
            new[step.name] = Step(step.name, _OneDNN(made[0], sizes[step.inputs[0]], made[1]), step.args)
        before = by_name.get(step.inputs[0]) if len(step.inputs) == 1 else None
        if before is None or readers[before.name] > 1 or segments[before.name] != segments[step.name]:
            continue
        plain, after = _made_of(before), _activation(step)
        if plain is not None and after is not None and plain[1] is NOTHING and before.inputs[0] in sizes:
            call = _OneDNN(plain[0], sizes[before.inputs[0]], after)
            new[step.name], new[before.name] = Step(step.name, call, before.args), None
    return tuple(found for step in steps if (found := new.get(step.name, step)) is not None)
