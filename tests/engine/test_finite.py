"""A network that was driven out of float32 has no answer, whichever way it is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from se_explorer.analysis import Sweeper
from se_explorer.engine import DataRows, EditPlan, Engine
from se_explorer.errors import TraceError
from tests.networks import Toy, Untraceable, make_network, noise, picture, randomise

ASKED: dict[str, Callable[[Engine], object]] = {
    "logits": lambda engine: engine.logits(noise(16)),
    "trace": lambda engine: engine.trace(picture(16)),
    "worker": lambda engine: engine.worker.trace(picture(16)).result(300),
    "sweep": lambda engine: Sweeper(engine, picture(16)).run(),
    "over data": lambda engine: DataRows(engine, [EditPlan()])(noise(16, 2)),
}


@pytest.mark.parametrize("kind", [Toy, Untraceable], ids=["graph", "hooks"])
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_it_is_told(asked: Callable[[Engine], object], kind: type[Toy]) -> None:
    module = randomise(kind())
    with torch.no_grad():
        module.fc.weight.fill_(3e38)  # finite, and so is every gate
        module.conv.bias.fill_(10)  # so that what the weight is taken times is surely above 1
    engine = Engine(make_network(module))
    with pytest.raises(TraceError, match="finite numbers"):
        asked(engine)
