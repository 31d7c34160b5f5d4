"""``describe``: the numbers of the paper for SE-ResNet-50, and no weights."""

from __future__ import annotations

import pytest

from se_explorer.models import DEFAULT_MODEL
from tests.commands.conftest import Command

KEYS = [
    "model",
    "input_size",
    "classes",
    "parameters",
    "se_parameters",
    "macs",
    "se_macs",
    "se_operations",
    "stem",
    "stages",
    "head",
    "blocks",
    "equation5",
]


def test_json_of_se_resnet_50(command: Command) -> None:
    told = command("describe", "--model", "timm:seresnet50", "--json").json
    assert list(told) == KEYS
    assert (told["parameters"], told["se_parameters"]) == (28_088_024, 2_530_992)
    assert told["equation5"] == {
        "reduction": 16.0,
        "equation5": 2_514_944.0,
        "counted": 2_530_992,
        "difference": {"biases": 16_048.0},
    }
    assert [(stage["output"], stage["se_blocks"]) for stage in told["stages"]] == [
        ([56, 56], 3),
        ([28, 28], 4),
        ([14, 14], 6),
        ([7, 7], 3),
    ]
    assert told["stages"][0]["units"] == [
        {"count": 3, "layers": ["1x1, 64", "3x3, 64", "1x1, 256", "SE fc, [16, 256]"], "beside": []}
    ]
    first = told["blocks"][0]
    assert (first["name"], first["path"], first["parameters"]) == ("SE_2_1", "layer1.0.se", 8464)
    assert sum(block["parameters"] for block in told["blocks"]) == told["se_parameters"]


def test_the_table_of_the_bundled_network(command: Command) -> None:
    shown = command("describe")
    assert (shown.status, shown.err) == (0, "")
    assert DEFAULT_MODEL in shown.out
    assert "4 x [ 1x1, 48 | 3x3, 48 | 1x1, 192 | SE fc, [12, 192] ]" in shown.out
    assert "353,664 of SE, +10.6%" in shown.out
    assert "Equation 5 at r = 16: 353,664; no difference" in shown.out
    assert "SE_5_3" in shown.out


def test_a_single_layer_has_no_r(command: Command) -> None:
    told = command("describe", "--model", "timm:ese_vovnet19b_dw", "--json").json
    assert {block["reduction"] for block in told["blocks"]} == {None}


@pytest.mark.parametrize(
    ("model", "part"), [("timm:test_resnet", "which has none"), ("vgg[16]", "vgg[16]"), ("timm:nope", "timm")]
)
def test_what_cannot_be_described(command: Command, model: str, part: str) -> None:
    outcome = command("describe", "--model", model)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("ModelError: Expected ")
    assert part in outcome.err
