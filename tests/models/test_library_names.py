"""Names that the libraries know, and those they do not."""

from __future__ import annotations

import pytest

from se_explorer.errors import ModelError
from se_explorer.models.library_names import full_name, timm_config, torchvision_weights


@pytest.mark.parametrize(
    ("model", "full"),
    [
        ("timm:lcnet_050", "timm:lcnet_050.ra2_in1k"),
        ("timm:lcnet_050.ra2_in1k", "timm:lcnet_050.ra2_in1k"),
        ("timm:test_resnet", "timm:test_resnet.r160_in1k"),
        ("torchvision:efficientnet_b1@IMAGENET1K_V2", "torchvision:efficientnet_b1"),
        ("torchvision:efficientnet_b1@DEFAULT", "torchvision:efficientnet_b1"),
        ("torchvision:efficientnet_b1@IMAGENET1K_V1", "torchvision:efficientnet_b1@IMAGENET1K_V1"),
        ("torchvision:efficientnet_b1@V9", "torchvision:efficientnet_b1@V9"),
        ("timm:no_such_net", "timm:no_such_net"),
        ("seresnet50-imagenette", "seresnet50-imagenette"),
        ("", ""),
    ],
)
def test_full_name(model: str, full: str) -> None:
    assert full_name(model) == full
    assert full_name(full) == full


@pytest.mark.parametrize(
    "name", ["", "no_such_net", "lcnet_050.no_such_tag", "hf-hub:some/one", "../x", ".", "lcnet_050."]
)
def test_what_timm_does_not_know(name: str) -> None:
    with pytest.raises(ModelError, match="timm"):
        timm_config(name)


@pytest.mark.parametrize("name", ["", "x", "@", "fasterrcnn_resnet50_fpn", "efficientnet_b1@", "efficientnet_b1@V1"])
def test_what_torchvision_does_not_know(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        torchvision_weights(name)
    assert caught.value.remedy
