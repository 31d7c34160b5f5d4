"""SE put into plain networks: what comes in, what stays, and that the engine can open the result."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import timm
import torch
from timm.models import resnet as timm_resnet
from torch import Tensor, nn
from torchvision.models import resnet

from se_explorer.blocks import NoSqueezeBlock, SEBlock, find_blocks, insert_se
from se_explorer.engine import Engine
from se_explorer.errors import BlockError, ModelError
from tests.blocks.plain import FAMILIES, HEAVY, PAIRS, seeded, timm_tiny, torchvision_resnet
from tests.networks import calibrate, make_network, noise, randomise, without_se

LIGHT = {
    ("timm bottleneck", "identity"),
    ("timm bottleneck", "3x3"),
    ("torchvision basic", "post"),
    ("vgg", "standard"),
}
slow = pytest.mark.slow
pairs = pytest.mark.parametrize(
    ("name", "position"), [pytest.param(*pair, marks=() if pair in LIGHT else slow) for pair in PAIRS]
)
families = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=slow if name in HEAVY else ()) for name in FAMILIES]
)


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def plain(name: str) -> nn.Module:
    return seeded(FAMILIES[name].build)


def channels_of(network: nn.Module) -> list[int]:
    return [block.facts.channels for block in find_blocks(network).blocks]


def logits_of(output: Any) -> Tensor:
    """GoogLeNet gives its auxiliary logits too while it trains."""
    return output if isinstance(output, Tensor) else output.logits


@families
def test_one_block_at_each_standard_place(name: str) -> None:
    with torch.device("meta"):
        network = FAMILIES[name].build()
        inserted = insert_se(network, 4)
    channels = [width for _, width in FAMILIES[name].places]
    assert sorted(channels_of(inserted)) == sorted(channels)
    assert parameters(inserted) - parameters(network) == sum(2 * c * (c // 4) for c in channels)
    biased = insert_se(network, 4, bias=True)
    assert parameters(biased) - parameters(inserted) == sum(c + c // 4 for c in channels)


@pytest.mark.parametrize(
    ("position", "channels"),
    [
        ("standard", [256, 512, 512, 1024, 2048]),
        ("pre", [64, 256, 512, 512, 1024]),
        ("post", [256, 512, 512, 1024, 2048]),
        ("identity", [256, 512, 512, 1024, 2048]),
        ("3x3", [64, 128, 128, 256, 512]),
    ],
)
def test_channels_of_each_position(position: str, channels: list[int]) -> None:
    with torch.device("meta"):
        inserted = insert_se(FAMILIES["torchvision bottleneck"].build(), position=position)
    assert channels_of(inserted) == channels


@pairs
def test_the_engine_opens_it_and_with_all_off_it_is_the_plain_network_to_the_bit(name: str, position: str) -> None:
    side = FAMILIES[name].side
    network = randomise(plain(name)).eval()
    batch = noise(side, 2)
    calibrate(network, noise(side, 2, seed=1))
    inserted = insert_se(network, 4, position)
    network = network.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        expected = network(batch.clone()).numpy()
        same = without_se(inserted.to(memory_format=torch.channels_last))(batch.clone()).numpy()
        scaled = inserted(batch.clone()).numpy()
    engine = Engine(make_network(inserted, side))
    assert engine.traced
    assert np.array_equal(same, expected)
    assert np.array_equal(engine.logits(batch, "*=off"), expected)
    assert np.array_equal(engine.logits(batch), scaled)
    assert not np.allclose(scaled, expected, rtol=1e-3)
    if position == "standard":
        stages = [int(block.name.split("_")[1]) for block in engine.blocks]
        assert stages == [stage for stage, _ in FAMILIES[name].places]
        assert [block.facts.channels for block in engine.blocks] == [width for _, width in FAMILIES[name].places]


@pairs
def test_it_trains(name: str, position: str) -> None:
    network = seeded(lambda: insert_se(plain(name), 4, position)).train()
    optimiser = torch.optim.SGD(network.parameters(), 1e-3)
    loss = nn.functional.cross_entropy(logits_of(network(noise(FAMILIES[name].side, 4))), torch.tensor([0, 1, 2, 3]))
    loss.backward()
    optimiser.step()
    assert loss.isfinite()
    for block in find_blocks(network).blocks:
        assert block.module.fc1.weight.grad.abs().sum() > 0
        assert block.module.fc2.weight.grad.abs().sum() > 0
    assert all(parameter.isfinite().all() for parameter in network.parameters())


@pytest.mark.parametrize("position", ["standard", "pre", "post", "identity", "3x3"])
def test_a_place_by_hand(position: str) -> None:
    """One unit without projection, all its own: what SE scales is what Table 14 or 15 says."""
    unit = randomise(seeded(lambda: resnet.Bottleneck(16, 4))).eval()
    network = torchvision_resnet(resnet.Bottleneck, (1, 1, 1, 1))
    network.layer1 = nn.Sequential(unit)
    inserted = seeded(lambda: insert_se(network, 2, position, stages={2}))
    (se,) = (block.module for block in find_blocks(inserted).blocks)
    x = torch.randn(2, 16, 5, 5, generator=torch.Generator().manual_seed(0))

    def branch(x: Tensor, middle: nn.Module | None = None) -> Tensor:
        out = torch.relu(unit.bn1(unit.conv1(x)))
        out = unit.bn2(unit.conv2(out))
        return unit.bn3(unit.conv3(torch.relu(out if middle is None else middle(out))))

    with torch.no_grad():
        expected = {
            "standard": lambda: torch.relu(se(branch(x)) + x),
            "pre": lambda: torch.relu(branch(se(x)) + x),
            "post": lambda: se(torch.relu(branch(x) + x)),
            "identity": lambda: torch.relu(branch(x) + se(x)),
            "3x3": lambda: torch.relu(branch(x, se) + x),
        }[position]()
        torch.testing.assert_close(inserted.layer1(x), expected)
        assert not torch.allclose(inserted.layer1(x), network.layer1(x))


def test_a_projection_comes_before_the_block_on_the_identity() -> None:
    inserted = insert_se(plain("torchvision bottleneck"), position="identity")
    assert [name for name, _ in inserted.layer1[0].downsample.named_children()] == ["inner", "se"]
    assert isinstance(inserted.layer2[1].downsample, SEBlock)


@families
def test_what_was_there_stays_and_the_given_network_too(name: str) -> None:
    network = plain(name)
    state = network.state_dict()
    before = copy.deepcopy(state)
    inserted = insert_se(network)
    assert type(inserted) is type(network)
    assert list(network.state_dict()) == list(before)
    assert all(torch.equal(state[key], value) for key, value in before.items())
    kept = {key: value for key, value in inserted.state_dict().items() if ".se." not in key}
    assert [key.replace(".inner", "") for key in kept] == list(before)
    for (key, ours), theirs in zip(kept.items(), before.values(), strict=True):
        assert torch.equal(ours, theirs), key
        assert ours.data_ptr() != state[key.replace(".inner", "")].data_ptr()


def test_weights_come_from_the_global_generator() -> None:
    network = plain("timm bottleneck")
    one, two, three = (seeded(lambda: insert_se(network, 4), seed) for seed in (1, 1, 2))
    key = "layer1.0.se.fc1.weight"
    assert torch.equal(one.state_dict()[key], two.state_dict()[key])
    assert not torch.equal(one.state_dict()[key], three.state_dict()[key])


def test_blocks_take_device_dtype_and_mode_of_their_network() -> None:
    network = plain("torchvision basic").double().eval()
    network.layer1.train()
    inserted = insert_se(network.requires_grad_(False), bias=True)
    modes = {block.path: block.module.training for block in find_blocks(inserted).blocks}
    assert {path: mode for path, mode in modes.items() if mode} == {"layer1.0.bn2.se": True}
    assert inserted.layer2[0].bn2.inner.training is False
    for block in find_blocks(inserted).blocks:
        assert all(parameter.dtype == torch.float64 for parameter in block.module.parameters())
        assert all(parameter.requires_grad for parameter in block.module.parameters())
        assert block.module.fc1.bias.abs().max() == 0
    with torch.device("meta"):
        meta = FAMILIES["timm basic"].build()
    assert all(parameter.is_meta for parameter in insert_se(meta).parameters())


@pytest.mark.parametrize(("stages", "blocks"), [({2}, 1), ((3,), 2), ([4, 5], 2), (range(2, 6), 5), (None, 5)])
def test_stages_of_table_13(stages: Any, blocks: int) -> None:
    inserted = insert_se(plain("timm bottleneck"), stages=stages)
    paths = [block.path for block in find_blocks(inserted).blocks]
    assert len(paths) == blocks
    if stages is not None:
        assert {int(path[5]) + 1 for path in paths} == set(stages)


@pytest.mark.parametrize("squeeze", ["average", "max", "both"])
@pytest.mark.parametrize("gate", ["sigmoid", "tanh", "relu"])
def test_variants_reach_the_blocks(squeeze: str, gate: str) -> None:
    inserted = insert_se(plain("timm basic"), 8, squeeze=squeeze, gate=gate)
    for block in find_blocks(inserted).blocks:
        names = {"average": "average", "max": "max", "both": "average + max"}
        assert block.facts.squeeze == names[squeeze]
        assert block.facts.gate == {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}[gate]


def test_no_squeeze_has_as_many_parameters_and_is_listed_as_another_gate() -> None:
    network = plain("timm basic")
    inserted, usual = insert_se(network, 8, squeeze="none"), insert_se(network, 8)
    survey = find_blocks(inserted)
    assert parameters(inserted) == parameters(usual)
    assert survey.blocks == ()
    assert [gate.kind for gate in survey.unsupported] == ["NoSqueezeBlock"] * 5
    assert isinstance(inserted.layer1[0].se, NoSqueezeBlock)
    with pytest.raises(ModelError, match="5 gates of other kinds"):
        Engine(make_network(inserted, 64))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("seresnet50", lambda: resnet.resnet50()),
        ("seresnext50_32x4d", lambda: resnet.resnext50_32x4d()),
        ("seresnet50", lambda: timm.create_model("resnet50")),
        ("legacy_seresnext101_32x4d", lambda: timm.create_model("resnext101_32x4d")),
    ],
)
def test_parameters_with_biases_are_those_of_timms_networks(name: str, make: Any) -> None:
    with torch.device("meta"):
        theirs, ours = timm.create_model(name), insert_se(make(), bias=True)
    assert parameters(ours) == parameters(theirs)
    assert len(channels_of(ours)) == len(channels_of(theirs))


def test_se_resnet_50_is_28_088_024_with_biases_and_equation_5_without() -> None:
    with torch.device("meta"):
        network = resnet.resnet50()
        assert parameters(insert_se(network, bias=True)) == 28_088_024
        assert parameters(insert_se(network)) == 25_557_032 + 2_514_944


class Unit(resnet.Bottleneck):
    """A unit of somebody's own, which may do anything."""


