"""The stage table of a network, in the manner of the paper's Table 1, and the place of the SE path in each unit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from se_explorer.analysis.stages_branches import joined_branches
from se_explorer.analysis.stages_record import Recording
from se_explorer.analysis.stages_units import Parts, Unit, split
from se_explorer.analysis.stages_watch import JoinKind, Layer, Pool, Site

__all__ = ["Excite", "Placement", "Stage", "StageTable", "UnitRow", "placements", "stage_table"]


@dataclass(frozen=True)
class Excite:
    """An SE block as a row of Table 1 writes it: fc, [hidden units, channels]; 0 hidden units for a single layer."""

    hidden_units: int
    channels: int


@dataclass(frozen=True)
class UnitRow:
    """Units of a stage that follow one another and have the same layers.

    Attributes:
        count: how many.
        steps: layers of the main path and the SE block, in running order. Paths, strides and sizes of layers are those
            of the first of these units.
        beside: layers in parallel to the main path.
    """

    count: int
    steps: tuple[Layer | Excite, ...]
    beside: tuple[Layer, ...]


@dataclass(frozen=True)
class Stage:
    """The units whose output has one size.

    Attributes:
        number: the stage, as in the blocks' names.
        height, width: of the output.
        rows: its units.
        se_blocks: how many SE blocks they have.
        shortcuts: layers in the units' shortcuts, in running order.
    """

    number: int
    height: int
    width: int
    rows: tuple[UnitRow, ...]
    se_blocks: int
    shortcuts: tuple[Layer, ...]


@dataclass(frozen=True)
class StageTable:
    """A network as Table 1 writes one. ``size`` is the input's side in pixels."""

    size: int
    stem: tuple[Layer | Pool, ...]
    stages: tuple[Stage, ...]
    head: tuple[Layer | Pool, ...]


@dataclass(frozen=True)
class Placement:
    """Where one SE block sits in its unit (Figures 2 and 3, Table 14).

    Attributes:
        before: layers of the main path from the unit's input to u.
        branches: how many more layers u depends on, in parallel to those.
        after: layers of the main path from x~ to the unit's output.
        branches_after: how many more layers depend on x~, in parallel to those.
        beside: layers of what goes around it to the join: the shortcut's, or the unit's where it gates the shortcut.
        made_by: the sum or concatenation that made u, if no layer came between.
        join: how its output meets what went around it, or None where all goes through it.
        input_channels: of what the unit takes.
        parallel: where u is a concatenation, what is joined: layers and poolings of each branch, in running order.
        input_size: height and width of what the unit takes; None where that is not known.
    """

    before: tuple[Layer, ...]
    branches: int
    after: tuple[Layer, ...]
    branches_after: int
    beside: tuple[Layer, ...]
    made_by: JoinKind | None
    join: JoinKind | None
    input_channels: int
    parallel: tuple[tuple[Layer | Pool, ...], ...] = ()
    input_size: tuple[int, int] | None = None

    @property
    def on_shortcut(self) -> bool:
        """Whether the block gates the shortcut and the unit's layers go around it (Table 14, SE-Identity)."""
        return self.join is not None and bool(self.beside) and not self.before and not self.after


def _layers(recording: Recording, places: Iterable[int]) -> tuple[Layer, ...]:
    found = (recording.items[place] for place in places)
    return tuple(item for item in found if isinstance(item, Layer))


def _outside(recording: Recording, places: Iterable[int]) -> tuple[Layer | Pool, ...]:
    found = (recording.items[place] for place in places)
    return tuple(item for item in found if isinstance(item, (Layer, Pool)))


def _size(unit: Unit, recording: Recording) -> tuple[int, int]:
    item = recording.items[unit.chain[-1]]
    last = [layer for layer in _layers(recording, unit.chain) if layer.height * layer.width > 1]
    sized = last[-1] if last and not isinstance(item, Site) else item
    return sized.height, sized.width


