"""Every row of the paper's Tables 2, 3 and 10 to 16, and SENet-154, as a system that can be built.

The rows called "original" of Table 2 are other people's figures for the same plain networks and no systems of their
own. Biases: equation 3 has none and the systems have none, but SENet-154, which is built as it was released. The
figures are the paper's ([P] of facts.md): its parameter counts have one digit and run up to 0.11 M above equation 5
(r = 8); its GFLOPs are multiply-adds. Tables 10 to 16 share a network and a recipe that is not Table 2's, so that
their figures can be compared with one another alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from se_explorer.blocks.insert import insert_se
from se_explorer.errors import ModelError
from se_explorer.models.paper.networks import PLAIN

__all__ = ["PaperSystem", "paper_system", "paper_systems"]

Errors = tuple[float, float]
Cost = tuple[float, float | None]

LAYOUT = (
    "Built as timm's network, of 10, 20 and 10 units, which has 13.16 GFLOPs; the paper prints 11.75 and does not say "
    "of which layout."
)
# Name, then (top-1, top-5 error), GFLOPs and parameters in millions: of the plain network, and with SE.
TABLE_2: dict[str, tuple[str, Errors, Cost, Errors, Cost]] = {
    "resnet50": ("ResNet-50", (24.80, 7.48), (3.86, None), (23.29, 6.62), (3.87, None)),
    "resnet101": ("ResNet-101", (23.17, 6.52), (7.58, None), (22.38, 6.07), (7.60, None)),
    "resnet152": ("ResNet-152", (22.42, 6.34), (11.30, None), (21.57, 5.73), (11.32, None)),
    "resnext50": ("ResNeXt-50", (22.11, 5.90), (4.24, None), (21.10, 5.49), (4.25, None)),
    "resnext101": ("ResNeXt-101", (21.18, 5.57), (7.99, None), (20.70, 5.01), (8.00, None)),
    "vgg16": ("VGG-16", (27.02, 8.81), (15.47, None), (25.22, 7.70), (15.48, None)),
    "bn-inception": ("BN-Inception", (25.38, 7.89), (2.03, None), (24.23, 7.14), (2.04, None)),
    "inception-resnet-v2": ("Inception-ResNet-v2", (20.37, 5.21), (11.75, None), (19.80, 4.79), (11.76, None)),
}
TABLE_3: dict[str, tuple[str, Errors, Cost, Errors, Cost]] = {
    "mobilenet": ("MobileNet", (28.4, 9.4), (0.569, 4.2), (25.3, 7.7), (0.572, 4.7)),
    "shufflenet": ("ShuffleNet", (32.6, 12.5), (0.140, 1.8), (31.0, 11.1), (0.142, 2.4)),
}
# Table and end of the id, the paper's name of the row, options of insert_se, errors, parameters in millions.
SE_RESNET_50 = (22.28, 6.03)
ABLATIONS: tuple[tuple[int, str, str, dict[str, Any] | None, Errors, float | None], ...] = (
    (10, "r2", "reduction 2", {"reduction": 2}, (22.29, 6.00), 45.7),
    (10, "r4", "reduction 4", {"reduction": 4}, (22.25, 6.09), 35.7),
    (10, "r8", "reduction 8", {"reduction": 8}, (22.26, 5.99), 30.7),
    (10, "r16", "reduction 16", {"reduction": 16}, SE_RESNET_50, 28.1),
    (10, "r32", "reduction 32", {"reduction": 32}, (22.72, 6.20), 26.9),
    (10, "original", "original", None, (23.30, 6.55), 25.6),
    (11, "max", "max", {"squeeze": "max"}, (22.57, 6.09), None),
    (11, "average", "average", {"squeeze": "average"}, SE_RESNET_50, None),
    (12, "relu", "ReLU", {"gate": "relu"}, (23.47, 6.98), None),
    (12, "tanh", "tanh", {"gate": "tanh"}, (23.00, 6.38), None),
    (12, "sigmoid", "sigmoid", {"gate": "sigmoid"}, SE_RESNET_50, None),
    (13, "stage2", "SE in stage 2", {"stages": (2,)}, (23.03, 6.48), None),
    (13, "stage3", "SE in stage 3", {"stages": (3,)}, (23.04, 6.32), None),
    (13, "stage4", "SE in stage 4", {"stages": (4,)}, (22.68, 6.22), None),
    (13, "all", "SE in all stages", {}, SE_RESNET_50, None),
    (14, "standard", "SE", {"position": "standard"}, SE_RESNET_50, None),
    (14, "pre", "SE-PRE", {"position": "pre"}, (22.23, 6.00), None),
    (14, "post", "SE-POST", {"position": "post"}, (22.78, 6.35), None),
    (14, "identity", "SE-Identity", {"position": "identity"}, (22.20, 6.15), None),
    (15, "3x3", "SE_3x3", {"position": "3x3"}, (22.48, 6.02), 25.8),
    (16, "nosqueeze", "NoSqueeze", {"squeeze": "none"}, (22.93, 6.39), None),
)
ABLATION_GFLOPS = {"nosqueeze": 4.27}


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
        gflops: multiply-adds in 10^9, as published; None where ``facts.md`` has no figure.
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
    top5_error: float
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


def _compared(table: int, rows: Mapping[str, tuple[str, Errors, Cost, Errors, Cost]]) -> Iterator[PaperSystem]:
    for network, (name, errors, cost, se_errors, se_cost) in rows.items():
        side, note = (299, LAYOUT) if network == "inception-resnet-v2" else (224, "")
        plain = PaperSystem(f"table{table}-{network}", table, name, network, None, *errors, *cost, side, note)
        yield plain
        yield PaperSystem(f"{plain.id}-se", table, f"SE-{name}", network, {}, *se_errors, *se_cost, side, note)


@functools.cache
def paper_systems() -> tuple[PaperSystem, ...]:
    """All systems, in the paper's order."""
    ablations = (
        PaperSystem(
            f"table{table}-{end}", table, row, "resnet50", insertion, *errors, ABLATION_GFLOPS.get(end), millions
        )
        for table, end, row, insertion, errors, millions in ABLATIONS
    )
    senet = PaperSystem("senet154", None, "SENet-154", "senet154", {"bias": True}, 18.68, 4.47)
    return (*_compared(2, TABLE_2), *_compared(3, TABLE_3), senet, *ablations)


def paper_system(name: str) -> PaperSystem:
    """A system by its id.

    Raises:
        ModelError: there is none of that id.
    """
    systems = {system.id: system for system in paper_systems()}
    if name not in systems:
        raise ModelError(f"a system of the paper ({', '.join(systems)})", repr(name), "Choose one of these.")
    return systems[name]
