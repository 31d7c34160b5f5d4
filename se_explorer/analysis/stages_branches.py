"""The branches of an Inception module: what is joined to u, each with its layers and poolings.

Read off what depends on what, as the units are: layers of which one depends on the other belong to one branch.
"""

from __future__ import annotations

from se_explorer.analysis.stages_record import Recording
from se_explorer.analysis.stages_units import Unit
from se_explorer.analysis.stages_watch import Layer, Pool

__all__ = ["joined_branches"]


def _places(recording: Recording, unit: Unit, site: int) -> list[int]:
    """Layers of the unit that u depends on, and the poolings among them: those that no other unit's layer follows."""
    layers = [place for place in (*unit.chain, *unit.beside) if isinstance(recording.items[place], Layer)]
    above = sorted(place for place in layers if recording.depends(site, place))
    if not above:
        return []
    inside = f"{unit.path}."
    pools = [
        place
        for place, item in enumerate(recording.items)
        if isinstance(item, Pool) and item.path.startswith(inside) and recording.depends(site, place)
    ]
    return sorted({*above, *pools})


def joined_branches(recording: Recording, unit: Unit, site: int) -> tuple[tuple[Layer | Pool, ...], ...]:
    """The branches whose ends are joined to the u of an SE block, in running order.

    A branch that splits in two on its way counts as one.

    Args:
        unit: that holds the block.
        site: the block's place among the items.
    """
    branches: list[list[int]] = []
    for place in _places(recording, unit, site):
        own = [branch for branch in branches if any(recording.depends(place, other) for other in branch)]
        branches = [branch for branch in branches if branch not in own]
        branches.append([*(other for branch in own for other in branch), place])
    return tuple(
        tuple(item for place in branch if isinstance(item := recording.items[place], (Layer, Pool)))
        for branch in sorted(branches)
    )
