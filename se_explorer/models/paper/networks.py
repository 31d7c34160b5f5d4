"""The plain networks of Tables 2 and 3, with random weights.

Where a library's network differs from the paper's, the paper's own figures decide: its 3.86 GFLOPs for ResNet-50 are
those of a network that halves the maps in the first 1x1 convolution of a stage (torchvision's, which halves them in the
3x3, has 4.09), and its 4.24 for ResNeXt-50 those of one that does so in the 3x3 convolution.
"""

from __future__ import annotations

from collections.abc import Callable

import timm
from timm.models.resnet import Bottleneck, ResNet
from torch import nn
from torchvision.models import resnet, vgg16_bn

from se_explorer.models.paper.bn_inception import BNInception
from se_explorer.models.paper.shufflenet_v1 import ShuffleNetV1

__all__ = ["PLAIN", "resnet_of_2015", "resnext", "senet154_plain"]

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet_of_2015(depth: int) -> nn.Module:
    """ResNet-50, -101 or -152 as He et al. have it: stride 2 in the first 1x1 convolution of a stage."""
    network: nn.Module = resnet.ResNet(resnet.Bottleneck, list(DEPTHS[depth]))
    for unit in network.modules():
        if isinstance(unit, resnet.Bottleneck):
            unit.conv1.stride, unit.conv2.stride = unit.conv2.stride, unit.conv1.stride
    return network


def resnext(depth: int) -> nn.Module:
    """ResNeXt-50 or -101, 32 groups of 4 channels (Table 1); stride 2 in the 3x3 convolution."""
    network: nn.Module = resnet.ResNet(resnet.Bottleneck, list(DEPTHS[depth]), groups=32, width_per_group=4)
    return network


def senet154_plain() -> nn.Module:
    """SENet-154 without its SE blocks: a 64x4d ResNeXt-152 as the paper's appendix changes it.

    The first 1x1 convolutions have half the channels, three 3x3 convolutions take the place of the 7x7, maps are halved
    by 3x3 projections, and dropout of 0.2 stands before the classifier.
    """
    network: nn.Module = ResNet(
        Bottleneck,  # type: ignore[arg-type]
        DEPTHS[152],
        cardinality=64,
        base_width=4,
        stem_type="deep",
        down_kernel_size=3,
        block_reduce_first=2,
        drop_rate=0.2,
        zero_init_last=False,
    )
    return network


def _timm(name: str) -> nn.Module:
    network: nn.Module = timm.create_model(name)
    return network


def _vgg16() -> nn.Module:
    network: nn.Module = vgg16_bn()
    return network


#: By the name in the systems' ids.
PLAIN: dict[str, Callable[[], nn.Module]] = {
    "resnet50": lambda: resnet_of_2015(50),
    "resnet101": lambda: resnet_of_2015(101),
    "resnet152": lambda: resnet_of_2015(152),
    "resnext50": lambda: resnext(50),
    "resnext101": lambda: resnext(101),
    "vgg16": _vgg16,
    "bn-inception": BNInception,
    "inception-resnet-v2": lambda: _timm("inception_resnet_v2"),
    "mobilenet": lambda: _timm("mobilenetv1_100"),
    "shufflenet": ShuffleNetV1,
    "senet154": senet154_plain,
}
