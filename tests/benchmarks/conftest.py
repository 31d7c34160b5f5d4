"""A toy network that all sections can measure, and an effort of one turn each."""

from __future__ import annotations

import pytest
import torch

from benchmarks.effort import Effort
from se_explorer.engine import Engine
from se_explorer.models.seresnet import SEResNet
from tests.networks import make_network, randomise

ONCE = Effort(forwards=1, sweeps=1, slow=1, depths=(4, 8), pictures=(1, 2), starts=1, start_warm_ups=0, pages=1)


@pytest.fixture(scope="session")
def engine() -> Engine:
    torch.manual_seed(0)
    return Engine(make_network(randomise(SEResNet((1, 1, 1, 1), 4, 4, 4)), size=32), "cpu")


@pytest.fixture
def once() -> Effort:
    return ONCE