REFUSED: dict[str, tuple[Any, dict[str, Any], type[Exception], str]] = {
    "SE there already": (lambda: insert_se(plain("timm basic")), {}, ModelError, "5, the first at layer1.0.se"),
    "SE of the library": (lambda: timm.create_model("seresnet18"), {}, ModelError, "without SE"),
    "NoSqueeze there already": (lambda: insert_se(plain("vgg"), squeeze="none"), {}, ModelError, "without SE"),
    "another gate": (lambda: timm_tiny(timm_resnet.BasicBlock, block_args={"attn_layer": "eca"}), {}, ModelError, "5"),
    "a SE block alone": (lambda: SEBlock(8, 2), {}, ModelError, "the top"),
    "units of one's own": (lambda: torchvision_resnet(Unit, (1, 1, 1, 1)), {}, ModelError, "Unit"),
    "MobileNet v2": (lambda: timm.create_model("mobilenetv2_035"), {}, ModelError, "InvertedResidual"),
    "no known class": (lambda: nn.Sequential(nn.Conv2d(3, 4, 1)), {}, ModelError, "Sequential"),
    "a position that there is not": (lambda: plain("vgg"), {"position": "after"}, BlockError, "'after'"),
    "pre in a VGG": (lambda: plain("vgg"), {"position": "pre"}, BlockError, "'pre' for VGG"),
    "3x3 in basic units": (lambda: plain("timm basic"), {"position": "3x3"}, BlockError, "BasicBlock"),
    "a stage that there is not": (lambda: plain("timm basic"), {"stages": {1, 2}}, BlockError, "2, 3, 4, 5"),
    "no stage": (lambda: plain("timm basic"), {"stages": ()}, BlockError, "at least one"),
    "a squeeze that there is not": (lambda: plain("vgg"), {"squeeze": "median"}, BlockError, "'median'"),
    "a gate that there is not": (lambda: plain("vgg"), {"gate": "softmax"}, BlockError, "'softmax'"),
    "reduction 0": (lambda: plain("vgg"), {"reduction": 0}, BlockError, "at least 1"),
    "reduction 1.5": (lambda: plain("vgg"), {"reduction": 1.5}, BlockError, "1.5"),
}


@pytest.mark.parametrize(("make", "options", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_with_its_reason(
    make: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        insert_se(make(), **options)


def test_attention_that_find_blocks_does_not_know_is_not_overwritten() -> None:
    network = plain("timm basic")
    network.layer3[0].se = nn.Conv2d(32, 32, 1)
    with pytest.raises(ModelError, match="units without attention"):
        insert_se(network)
