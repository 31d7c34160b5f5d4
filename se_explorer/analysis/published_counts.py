"""What we count in the paper's systems, beside what the paper prints of them.

The counts are read from ``assets/published/counted.json``, which ``scripts/count_systems.py`` makes from the networks
of ``models/paper``; a test counts them again. They are ours, not the paper's.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from torch import nn

from se_explorer.analysis.stages_record import record
from se_explorer.blocks import find_blocks
from se_explorer.blocks.se_block import NoSqueezeBlock
from se_explorer.errors import ModelError
from se_explorer.files import unreadable
from se_explorer.language import later
from se_explorer.models import ASSETS
from se_explorer.models.paper import PaperSystem

__all__ = ["COUNTED", "Counted", "count_system", "counted_systems"]

COUNTED = ASSETS / "published" / "counted.json"


class Counted(BaseModel):
    """One system, counted.

    Attributes:
        parameters: of the network.
        macs: multiply-adds of its layers for one picture of the system's size, by PyTorch's counter.
        se_parameters: of its SE blocks, those without a squeeze included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameters: int
    macs: int
    se_parameters: int


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def count_system(system: PaperSystem) -> Counted:
    """Build a system and count it; in ``torch.device("meta")`` that costs neither memory nor a real run."""
    network = system.build().eval().requires_grad_(False)
    blocks: list[nn.Module] = [found.module for found in find_blocks(network).blocks]
    blocks += [module for module in network.modules() if isinstance(module, NoSqueezeBlock)]
    return Counted(
        parameters=_parameters(network),
        macs=record(network, system.input_side).macs[""],
        se_parameters=sum(map(_parameters, blocks)),
    )


def load_counted(path: Path) -> Mapping[str, Counted]:
    """Read counts by the systems' ids.

    Raises:
        ModelError: the file is missing or holds something else.
    """
    try:
        return TypeAdapter(dict[str, Counted]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(
            later("counts of the paper's systems, a JSON file"),
            unreadable(path, error),
            later("Restore the file from the project."),
        ) from error


@functools.cache
def counted_systems() -> Mapping[str, Counted]:
    """The counts of all systems."""
    return load_counted(COUNTED)
