"""Layers as Table 1 writes them."""

from __future__ import annotations

import pytest

from se_explorer.analysis.stages import Excite
from se_explorer.analysis.stages_text import step_text
from se_explorer.analysis.stages_watch import Layer, Pool
from tests.figures.checks import shouting


@pytest.mark.parametrize(
    ("step", "plain", "strided"),
    [
        (Layer("a", (1, 1), 1, 1, 64, 256, 7, 7), "1x1, 256", "1x1, 256"),
        (Layer("a", (3, 3), 2, 32, 128, 128, 7, 7), "3x3, 128 (32 groups)", "3x3, 128 (32 groups), stride 2"),
        (Layer("a", (5, 5), 2, 96, 96, 96, 7, 7), "5x5, 96, depthwise", "5x5, 96, depthwise, stride 2"),
        (Layer("a", None, 1, 1, 64, 1000, 1, 1), "fc, 1000", "fc, 1000"),
        (Pool("a", "max", (3, 3), 2, 7, 7), "3x3 max pool", "3x3 max pool, stride 2"),
        (Pool("a", "average", None, 1, 1, 1), "global average pool", "global average pool"),
        (Pool("a", "max", None, 1, 1, 1), "global max pool", "global max pool"),
        (Excite(16, 256), "SE fc, [16, 256]", "SE fc, [16, 256]"),
        (Excite(0, 256), "SE fc, [256]", "SE fc, [256]"),
    ],
)
def test_text(step: Layer | Pool | Excite, plain: str, strided: str) -> None:
    assert step_text(step) == plain
    assert step_text(step, stride=True) == strided


def test_translation() -> None:
    layer = Layer("a", (3, 3), 2, 32, 128, 128, 7, 7)
    assert step_text(layer, shouting, stride=True) == "3x3, 128 (32 GROUPS), STRIDE 2"
