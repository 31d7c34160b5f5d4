"""The gates are what captum sees of the gate modules."""

from __future__ import annotations

import numpy as np
import pytest
from captum.attr import LayerActivation

from tests.engine.families import opened
from tests.networks import FAMILIES, GATE_OF, noise, se_modules


@pytest.mark.parametrize("name", FAMILIES)
def test_gates_are_the_activations_of_the_gate_modules(name: str) -> None:
    case = opened(name)
    batch = noise(case.batch.shape[-1], 2, seed=3)
    gates = {
        site.path: values.gates for site, values in zip(case.engine.blocks, case.engine.run(batch).blocks, strict=True)
    }
    for path, module in se_modules(case.pristine).items():
        layer = LayerActivation(case.pristine, getattr(module, GATE_OF[type(module)]))
        seen = layer.attribute(batch.clone()).detach().flatten(1).numpy()
        assert np.array_equal(gates[path], seen)