def _steps(unit: Unit, recording: Recording) -> tuple[Layer | Excite, ...]:
    steps: list[Layer | Excite] = []
    for item in (recording.items[place] for place in unit.chain):
        if isinstance(item, Site):
            steps.append(Excite(item.block.facts.hidden_units, item.block.facts.channels))
        elif isinstance(item, Layer):
            steps.append(item)
    return tuple(steps)


def _plain(layer: Layer) -> Layer:
    return replace(layer, path="", stride=1, inputs=0, height=0, width=0)


def _likeness(row: UnitRow) -> tuple[object, ...]:
    """What rows are compared by: kernels, channels and groups, as in Table 1."""
    steps = tuple(_plain(step) if isinstance(step, Layer) else step for step in row.steps)
    return steps, tuple(_plain(layer) for layer in row.beside)


def _rows(units: list[Unit], recording: Recording) -> tuple[UnitRow, ...]:
    single = [UnitRow(1, _steps(unit, recording), _layers(recording, unit.beside)) for unit in units]
    runs = [list(run) for _, run in groupby(single, key=_likeness)]
    return tuple(replace(run[0], count=len(run)) for run in runs)


def _stage(size: tuple[int, int], units: list[Unit], recording: Recording, first: int) -> Stage:
    number = max(0, round(math.log2(recording.size / size[0]))) + first
    sites = [place for unit in units for place in unit.chain if isinstance(recording.items[place], Site)]
    shortcuts = _layers(recording, (place for unit in units for place in unit.shortcut))
    return Stage(number, *size, _rows(units, recording), len(sites), shortcuts)


def stage_table(recording: Recording, parts: Parts | None = None) -> StageTable:
    """The stage table of a recorded run."""
    found = parts or split(recording)
    heights = [recording.items[place].height for place in recording.sites]
    first = 1 if heights and round(math.log2(recording.size / max(heights))) <= 0 else 0  # as in ``name_blocks``
    runs = groupby(found.units, key=lambda unit: _size(unit, recording))
    stages = tuple(_stage(size, list(units), recording, first) for size, units in runs)
    return StageTable(recording.size, _outside(recording, found.stem), stages, _outside(recording, found.head))


def _input(
    unit: Unit, site: Site, before: tuple[Layer, ...], recording: Recording
) -> tuple[int, tuple[int, int] | None]:
    """Channels and size of what a unit takes; a loose unit takes what its first layer does."""
    shape = recording.inputs.get(unit.path, ()) if unit.path else ()
    if len(shape) == 4:
        _, *size = shape
        channels = size.pop(2 if site.block.adapter.channels_last else 0)
        return channels, (size[0], size[1])
    return (before[0].inputs if before else site.block.facts.channels), None


def _placement(site: int, unit: Unit, recording: Recording) -> Placement:
    item = recording.items[site]
    assert isinstance(item, Site)
    places = sorted({*unit.chain, *unit.beside, *unit.shortcut} - set(recording.sites))
    above = [place for place in places if recording.depends(site, place)]
    before = [place for place in above if place in unit.chain]
    join, _, around = recording.join_after(site)
    beside = [place for place in places if around >> place & 1 and place not in above]
    layers = _layers(recording, before)
    below = [place for place in places if recording.depends(place, site)]
    after = [place for place in below if place in unit.chain]
    channels, size = _input(unit, item, layers, recording)
    return Placement(
        before=layers,
        branches=len([place for place in above if place in unit.beside]),
        after=_layers(recording, after),
        branches_after=len(below) - len(after),
        beside=_layers(recording, beside),
        made_by=item.made_by,
        join=join,
        input_channels=channels,
        parallel=joined_branches(recording, unit, site) if item.made_by == "concat" else (),
        input_size=size,
    )


def placements(recording: Recording, parts: Parts | None = None) -> tuple[Placement, ...]:
    """The place of each SE block, in running order."""
    found = parts or split(recording)
    unit_of = {place: unit for unit in found.units for place in unit.chain}
    return tuple(_placement(site, unit_of[site], recording) for site in recording.sites)
