"""Networks without numbers."""

from __future__ import annotations

import timm
import torch

from se_explorer.models.meta import build_on_meta


def test_shapes_are_those_of_the_real_network_and_nothing_else_is_changed() -> None:
    shapes = {name: tuple(value.shape) for name, value in build_on_meta("timm", "lcnet_035").state_dict().items()}
    real = timm.create_model("lcnet_035").state_dict()
    assert shapes == {name: tuple(value.shape) for name, value in real.items()}
    assert torch.empty(1).device.type == "cpu"


def test_a_network_that_computes_its_widths_with_tensors() -> None:
    module = build_on_meta("torchvision", "regnet_y_400mf")
    assert not module.training
    assert {parameter.device.type for parameter in module.parameters()} == {"meta"}
    assert sum(parameter.numel() for parameter in module.parameters()) == 4_344_144  # torchvision's own figure
