"""Networks to test with, and what an independent observer sees of them.

Nothing here uses the engine or its adapters: what the tests hold the engine against must not come from it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from timm.layers.squeeze_excite import EffectiveSEModule, SEModule, SqueezeExciteCl
from timm.models import senet
from timm.models._efficientnet_blocks import SqueezeExcite
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from torch import Tensor, nn
from torchvision.models import resnet as torchvision_resnet
from torchvision.ops.misc import SqueezeExcitation

from se_explorer.blocks import SEBlock, insert_se
from se_explorer.images import Picture, Preprocessing
from se_explorer.images.picture import digest_of
from se_explorer.models import Network, open_network
from se_explorer.models.seresnet import SEResNet

#: The classes of SE blocks, and where each keeps its gate function.
GATE_OF: dict[type[nn.Module], str] = {
    SEBlock: "gate",
    SqueezeExcitation: "scale_activation",
    SEModule: "gate",
    senet.SEModule: "sigmoid",
    SqueezeExcite: "gate",
    EffectiveSEModule: "gate",
    SqueezeExciteCl: "gate",
}


def make_network(
    module: nn.Module,
    size: int = 16,
    labels: tuple[str, ...] = ("cat", "dog", "owl", "cow"),
    gate_means: Mapping[str, np.ndarray] | None = None,
) -> Network:
    """A network by hand, as the catalog would give it."""
    module = module.eval().requires_grad_(False)
    plain = Preprocessing(size, 1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    return Network("toy", "Toy", module, plain, labels, labels, "random:0", gate_means=gate_means or {})


def randomise(module: nn.Module, seed: int = 0) -> nn.Module:
    """Draw all that libraries set to 0 or 1: batch norms as a training would leave them, biases, residual gains."""
    generator = torch.Generator().manual_seed(seed)

    def draw(tensor: Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    with torch.no_grad():
        for inner in module.modules():
            if isinstance(inner, nn.BatchNorm2d):
                draw(inner.weight, 0.5, 1.2)
                draw(inner.bias, -0.3, 0.3)
                draw(inner.running_mean, -0.3, 0.3)
                draw(inner.running_var, 0.6, 1.5)
            elif isinstance(getattr(inner, "bias", None), nn.Parameter):
                draw(inner.bias, -0.5, 0.5)
            for gain in ("gain", "skipinit_gain"):  # of networks without batch norms
                if isinstance(getattr(inner, gain, None), nn.Parameter):
                    draw(getattr(inner, gain), 0.5, 1.0)
    return module


def calibrate(module: nn.Module, batch: Tensor) -> None:
    """Give each batch norm the statistics of a batch, so that what tells pictures apart survives to the logits."""
    norms = [inner for inner in module.modules() if isinstance(inner, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    with torch.no_grad():
        module(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()


def noise(size: int, count: int = 1, seed: int = 0) -> Tensor:
    """A batch as the engine hands it to a network: channels last in memory."""
    batch = torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(seed))
    return batch.contiguous(memory_format=torch.channels_last)


def picture(size: int = 16, seed: int = 0) -> Picture:
    """A picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return Picture(pixels, f"noise {seed}", "PNG", digest_of(pixels))


def se_modules(module: nn.Module) -> dict[str, nn.Module]:
    """The SE modules by path."""
    return {path: inner for path, inner in module.named_modules() if type(inner) in GATE_OF}


def without_se(module: nn.Module) -> nn.Module:
    """A copy with identities where the SE modules were."""
    twin = copy.deepcopy(module)
    for path in se_modules(twin):
        twin.set_submodule(path, nn.Identity())
    return twin


@contextmanager
def recorded(module: nn.Module) -> Iterator[dict[str, Tensor]]:
    """Copies of the maps u at each SE module, by path, taken before the module runs."""
    seen: dict[str, Tensor] = {}

    def record(path: str) -> Callable[..., None]:
        return lambda _, args: seen.__setitem__(path, args[0].clone())

    handles = [inner.register_forward_pre_hook(record(path)) for path, inner in se_modules(module).items()]
    yield seen
    for handle in handles:
        handle.remove()


