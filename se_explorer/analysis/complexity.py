"""What SE costs a network: parameters and multiply-adds of every block, of the whole, and of the whole without SE.

Multiply-adds of layers are half of what PyTorch's ``FlopCounterMode`` counts (it takes a multiply-add for two FLOPs).
That counter knows convolutions and matrix products alone; of an SE block it sees the excitation. The additions of the
squeeze and the multiplications of the scaling are counted by hand: one an element of u for each of them (equations 2
and 4). Activations, gate functions, batch norms and biases are in no count, as in the paper's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from torch import nn

from se_explorer.analysis.complexity_excitation import Weights, weights_of
from se_explorer.analysis.stages import Placement, StageTable, placements, stage_table
from se_explorer.analysis.stages_record import Recording, record
from se_explorer.analysis.stages_units import split
from se_explorer.analysis.stages_watch import Site
from se_explorer.blocks import BlockFacts, name_blocks
from se_explorer.models import Network

__all__ = ["Architecture", "BlockCost", "architecture_of"]


@dataclass(frozen=True)
class BlockCost:
    """One SE block and its cost for one picture.

    Attributes:
        name: the paper's, such as SE_3_4.
        path: of its module.
        facts: channels, reduction and the like.
        height, width: of its maps.
        excitation_macs: multiply-adds of its layers, by PyTorch's counter.
        squeeze_operations: additions (and comparisons) of the squeeze, C H W for each way of pooling, by hand.
        scale_operations: multiplications of the scaling, C H W, by hand.
        weights: its parameters by kind.
        placement: where it sits in its unit.
    """

    name: str
    path: str
    facts: BlockFacts
    height: int
    width: int
    excitation_macs: int
    squeeze_operations: int
    scale_operations: int
    weights: Weights
    placement: Placement

    @property
    def stage(self) -> int:
        """The stage in its name."""
        return int(self.name.split("_")[1])

    @property
    def operations(self) -> int:
        """All that the block does: multiply-adds, additions and multiplications, one each."""
        return self.excitation_macs + self.squeeze_operations + self.scale_operations


@dataclass(frozen=True)
class Architecture:
    """What a network is made of, read off the network itself. Holds numbers alone, no module.

    Attributes:
        id, title: of the network.
        size: side of the input in pixels.
        classes: how many.
        table: in the manner of Table 1.
        blocks: the SE blocks in running order.
        parameters: of the network.
        macs: multiply-adds of its layers for one picture, by PyTorch's counter.
    """

    id: str
    title: str
    size: int
    classes: int
    table: StageTable
    blocks: tuple[BlockCost, ...]
    parameters: int
    macs: int

    @property
    def modules(self) -> tuple[BlockCost, ...]:
        """One block for each SE module; a module that runs at several places is there once."""
        return tuple({block.path: block for block in self.blocks}.values())

    @property
    def se_parameters(self) -> int:
        """Parameters of all SE modules."""
        return sum(block.facts.parameters for block in self.modules)

    @property
    def se_macs(self) -> int:
        """Multiply-adds of all excitations, by PyTorch's counter."""
        return sum(block.excitation_macs for block in self.blocks)

    @property
    def se_operations(self) -> int:
        """The same with squeeze and scaling, counted by hand."""
        return sum(block.operations for block in self.blocks)

    @property
    def operations(self) -> int:
        """All that is counted in the network: its layers' multiply-adds, squeezes and scalings."""
        return self.plain_macs + self.se_operations

    @property
    def plain_parameters(self) -> int:
        """Parameters of the network without its SE blocks."""
        return self.parameters - self.se_parameters

    @property
    def plain_macs(self) -> int:
        """Multiply-adds of the network without its SE blocks."""
        return self.macs - self.se_macs

    def block(self, name: str) -> BlockCost:
        """The block of that name, which must be there."""
        return next(block for block in self.blocks if block.name == name)


def squeeze_passes(squeeze: str) -> int:
    """How many times a squeeze goes over the maps: once for each way of pooling in its name, never for "none"."""
    return 0 if squeeze == "none" else 1 + squeeze.count("+")


def _costs(recording: Recording, found: tuple[Placement, ...]) -> tuple[BlockCost, ...]:
    sites = [item for item in recording.items if isinstance(item, Site)]
    names = name_blocks(recording.size, [site.height for site in sites])
    runs = Counter(site.path for site in sites)
    costs = []
    for name, site, placement in zip(names, sites, found, strict=True):
        elements = site.block.facts.channels * site.height * site.width
        costs.append(
            BlockCost(
                name=name,
                path=site.path,
                facts=site.block.facts,
                height=site.height,
                width=site.width,
                excitation_macs=recording.macs.get(site.path, 0) // runs[site.path],
                squeeze_operations=squeeze_passes(site.block.facts.squeeze) * elements,
                scale_operations=elements,
                weights=weights_of(site.block),
                placement=placement,
            )
        )
    return tuple(costs)


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def architecture_of(network: Network) -> Architecture:
    """Read a network's architecture off one run of a private copy without weights.

    Raises:
        TraceError: the network cannot be copied or run.
    """
    size = network.preprocessing.size
    recording = record(network.module, size)
    parts = split(recording)
    return Architecture(
        id=network.id,
        title=network.title,
        size=size,
        classes=len(network.labels),
        table=stage_table(recording, parts),
        blocks=_costs(recording, placements(recording, parts)),
        parameters=_count(network.module),
        macs=recording.macs[""],
    )
