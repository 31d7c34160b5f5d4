"""Open a system of the paper by the id ``paper:ID``: its architecture, with random weights.

The weights that the paper's figures are of are not here; such a network is for looking at, not for asking.
"""

from __future__ import annotations

from timm.data.imagenet_info import ImageNetInfo

from se_explorer.errors import WeightsError
from se_explorer.images import Preprocessing
from se_explorer.language import later
from se_explorer.models.network import Network
from se_explorer.models.paper.systems import PaperSystem, paper_system
from se_explorer.models.seeding import build_seeded

__all__ = ["PREFIX", "can_be_opened", "open_paper"]

PREFIX = "paper:"


def can_be_opened(system: PaperSystem) -> bool:
    """Whether a system has SE blocks that can be opened up: plain networks have none, Table 16's have no squeeze."""
    return system.insertion is not None and system.insertion.get("squeeze") != "none"


def title_of(system: PaperSystem) -> str:
    """For people: the row, and where it stands."""
    if system.table is None:
        return f"{system.row}, as in the paper"
    return f"{system.row}, Table {system.table} of the paper"


def open_paper(name: str, random_seed: int | None) -> Network:
    """Open a system, such as ``table2-resnet50-se``.

    Raises:
        ModelError: there is none of that id.
        WeightsError: pretrained weights are wanted.
    """
    system = paper_system(name)
    if random_seed is None:
        raise WeightsError(
            later("random weights"),
            later("{name}, whose trained weights nobody has", name=f"{PREFIX}{name}"),
            later("Open it with {weights}.", weights="random:0"),
        )
    info = ImageNetInfo()
    return Network(
        id=f"{PREFIX}{name}",
        title=title_of(system),
        module=build_seeded(system.build, random_seed).eval().requires_grad_(False),
        preprocessing=Preprocessing(system.input_side),
        labels=tuple(info.index_to_description(index) for index in range(1000)),
        class_ids=tuple(info.index_to_label_name(index) for index in range(1000)),
        weights=f"random:{random_seed}",
    )
