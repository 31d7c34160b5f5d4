"""Units of the paper's own systems, read off the systems themselves: for the figures of where SE goes."""

from __future__ import annotations

from se_explorer.analysis.complexity import BlockCost, architecture_of
from se_explorer.images.preprocess import Preprocessing
from se_explorer.models import Network
from se_explorer.models.meta import outlined
from se_explorer.models.paper import paper_system

__all__ = ["POSITIONS", "system_block"]

#: The systems of Tables 14 and 15, in the paper's order.
POSITIONS = ("table14-standard", "table14-pre", "table14-post", "table14-identity", "table15-3x3")


def system_block(name: str, place: int = 1) -> BlockCost:
    """One SE block of a system of the paper; the second, by default, whose unit keeps the size of its maps.

    The system is built without weights: shapes alone are looked at.

    Raises:
        ModelError: there is no such system.
    """
    system = paper_system(name)
    with outlined():
        module = system.build().eval()
    seen = Preprocessing(system.input_side, 0.875, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "bilinear")
    labels = tuple(str(index) for index in range(1000))
    return architecture_of(Network(name, system.row, module, seen, labels, labels, "given")).blocks[place]
