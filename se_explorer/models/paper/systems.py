"""Every row of the paper's Tables 2, 3 and 10 to 16, and SENet-154, as a system that can be built.

The rows called "original" of Table 2 are other people's figures for the same plain networks and no systems of their
own. Biases: equation 3 has none and the systems have none, but SENet-154, which is built as it was released. The
figures are the paper's and stand in ``assets/published`` (see ``models/published``): its parameter counts have one
digit and run up to 0.11 M above equation 5 (r = 8); its GFLOPs are multiply-adds. Tables 10 to 16 share a network and a
recipe that is not Table 2's, so that their figures can be compared with one another alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from se_explorer.blocks.insert import insert_se
from se_explorer.errors import ModelError
from se_explorer.language import Text, later, list_of
from se_explorer.models.paper.networks import PLAIN
from se_explorer.models.published import published

__all__ = ["PaperSystem", "paper_system", "paper_systems"]

LAYOUT = (
    "Built as timm's network, of 10, 20 and 10 units, which has 13.16 GFLOPs; the paper prints 11.75 and does not say "
    "of which layout."
)
TABLE_2 = (
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50",
    "resnext101",
    "vgg16",
    "bn-inception",
    "inception-resnet-v2",
)
TABLE_3 = ("mobilenet", "shufflenet")
#: The rest of the id, and the options of ``insert_se`` that make the row's network of ResNet-50.
ABLATIONS: dict[int, dict[str, dict[str, Any] | None]] = {
    10: {**{f"r{r}": {"reduction": r} for r in (2, 4, 8, 16, 32)}, "original": None},
    11: {"max": {"squeeze": "max"}, "average": {"squeeze": "average"}},
    12: {"relu": {"gate": "relu"}, "tanh": {"gate": "tanh"}, "sigmoid": {"gate": "sigmoid"}},
    13: {**{f"stage{stage}": {"stages": (stage,)} for stage in (2, 3, 4)}, "all": {}},
    14: {position: {"position": position} for position in ("standard", "pre", "post", "identity")},
    15: {"3x3": {"position": "3x3"}},
    16: {"nosqueeze": {"squeeze": "none"}},
}


@dataclass(frozen=True, eq=False)
class PaperSystem:
    """One row of the paper.

    Attributes:
        id: such as "table2-resnet50-se".
        table: its number; None for SENet-154, whose figures stand in the text.
        row: what the paper calls it.
        network: the plain network, a key of ``PLAIN``.
        insertion: the options of ``insert_se``; None for the plain network itself.
        top1_error, top5_error: single crop on ImageNet's validation set, in %, as published.
        gflops: multiply-adds in 10^9, as published; None where no figure is known.
        parameters_millions: as published; None likewise.
        input_side: of the crop, in pixels.
        note: where what is built and what was published do not agree.
    """

    id: str
    table: int | None
    row: str
    network: str
    insertion: Mapping[str, Any] | None
    top1_error: float
    top5_error: float | None
    gflops: float | None = None
    parameters_millions: float | None = None
    input_side: int = 224
    note: str = ""

    @property
    def source(self) -> str:
        """Where the figures stand."""
        return "[P] arXiv 1709.01507 v4, " + (f"Table {self.table}" if self.table else "SENet-154 at 224 px")

    def build(self) -> nn.Module:
        """The network with random weights from torch's global generator, in training mode."""
        plain = PLAIN[self.network]()
        return plain if self.insertion is None else insert_se(plain, **self.insertion)


def _system(name: str, network: str, insertion: Mapping[str, Any] | None, label: str = "") -> PaperSystem:
    """A system with the figures of its row."""
    row = published().row(name)
    return PaperSystem(
        id=name,
        table=row.table,
        row=label or row.variant,
        network=network,
        insertion=insertion,
        top1_error=row.top1_error,
        top5_error=row.top5_error,
        gflops=row.gflops,
        parameters_millions=row.parameters_millions,
        input_side=row.input_side,
        note=LAYOUT if network == "inception-resnet-v2" else "",
    )


def _compared(table: int, networks: Iterable[str]) -> Iterator[PaperSystem]:
    for network in networks:
        name = f"table{table}-{network}"
        model = published().row(name).model
        yield _system(name, network, None, model)
        yield _system(f"{name}-se", network, {}, f"SE-{model}")


@functools.cache
def paper_systems() -> tuple[PaperSystem, ...]:
    """All systems, in the paper's order."""
    ablations = (
        _system(f"table{table}-{end}", "resnet50", insertion)
        for table, rows in ABLATIONS.items()
        for end, insertion in rows.items()
    )
    senet = _system("senet154", "senet154", {"bias": True}, "SENet-154")
    return (*_compared(2, TABLE_2), *_compared(3, TABLE_3), senet, *ablations)


def paper_system(name: str) -> PaperSystem:
    """A system by its id.

    Raises:
        ModelError: there is none of that id.
    """
    systems = {system.id: system for system in paper_systems()}
    if name not in systems:
        raise ModelError(
            later("a system of the paper ({names})", names=Text.of(list_of, tuple(systems))),
            repr(name),
            later("Choose one of these."),
        )
    return systems[name]