@contextmanager
def patched_gates(module: nn.Module, change: Callable[[str, Tensor], Tensor]) -> Iterator[None]:
    """Put ``change(path, s)`` in the place of what each SE module's gate function gives, s as (N, C)."""

    def hook(path: str) -> Callable[..., Tensor]:
        return lambda _, args, s: change(path, s.reshape(len(s), -1)).reshape(s.shape)

    handles = [
        getattr(inner, GATE_OF[type(inner)]).register_forward_hook(hook(path))
        for path, inner in se_modules(module).items()
    ]
    yield
    for handle in handles:
        handle.remove()


class Toy(nn.Module):
    """Two SE blocks and a shortcut; small enough to run a thousand times."""

    def __init__(self, channels: int = 8, classes: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, 2, 1)
        self.first = SEBlock(channels, 2)
        self.conv = nn.Conv2d(channels, channels, 3, 2, 1)
        self.second = SEBlock(channels, 4)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.first(self.stem(x)))
        x = torch.relu(self.second(self.conv(x)))
        return self.fc(x.mean((2, 3)))


class Untraceable(Toy):
    """The same sums as ``Toy``; Python looks at a value on the way, which torch.fx cannot follow."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if x.sum() < 1e9 else super().forward(-x)


class ChannelsLast(nn.Module):
    """A network whose maps are (N, H, W, C) inside."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 4, 4)
        self.first = SqueezeExciteCl(12, rd_channels=3)
        self.mix = nn.Linear(12, 12)
        self.second = SqueezeExciteCl(12, rd_channels=4, act_layer=nn.SiLU)
        self.fc = nn.Linear(12, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(self.stem(x).permute(0, 2, 3, 1))
        x = x + self.second(torch.tanh(self.mix(x)))
        return self.fc(x.mean((1, 2)))


def _own() -> nn.Module:
    return SEResNet((1, 2, 1, 1), planes=8, num_classes=10, reduction=4)


def _timm_resnet() -> nn.Module:
    return ResNet(BasicBlock, (1, 1, 1, 1), 10, channels=(16, 24, 32, 40), block_args={"attn_layer": "se"})


def _inserted() -> nn.Module:
    """SE on the identity branches, with a variant of everything."""
    plain = ResNet(Bottleneck, (1, 1, 1, 1), 10, channels=(8, 12, 16, 20), zero_init_last=False)
    return insert_se(plain, 4, "identity", squeeze="both", gate="tanh", bias=True)


def _inserted_torchvision() -> nn.Module:
    plain = torchvision_resnet.ResNet(torchvision_resnet.BasicBlock, [1, 1, 1, 1], num_classes=10)
    return insert_se(plain, 8, squeeze="max")


def _seeded(build: Callable[[], nn.Module]) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build()


def _library(name: str) -> Network:
    network = open_network(name, "random:0")
    return replace(network, preprocessing=replace(network.preprocessing, size=64))


#: One network for each class of SE module; ``nf_seresnet26`` holds its blocks inside modules that timm keeps whole.
FAMILIES: dict[str, Callable[[], Network]] = {
    "own": lambda: make_network(_seeded(_own), 64),
    "timm resnet": lambda: make_network(_seeded(_timm_resnet), 64),
    "inserted, identity": lambda: make_network(_seeded(_inserted), 64),
    "inserted, torchvision": lambda: make_network(_seeded(_inserted_torchvision), 64),
    "channels last": lambda: make_network(_seeded(ChannelsLast), 32),
    **{
        name: lambda name=name: _library(name)
        for name in (
            "timm:legacy_seresnet18",
            "timm:mobilenetv3_small_050",
            "timm:ese_vovnet19b_dw",
            "timm:rexnet_100",
            "timm:nf_seresnet26",
            "torchvision:mobilenet_v3_small",
            "torchvision:regnet_y_400mf",
        )
    },
}


def open_family(name: str) -> Network:
    """A network of ``FAMILIES`` with weights that leave no block without effect."""
    network = FAMILIES[name]()
    randomise(network.module)
    calibrate(network.module, noise(network.preprocessing.size, 4, seed=1))
    return network


def open_toy(kind: type[nn.Module] = Toy) -> Network:
    """A toy with the same weights whatever its class."""
    return make_network(randomise(_seeded(kind)))
