"""One engine for each family of SE networks, and a copy of its network that no engine has touched.

The means of the gates are made up, which is enough to see where they go."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from se_explorer.engine import Engine
from tests.networks import noise, open_family, se_modules, without_se


@dataclass(frozen=True)
class Opened:
    """An engine, an untouched copy of its network, and a batch of one for both."""

    engine: Engine
    pristine: nn.Module
    batch: Tensor

    @property
    def names(self) -> dict[str, str]:
        """The blocks' names by the paths of their modules."""
        return {block.path: block.name for block in self.engine.blocks}


@functools.cache
def opened(name: str) -> Opened:
    """A family of ``tests.networks.FAMILIES``."""
    network = open_family(name)
    pristine = copy.deepcopy(network.module).to(memory_format=torch.channels_last)
    engine = Engine(network)
    generator = np.random.default_rng(0)
    means = {name: generator.random(count, dtype=np.float32) for name, count in engine.channels.items()}
    engine = Engine(replace(network, gate_means=means))
    assert {block.path for block in engine.blocks} == set(se_modules(pristine))
    return Opened(engine, pristine, noise(network.preprocessing.size))


@functools.cache
def without_blocks(name: str) -> Tensor:
    """The logits of a copy with identities in the place of the SE modules."""
    case = opened(name)
    with torch.inference_mode():
        return without_se(case.pristine)(case.batch.clone())
