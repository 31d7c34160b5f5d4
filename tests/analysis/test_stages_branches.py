"""The branches of Inception modules, against the lists that they are built from."""

from __future__ import annotations

import torch

from se_explorer.analysis.complexity import Architecture, architecture_of
from se_explorer.analysis.stages_text import step_text
from se_explorer.models.paper import paper_system
from se_explorer.models.paper.bn_inception import MODULES
from tests.analysis.architectures import TwoUnits, of
from tests.networks import make_network


def branches(found: Architecture, name: str) -> list[list[str]]:
    """As texts."""
    return [[step_text(step) for step in branch] for branch in found.block(name).placement.parallel]


def test_bn_inception_has_the_branches_of_its_table() -> None:
    with torch.device("meta"):
        module = paper_system("table2-bn-inception-se").build()
    found = architecture_of(make_network(module.eval(), 224))
    taken = 192
    for block, widths in zip(found.blocks, MODULES.values(), strict=True):
        single = [[f"1x1, {widths.single}"]] if widths.single else []
        three = [f"1x1, {widths.three[0]}", f"3x3, {widths.three[1]}"]
        double = [f"1x1, {widths.double[0]}", *[f"3x3, {widths.double[1]}"] * 2]
        pool = [f"3x3 {widths.pooling} pool", *([f"1x1, {widths.pool}"] if widths.pool else [])]
        assert branches(found, block.name) == [*single, three, double, pool]
        assert block.placement.input_channels == taken
        assert block.placement.input_size == (block.height * widths.stride, block.width * widths.stride)
        taken = block.facts.channels


def test_a_residual_unit_has_none_and_knows_what_it_takes() -> None:
    for position in ("standard", "pre", "post", "identity", "plain"):
        placement = of(TwoUnits(position)).blocks[1].placement
        assert placement.parallel == ()
        assert placement.input_size == (8, 8)
    joined = of(TwoUnits("concat")).blocks[0].placement
    assert [[step_text(step) for step in branch] for branch in joined.parallel] == [["3x3, 8"], ["3x3, 8"]]
