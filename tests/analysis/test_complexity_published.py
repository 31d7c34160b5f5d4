"""What is printed, and for which networks it is shown."""

from __future__ import annotations

import pytest
import torch
from torchvision.models import resnet50

from se_explorer.analysis.complexity_equation5 import account
from se_explorer.analysis.complexity_published import TABLE_10, is_seresnet50, strided_kernel
from se_explorer.blocks.insert import insert_se
from se_explorer.models.seresnet import seresnet50
from tests.analysis.architectures import known, of


@pytest.mark.parametrize(
    ("name", "is_it", "kernel"),
    [
        ("timm:seresnet50", True, 3),
        ("timm:legacy_seresnet50", True, 1),
        ("timm:seresnext50_32x4d", False, 3),
        ("seresnet50-imagenette", False, 3),
        ("timm:efficientnet_b0", False, 3),
    ],
)
def test_recognised_by_its_layers(name: str, is_it: bool, kernel: int) -> None:
    assert is_seresnet50(known(name)) is is_it
    assert strided_kernel(known(name).table) == kernel


def test_another_reduction_and_another_name_are_no_matter() -> None:
    found = of(seresnet50(num_classes=10, reduction=4), 64)
    assert found.id == "toy"
    assert is_seresnet50(found)


@pytest.mark.parametrize(
    "changed", [{"position": "post"}, {"position": "identity"}, {"gate": "tanh"}, {"squeeze": "max"}]
)
def test_variants_of_tables_11_to_14_are_not_it(changed: dict[str, str]) -> None:
    with torch.device("meta"):
        network = insert_se(resnet50(), **changed)
    found = of(network, 64)
    assert len(found.blocks) == 16
    assert not is_seresnet50(found)


def test_table_10_lies_up_to_a_tenth_of_a_million_above_equation_5() -> None:
    plain = known("timm:seresnet50").plain_parameters
    for row in TABLE_10:
        ours = plain + (account(known("timm:seresnet50"), row.reduction).equation5 if row.reduction else 0)
        assert -0.05 < row.megaparameters - float(ours) / 1e6 < 0.15
