"""What an answer rests on, by gradients: Grad-CAM at a block and gradient x gate. One pass each.

All evidence is of the unedited network and of one class's logit. It says how the logit would answer to small or
straight changes of the picture or the gates; what ablation really does can be something else (``agreement.py``).

Sources: Selvaraju et al., Grad-CAM, arXiv:1610.02391; Shrikumar et al., input x gradient, arXiv:1605.01713; captum
carries both out (Kokhlikyan et al., arXiv:2009.07896).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import LayerGradCam, LayerGradientXActivation
from torch import Tensor

from se_explorer.engine.differentiable import DifferentiableNetwork, told_kindly
from se_explorer.errors import TraceError
from se_explorer.images import Picture
from se_explorer.language import later

__all__ = [
    "Completeness",
    "GateAttribution",
    "PictureAttribution",
    "arrays_of",
    "grad_cam",
    "gradient_x_gate",
    "watched_class",
]


@dataclass(frozen=True)
class Completeness:
    """Whether attributions add up to what they explain.

    Attributes:
        total: their sum, a logit difference.
        expected: the logit with all of it less the logit with nothing of it.
    """

    total: float
    expected: float

    @property
    def gap(self) -> float:
        """What the sum has too much, in logits."""
        return self.total - self.expected

    @property
    def share(self) -> float:
        """The gap's size as a share of the difference; infinite where there is a gap and no difference."""
        if self.expected == 0:
            return 0.0 if self.gap == 0 else float("inf")
        return abs(self.gap / self.expected)


@dataclass(frozen=True, eq=False)
class GateAttribution:
    """What each gate contributes to a class's logit, in logits.

    Attributes:
        target: index of the class.
        values: (C,) float64 by block name, in running order; of the blocks that were attributed.
        check: whether they add up; None for a method that promises nothing.
        steps: points of the path at which gradients were taken.
        drift: for a method without completeness, the largest change of a block's sum at the last doubling of the
            steps, as a share of the largest sum; None where ``check`` tells more.
    """

    target: int
    values: Mapping[str, np.ndarray]
    check: Completeness | None = None
    steps: int = 1
    drift: float | None = None

    @property
    def per_block(self) -> np.ndarray:
        """Sums over the channels of each block, (blocks,)."""
        return np.array([values.sum() for values in self.values.values()])

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return sum(values.nbytes for values in self.values.values())


@dataclass(frozen=True, eq=False)
class PictureAttribution:
    """What each place of the seen crop contributes to a class's logit.

    Attributes:
        target: index of the class.
        values: (h, w); in logits, the colours summed, for integrated gradients; for Grad-CAM the weighted sum of a
            block's maps, on the grid of its maps, whose unit is that of maps times gradients.
        check, steps: as of ``GateAttribution``.
    """

    target: int
    values: np.ndarray
    check: Completeness | None = None
    steps: int = 1

    @property
    def size(self) -> int:
        """Bytes of its array."""
        return self.values.nbytes


def watched_class(network: DifferentiableNetwork, target: int) -> int:
    """The index itself.

    Raises:
        TraceError: there is no such class.
    """
    classes = len(network.engine.network.labels)
    if not 0 <= target < classes:
        raise TraceError(later("a class, 0 to {last}", last=classes - 1), str(target), later("Choose another class."))
    return target


def arrays_of(network: DifferentiableNetwork, gates: list[Tensor]) -> dict[str, np.ndarray]:
    """Gates or their attributions (1, C) of all blocks, by name, float64 (C,)."""
    names = network.engine.channels
    return {name: values.detach()[0].double().cpu().numpy() for name, values in zip(names, gates, strict=True)}


def grad_cam(network: DifferentiableNetwork, picture: Picture, block: str, target: int) -> PictureAttribution:
    """Grad-CAM at a block's output x~: its maps weighted with the mean gradients of the class's logit.

    Signed: the paper keeps only what is above zero.

    Raises:
        BlockError: there is no such block.
        TraceError: there is no such class, or the network cannot be differentiated.
    """
    watched_class(network, target)
    network.engine.found(block)
    place = list(network.engine.channels).index(block)
    with told_kindly(network.engine.network.id), torch.enable_grad():
        probe = network.probe()
        batch = network.engine.inputs([picture])
        found = LayerGradCam(probe, probe.scaled[place]).attribute(batch, target)
    values: np.ndarray = found[0, 0].detach().float().cpu().numpy()
    return PictureAttribution(target, values)


def gradient_x_gate(network: DifferentiableNetwork, picture: Picture, target: int) -> GateAttribution:
    """The gradient of the logit by each gate, times the gate: the first-order effect of closing it.

    Gates of later blocks answer to the change, as they do under an edit.

    Raises:
        TraceError: there is no such class, or the network cannot be differentiated.
    """
    watched_class(network, target)
    with told_kindly(network.engine.network.id), torch.enable_grad():
        probe = network.probe()
        batch = network.engine.inputs([picture])
        found = LayerGradientXActivation(probe, list(probe.gates)).attribute(batch, target)
    return GateAttribution(target, arrays_of(network, list(found)))
