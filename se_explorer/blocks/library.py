"""One adapter for each class of SE module in torchvision and timm, and for our own block.

The attributes read here are those of torchvision 0.29 and timm 1.0.31; a test holds each against the stock module.
"""

from __future__ import annotations

from timm.layers.squeeze_excite import EffectiveSEModule, SEModule, SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import Tensor, nn
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.blocks.adapter import BlockAdapter, BlockParts, half_max_squeeze
from se_explorer.blocks.se_block import SEBlock

__all__ = ["LIBRARY"]


class OwnAdapter(BlockAdapter):
    """``se_explorer.blocks.SEBlock``: linear layers on (N, C); the paper's three squeezes and three gates."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, SEBlock)
        return BlockParts(module.fc1, None, module.act, module.fc2, module.gate)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        assert isinstance(module, SEBlock)
        return module.pool(u)

    def squeeze_name(self, module: nn.Module) -> str:
        assert isinstance(module, SEBlock)
        return "average + max" if module.squeeze == "both" else module.squeeze


class TorchvisionAdapter(BlockAdapter):
    """``torchvision.ops.SqueezeExcitation``: EfficientNet, MobileNetV3, RegNet-Y, MaxViT."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, SqueezeExcitation)
        return BlockParts(module.fc1, None, module.activation, module.fc2, module.scale_activation)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        assert isinstance(module, SqueezeExcitation)
        z: Tensor = module.avgpool(u)
        return z


class TimmAdapter(BlockAdapter):
    """``timm.layers.SEModule``: SE-ResNet, RegNet-Y, RexNet (with a batch norm), byobnet."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, SEModule)
        norm = None if isinstance(module.bn, nn.Identity) else module.bn
        return BlockParts(module.fc1, norm, module.act, module.fc2, module.gate)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        return half_max_squeeze(u) if module.add_maxpool else super().squeeze(module, u)

    def squeeze_name(self, module: nn.Module) -> str:
        return "average + max" if module.add_maxpool else "average"


class LegacySenetAdapter(BlockAdapter):
    """``timm.models.senet.SEModule``: the legacy SE-ResNets, SE-ResNeXts and SENet-154."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, senet.SEModule)
        return BlockParts(module.fc1, None, module.relu, module.fc2, module.sigmoid)


class EfficientNetAdapter(BlockAdapter):
    """timm's ``SqueezeExcite`` of EfficientNet, MobileNetV3, LCNet, TinyNet, MnasNet, GhostNet, FBNetV3."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, SqueezeExcite)
        return BlockParts(module.conv_reduce, None, module.act1, module.conv_expand, module.gate)


class EffectiveAdapter(BlockAdapter):
    """``timm.layers.EffectiveSEModule`` of VoVNet: a single C x C layer, so there are no hidden units."""

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, EffectiveSEModule)
        return BlockParts(None, None, None, module.fc, module.gate)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        return half_max_squeeze(u) if module.add_maxpool else super().squeeze(module, u)

    def squeeze_name(self, module: nn.Module) -> str:
        return "average + max" if module.add_maxpool else "average"


class ChannelsLastAdapter(BlockAdapter):
    """``timm.layers.SqueezeExciteCl``: linear layers on maps of shape (N, H, W, C)."""

    channels_last = True

    def parts(self, module: nn.Module) -> BlockParts:
        assert isinstance(module, SqueezeExciteCl)
        return BlockParts(module.fc1, None, module.act, module.fc2, module.gate)

    def squeeze(self, module: nn.Module, u: Tensor) -> Tensor:
        return u.mean((1, 2), keepdim=True)


LIBRARY: dict[type[nn.Module], BlockAdapter] = {
    SEBlock: OwnAdapter(),
    SqueezeExcitation: TorchvisionAdapter(),
    SEModule: TimmAdapter(),
    senet.SEModule: LegacySenetAdapter(),
    SqueezeExcite: EfficientNetAdapter(),
    EffectiveSEModule: EffectiveAdapter(),
    SqueezeExciteCl: ChannelsLastAdapter(),
}
