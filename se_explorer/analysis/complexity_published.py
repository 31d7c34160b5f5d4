"""What the paper prints of the cost of SE-ResNet-50, for the networks that are SE-ResNet-50.

A network is recognised by its layers: the stages, units and channels of Table 1. Its name is not looked at.
All figures here are [P], the paper's (arXiv 1709.01507 v4); nothing here is measured by us.
"""

from __future__ import annotations

from dataclasses import dataclass

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.stages import Excite, Stage, StageTable
from se_explorer.analysis.stages_watch import Layer
from se_explorer.models.paper import PaperSystem, paper_system, paper_systems

__all__ = [
    "RESNET50_GMACS",
    "SERESNET50_GMACS",
    "TABLE_10",
    "PublishedReduction",
    "is_seresnet50",
    "strided_kernel",
]

UNITS = {2: (3, 64), 3: (4, 128), 4: (6, 256), 5: (3, 512)}  # Table 1: units, and channels of their 3x3 layer


def _gmacs(system: str) -> float:
    printed = paper_system(system).gflops
    assert printed is not None  # Table 2 prints it in every row
    return printed


# At 224 px; the paper calls multiply-adds FLOPs.
RESNET50_GMACS, SERESNET50_GMACS = _gmacs("table2-resnet50"), _gmacs("table2-resnet50-se")


@dataclass(frozen=True)
class PublishedReduction:
    """A row of Table 10. ``reduction`` is None for ResNet-50 without SE.

    Attributes:
        top1, top5: single-crop error on ImageNet's validation set, per cent.
        megaparameters: of the network, in millions.
    """

    reduction: int | None
    top1: float
    top5: float
    megaparameters: float


def _row(system: PaperSystem) -> PublishedReduction:
    assert system.parameters_millions is not None  # Table 10 prints both in every row
    assert system.top5_error is not None
    reduction = None if system.insertion is None else int(system.insertion["reduction"])
    return PublishedReduction(reduction, system.top1_error, system.top5_error, system.parameters_millions)


TABLE_10 = tuple(_row(system) for system in paper_systems() if system.table == 10)


def _is_stage(stage: Stage) -> bool:
    count, width = UNITS.get(stage.number, (0, 0))
    if len(stage.rows) != 1 or stage.rows[0].count != count or stage.rows[0].beside:
        return False
    steps = stage.rows[0].steps
    layers = [step for step in steps if isinstance(step, Layer)]
    known = [(layer.kernel, layer.outputs, layer.groups) for layer in layers]
    bottleneck = [((1, 1), width, 1), ((3, 3), width, 1), ((1, 1), 4 * width, 1)]
    gates = [step.channels for step in steps if isinstance(step, Excite)]
    return known == bottleneck and gates == [4 * width]


def _is_standard(block: BlockCost) -> bool:
    """Whether a block is the paper's and sits on the residual branch, before the sum (Figure 3)."""
    facts, place = block.facts, block.placement
    kind = (facts.squeeze, facts.activation, facts.gate)
    seat = (len(place.before), place.after, place.made_by, place.join)
    return kind == ("average", "ReLU", "sigmoid") and seat == (3, (), None, "add")


def is_seresnet50(found: Architecture) -> bool:
    """Whether a network's stages are those of Table 1's SE-ResNet-50 and its blocks the standard ones, at any r."""
    stages = found.table.stages
    return (
        [stage.number for stage in stages] == list(UNITS)
        and all(_is_stage(stage) for stage in stages)
        and all(_is_standard(block) for block in found.blocks)
    )


def strided_kernel(table: StageTable) -> int | None:
    """Kernel size of the layer that halves the maps in the second stage's first unit; None if no layer does."""
    if len(table.stages) < 2:
        return None
    layers = [step for step in table.stages[1].rows[0].steps if isinstance(step, Layer) and step.kernel]
    return next((layer.kernel[0] for layer in layers if layer.kernel and layer.stride == 2), None)
