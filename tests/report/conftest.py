"""The bundled network, looked at once."""

from __future__ import annotations

import pytest

from se_explorer.engine import Engine
from se_explorer.images import open_sample
from se_explorer.models import open_network
from se_explorer.report import Present, gather

PLAN = "SE_3_4=off;SE_2_1.17=0.2"


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The bundled network."""
    return Engine(open_network(), "cpu")


@pytest.fixture(scope="session")
def present(engine: Engine) -> Present:
    """A golf ball under a plan."""
    return gather(engine, open_sample("golf-ball"), PLAN, block="SE_4_2", channel=7)
