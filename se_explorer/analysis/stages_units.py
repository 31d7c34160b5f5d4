"""Which layers make a unit with an SE block, by where modules lie and by what depends on what.

No table of names: a unit is the smallest module that holds an SE module and at least one layer, and the units without
SE are the modules beside it, as deep in the tree. Where one module holds many SE modules (a plain list of layers), a
unit is what ran since the SE block before. Within a unit, the longest chain of layers is its main path; layers that
meet its end in a sum, and that it does not depend on, are those of the shortcut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from se_explorer.analysis.stages_record import Recording
from se_explorer.analysis.stages_watch import Layer, Pool, Site

__all__ = ["Parts", "Unit", "split"]


@dataclass(frozen=True)
class Unit:
    """A unit of the network's body.

    Attributes:
        path: of its module; "" where its layers lie loose.
        chain: layers of the main path and SE modules, as places among the recording's items.
        beside: layers in parallel to the main path.
        shortcut: layers that fit the shortcut to the output's size.
    """

    path: str
    chain: tuple[int, ...]
    beside: tuple[int, ...]
    shortcut: tuple[int, ...]


@dataclass(frozen=True)
class Parts:
    """A network taken apart; ``stem`` and ``head`` hold layers and poolings."""

    stem: tuple[int, ...]
    units: tuple[Unit, ...]
    head: tuple[int, ...]


def _inside(path: str, module: str) -> bool:
    return not module or path == module or path.startswith(f"{module}.")


def _parents(path: str) -> list[str]:
    """The modules around a module, the smallest first; the last is the network itself."""
    names = path.split(".")
    return [".".join(names[:count]) for count in range(len(names) - 1, -1, -1)]


class _Grouping:
    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        items = dict(enumerate(recording.items))
        self.layers = {place: item for place, item in items.items() if isinstance(item, Layer)}
        self.sites = {place: item for place, item in items.items() if isinstance(item, Site)}

    def _sites_in(self, module: str) -> set[str]:
        return {site.path for site in self.sites.values() if _inside(site.path, module)}

    def _layers_in(self, module: str) -> set[int]:
        return {place for place, layer in self.layers.items() if _inside(layer.path, module)}

    def _parallel(self, layer: int, site: int) -> bool:
        return not (self.recording.depends(site, layer) or self.recording.depends(layer, site))

    def module_of(self, site: int) -> str | None:
        """The unit's module, or None where it holds several SE modules."""
        parents = _parents(self.sites[site].path)
        start = next((index for index, module in enumerate(parents) if self._layers_in(module)), None)
        if start is None or len(self._sites_in(parents[start])) > 1:
            return None
        around = [module for module in parents[start:] if len(self._sites_in(module)) == 1]
        branch = self._until_join(site)
        found = next((module for module in around if branch <= self._layers_in(module)), around[0])
        for module in around[around.index(found) + 1 :]:  # the shortcut's projection may lie one module further out
            more = self._layers_in(module) - self._layers_in(found)
            if not all(self._parallel(layer, site) for layer in more):
                break
            found = module if more else found
        return found

    def _until_join(self, site: int) -> set[int]:
        """Layers between a block and the sum with what went around it; the block may be wrapped with the first."""
        through, _ = self.recording.join_after(site)[1:]
        return {layer for layer in self.layers if through >> layer & 1 and self.recording.depends(layer, site)}

    def neighbour(self, layer: int, units: Iterable[str]) -> str | None:
        """The module without SE that holds a layer, as deep in the tree as the nearest unit with SE."""
        names = self.layers[layer].path.split(".")
        best, depth = 0, 0
        for unit in units:
            other = unit.split(".")
            shared = next((i for i, (a, b) in enumerate(zip(names, other, strict=False)) if a != b), len(other))
            if shared > best:
                best, depth = shared, len(other)
        module = ".".join(names[:depth])
        return module if best and len(names) > depth and not self._sites_in(module) else None


def _owners(grouping: _Grouping) -> tuple[dict[int, str], list[int]]:
    """The unit's module of every item that has one, and the loose items."""
    owner: dict[int, str] = {}
    modules = {site: grouping.module_of(site) for site in grouping.sites}
    units = {module for module in modules.values() if module is not None}
    for site, module in modules.items():
        if module is not None:
            owner[site] = module
    for layer, item in grouping.layers.items():
        around = [module for module in _parents(f"{item.path}.") if module in units]
        module = around[0] if around else grouping.neighbour(layer, units)
        if module is not None:
            owner[layer] = module
    loose = [place for place in (*grouping.layers, *grouping.sites) if place not in owner]
    return owner, sorted(loose)


def _longest(layers: list[int], recording: Recording) -> tuple[int, ...]:
    """The longest chain of layers that depend on one another; of equally long ones the first that ran."""
    best: dict[int, tuple[int, ...]] = {}
    for layer in layers:
        earlier = [best[other] for other in best if recording.depends(layer, other)]
        best[layer] = (*max(earlier, key=len, default=()), layer)
    return max(best.values(), key=len, default=())


def _is_shortcut(others: tuple[int, ...], chain: tuple[int, ...], recording: Recording) -> bool:
    """Whether some sum adds what came through all of these layers to what came through the main path."""
    ours, theirs = sum(1 << place for place in others), sum(1 << place for place in chain)
    last = 1 << max(chain, default=0)
    for join in recording.joins:
        if join.kind != "add" or not any(operand & last for operand in join.operands):
            continue
        if any(operand & ours == ours and not operand & theirs for operand in join.operands):
            return True
    return False


def _unit(path: str, places: list[int], recording: Recording) -> Unit:
    sites = [place for place in places if isinstance(recording.items[place], Site)]
    layers = [place for place in places if place not in sites]
    chain = _longest(layers, recording)
    others = tuple(layer for layer in layers if layer not in chain)
    projection = bool(others) and _is_shortcut(others, chain, recording)
    return Unit(path, tuple(sorted((*chain, *sites))), () if projection else others, others if projection else ())


def _groups(grouping: _Grouping) -> list[tuple[str, list[int]]]:
    """The units' items. Loose layers before the first unit and after the last one are not among them."""
    owner, loose = _owners(grouping)
    groups: dict[str, list[int]] = {}
    for place in sorted(owner):
        groups.setdefault(owner[place], []).append(place)
    found = list(groups.items())
    flat = [place for place in loose if isinstance(grouping.recording.items[place], Site)]
    starts = [places[0] for _, places in found]
    last = max([*owner, *flat], default=-1)
    since: list[int] = []
    for place in (place for place in loose if place <= last):
        if since and any(since[-1] < start < place for start in starts):
            found += [("", [layer]) for layer in since if layer > min(starts)]
            since = []
        since.append(place)
        if place in flat:
            found.append(("", since))
            since = []
    found += [("", [layer]) for layer in since if starts and layer > min(starts)]
    return sorted(found, key=lambda group: group[1][0])


def split(recording: Recording) -> Parts:
    """Take a network apart into stem, units and head."""
    found = _groups(_Grouping(recording))
    inside = {place for _, places in found for place in places}
    first, last = min(inside, default=0), max(inside, default=-1)
    outside = (place for place in range(len(recording.items)) if place not in inside)
    rest = [place for place in outside if isinstance(recording.items[place], (Layer, Pool))]
    return Parts(
        stem=tuple(place for place in rest if place < first),
        units=tuple(_unit(path, places, recording) for path, places in found),
        head=tuple(place for place in rest if place > last),
    )
