"""Small networks without SE, one of each family that SE can be put into, and what is known of them by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import timm
import torch
from timm.models import resnet as timm_resnet
from timm.models import vgg as timm_vgg
from torch import nn
from torchvision.models import VGG, GoogLeNet, Inception3, ShuffleNetV2, resnet, vgg

from se_explorer.models.paper.bn_inception import BNInception
from se_explorer.models.paper.shufflenet_v1 import ShuffleNetV1

CLASSES = 4


@dataclass(frozen=True)
class Plain:
    """A network, the side of its pictures, and stage and channels of its standard places."""

    build: Callable[[], nn.Module]
    side: int
    places: tuple[tuple[int, int], ...]


def torchvision_resnet(unit: type[nn.Module], depths: tuple[int, ...], **options: int) -> nn.Module:
    return resnet.ResNet(unit, list(depths), num_classes=CLASSES, **options)


def timm_tiny(unit: type[nn.Module], **options: object) -> nn.Module:
    """Its last batch norms start at 1: at 0, as timm has them, u is 0 and the blocks get no gradient at first."""
    return timm_resnet.ResNet(unit, (1, 2, 1, 1), CLASSES, channels=(16, 24, 32, 40), zero_init_last=False, **options)


def _vgg() -> nn.Module:
    with torch.device("meta"):  # a hundred million weights that are not kept
        network = VGG(nn.Sequential(), init_weights=False)
    network.features = vgg.make_layers([8, "M", 16, 16, "M", 24, "M"], batch_norm=True)
    network.classifier = nn.Linear(24 * 7 * 7, CLASSES)
    return network


def _timm_vgg() -> nn.Module:
    return timm_vgg.VGG([8, "M", 16, "M"], CLASSES, mlp_ratio=1 / 64, norm_layer=nn.BatchNorm2d)


def _inception_resnet() -> nn.Module:
    """Two of ten, one of twenty and one of nine units."""
    network = timm.create_model("inception_resnet_v2", num_classes=CLASSES)
    for name, kept in (("repeat", 2), ("repeat_1", 1), ("repeat_2", 1)):
        setattr(network, name, getattr(network, name)[:kept])
    return network


def seeded(build: Callable[[], nn.Module], seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


BOTTLENECKS = ((2, 256), (3, 512), (3, 512), (4, 1024), (5, 2048))
TIMM_WIDTHS = ((2, 16), (3, 24), (3, 24), (4, 32), (5, 40))
RESNETS = {
    "torchvision bottleneck": Plain(lambda: torchvision_resnet(resnet.Bottleneck, (1, 2, 1, 1)), 64, BOTTLENECKS),
    "torchvision resnext": Plain(
        lambda: torchvision_resnet(resnet.Bottleneck, (1, 2, 1, 1), groups=8, width_per_group=4), 64, BOTTLENECKS
    ),
    "torchvision basic": Plain(
        lambda: torchvision_resnet(resnet.BasicBlock, (1, 1, 1, 1)), 64, ((2, 64), (3, 128), (4, 256), (5, 512))
    ),
    "timm bottleneck": Plain(
        lambda: timm_tiny(timm_resnet.Bottleneck), 64, tuple((stage, 4 * width) for stage, width in TIMM_WIDTHS)
    ),
    "timm basic": Plain(lambda: timm_tiny(timm_resnet.BasicBlock), 64, TIMM_WIDTHS),
    "timm resnet-d": Plain(
        lambda: timm_tiny(timm_resnet.Bottleneck, stem_type="deep", stem_width=16, avg_down=True, drop_path_rate=0.1),
        64,
        tuple((stage, 4 * width) for stage, width in TIMM_WIDTHS),
    ),
}
# A first unit gives what its pooled input lacks.
SHUFFLENET = ((3, 216), *[(3, 240)] * 3, (4, 240), *[(4, 480)] * 7, (5, 480), *[(5, 960)] * 3)
OTHERS = {
    "vgg": Plain(_vgg, 64, ((1, 8), (2, 16), (2, 16), (3, 24))),
    "timm vgg": Plain(_timm_vgg, 64, ((1, 8), (2, 16))),
    "googlenet": Plain(
        lambda: GoogLeNet(CLASSES, init_weights=False),
        64,
        ((3, 256), (3, 480), (4, 512), (4, 512), (4, 512), (4, 528), (4, 832), (5, 832), (5, 1024)),
    ),
    "inception v3": Plain(
        lambda: Inception3(CLASSES, aux_logits=False, init_weights=False),
        171,
        ((3, 256), (3, 288), (3, 288), *[(4, 768)] * 5, (5, 1280), (5, 2048), (5, 2048)),
    ),
    "inception-resnet v2": Plain(_inception_resnet, 171, ((3, 320), (3, 320), (4, 1088), (5, 2080), (5, 2080))),
    "mobilenet v1": Plain(
        lambda: timm.create_model("mobilenetv1_100", num_classes=CLASSES),
        64,
        ((1, 64), (2, 128), (2, 128), (3, 256), (3, 256), *[(4, 512)] * 6, (5, 1024), (5, 1024)),
    ),
    "shufflenet v2": Plain(
        lambda: ShuffleNetV2([2, 1, 1], [24, 32, 48, 64, 64], CLASSES), 64, ((3, 16), (3, 16), (4, 24), (5, 32))
    ),
    "shufflenet v1": Plain(lambda: ShuffleNetV1(CLASSES), 64, SHUFFLENET),
    "bn-inception": Plain(
        lambda: BNInception(CLASSES),
        64,
        ((3, 256), (3, 320), (4, 576), (4, 576), (4, 576), (4, 608), (4, 608), (5, 1056), (5, 1024), (5, 1024)),
    ),
}
FAMILIES = {**RESNETS, **OTHERS}
#: These take seconds each.
HEAVY = {"googlenet", "inception v3", "inception-resnet v2", "bn-inception", "mobilenet v1", "shufflenet v1"}
#: Every family with every position that it can have.
PAIRS = [
    (name, position)
    for name in FAMILIES
    for position in ("standard", "pre", "post", "identity", "3x3")
    if position == "standard" or (name in RESNETS and not (position == "3x3" and "basic" in name))
]
