"""The sections of the benchmarks: each measures one kind of figure, and can be asked for by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.crowd import measure_crowd
from benchmarks.data import measure_data
from benchmarks.data_sweep import measure_data_sweep
from benchmarks.effort import Effort
from benchmarks.growth import measure_growth
from benchmarks.pages import measure_pages
from benchmarks.results import Findings
from benchmarks.start import measure_start
from benchmarks.sweep import measure_pairs, measure_sweep
from benchmarks.toggles import measure_toggles
from benchmarks.tracing import measure_trace
from benchmarks.training import measure_training
from se_explorer.engine import Engine
from se_explorer.models import DEFAULT_MODEL, open_network

__all__ = ["NETWORKS", "OF_A_NETWORK", "OF_THE_MACHINE", "Progress", "measure", "names"]

#: The networks of the issue's table and the bundled one.
NETWORKS = (
    DEFAULT_MODEL,
    "timm:seresnet50",
    "timm:legacy_seresnet18",
    "timm:efficientnet_b0",
    "timm:mobilenetv3_large_100",
    "timm:regnety_016",
)

#: Sections that measure one network.
OF_A_NETWORK: dict[str, Callable[[Engine, Effort], Findings]] = {
    "trace": measure_trace,
    "toggle": measure_toggles,
    "sweep": measure_sweep,
    "pairs": measure_pairs,
    "crowd": measure_crowd,
    "data": measure_data,
    "data-sweep": measure_data_sweep,
}
#: Sections that choose their networks, or need none; they are given the device.
OF_THE_MACHINE: dict[str, Callable[[Effort, str | None], Findings]] = {
    "growth": measure_growth,
    "start": measure_start,
    "pages": measure_pages,
    "training": measure_training,
}


@dataclass(frozen=True)
class Progress:
    """What is measured next."""

    section: str
    network: str = ""


def names() -> tuple[str, ...]:
    """Of all sections, in the order in which they are measured."""
    return (*OF_A_NETWORK, *OF_THE_MACHINE)


def measure(
    only: Collection[str], networks: Sequence[str], effort: Effort, device: str | None
) -> Iterator[Progress | Findings]:
    """Measure sections; before each comes what it is, after it what was found.

    Args:
        only: names of the sections.
        networks: ids in the catalog. All but the bundled one get random weights, which take the same time as trained
            ones and need no download.
    """
    wanted = [name for name in OF_A_NETWORK if name in only]
    for model in networks if wanted else ():
        engine = Engine(open_network(model, "pretrained" if model == DEFAULT_MODEL else "random:0"), device)
        for name in wanted:
            yield Progress(name, model)
            yield OF_A_NETWORK[name](engine, effort)
    for name, section in OF_THE_MACHINE.items():
        if name in only:
            yield Progress(name)
            yield section(effort, device)
