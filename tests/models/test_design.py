"""What a training builds: exact counts, the same weights in twins, and clear refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from se_explorer import Engine, Preprocessing, find_blocks
from se_explorer.errors import BlockError, ModelError
from se_explorer.models import Network
from se_explorer.models.cifar_resnet import cifar_resnet
from se_explorer.models.design import Design, build_design
from se_explorer.models.notes_cnn import keras_parameters, notes_cnn
from se_explorer.models.seeding import build_seeded

NOTES = Design("notes-cnn", se=False)
LABELS = tuple("0123456789")


def parameters(network: nn.Module) -> int:
    """How many are trained."""
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("design", "keras", "trained"),
    [
        pytest.param(NOTES, 118_698, 117_546, id="plain"),
        pytest.param(Design("notes-cnn", reduction=1, bias=True), 129_130, 127_978, id="se-r1"),
        pytest.param(Design("notes-cnn", Fraction(17, 16), se=False), 128_152, 126_976, id="wider"),
    ],
)
def test_the_notes_network_has_the_published_counts(design: Design, keras: int, trained: int) -> None:
    network = build_design(design, 10)
    assert (keras_parameters(network), parameters(network)) == (keras, trained)


def test_no_other_width_comes_nearer_to_the_count_with_se() -> None:
    counts = {planes: keras_parameters(notes_cnn(Fraction(planes, 32))) for planes in range(30, 40)}
    assert counts[34] == 63 * 34**2 + 569 * 34 + 35_978
    assert min(counts, key=lambda planes: abs(counts[planes] - 129_130)) == 34


def test_resnet20_has_the_papers_count_and_its_blocks_1_2_and_4_hidden_units() -> None:
    plain, network = build_design(Design("seresnet20", se=False), 10), build_design(Design("seresnet20"), 10)
    assert parameters(plain) == 269_722  # 0.27 M in Table 6 of arXiv 1512.03385
    assert len([m for m in plain.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]) == 20
    facts = [block.facts for block in find_blocks(network).blocks]
    assert [fact.hidden_units for fact in facts] == [1] * 3 + [2] * 3 + [4] * 3
    assert parameters(network) - parameters(plain) == sum(3 * 2 * c * c // 16 for c in (16, 32, 64))


@pytest.mark.parametrize("design", [Design("seresnet20"), Design("notes-cnn", reduction=4, bias=True)], ids=str)
def test_a_network_shares_its_weights_with_the_plain_twin_of_its_seed(design: Design) -> None:
    twin = Design(design.architecture, se=False)
    one, other = (build_seeded(lambda d=d: build_design(d, 10), 3).state_dict() for d in (design, twin))
    renamed = {name.replace(".inner.", "."): value for name, value in one.items() if ".se." not in name}
    assert renamed.keys() == other.keys()
    assert all(torch.equal(renamed[name], other[name]) for name in other)


@pytest.mark.parametrize(
    ("design", "names"),
    [
        (Design("seresnet20"), [f"SE_{stage}_{unit}" for stage in (1, 2, 3) for unit in (1, 2, 3)]),
        (Design("seresnet20", stages=(3,)), ["SE_3_1", "SE_3_2", "SE_3_3"]),
        (Design("notes-cnn", bias=True), ["SE_1_1", "SE_2_1"]),
        (Design("seresnet50", Fraction(1, 8), stages=(2,), squeeze="max"), ["SE_2_1", "SE_2_2", "SE_2_3"]),
    ],
    ids=["resnet20", "one-stage", "notes", "resnet50"],
)
def test_the_engine_opens_it_and_gives_its_own_logits(design: Design, names: list[str]) -> None:
    if design.stages == (3,):  # maps of 8 x 8 alone: a quarter of the side, so stage 2 by the naming rule
        names = [name.replace("SE_3", "SE_2") for name in names]
    side = 128 if design.architecture == "seresnet50" else 32
    module = build_seeded(lambda: build_design(design, 10)).eval()
    engine = Engine(Network("x", "x", module, Preprocessing(side, 1.0), LABELS, LABELS, "given"), "cpu")
    assert [block.name for block in engine.blocks] == names
    assert engine.traced
    batch = torch.rand(2, 3, side, side).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        assert np.array_equal(engine.run(batch).logits, module(batch).numpy())


@pytest.mark.parametrize("name", ["timm:resnet18", "torchvision:resnet18"])
def test_networks_of_the_libraries_get_blocks(name: str) -> None:
    assert not find_blocks(build_design(Design(name, se=False), 10)).blocks
    assert len(find_blocks(build_design(Design(name, stages=(2, 5)), 10)).blocks) == 4


@pytest.mark.parametrize(
    ("design", "kind", "told"),
    [
        (Design("timm:nothing"), ModelError, "nothing"),
        (Design("torchvision:nothing"), ModelError, "nothing"),
        (Design("vgg"), ModelError, "an architecture among seresnet50, seresnet20, notes-cnn, timm:NAME"),
        (Design("timm:seresnet18"), ModelError, "gates of its own"),
        (Design("torchvision:squeezenet1_0"), ModelError, "known places"),
        (Design("seresnet20", stages=(4,)), BlockError, "stages among 1, 2, 3"),
        (Design("notes-cnn", position="pre"), BlockError, "position 'standard'"),
        (Design("torchvision:resnet18", position="3x3"), BlockError, "Table 15"),
    ],
    ids=lambda value: value.architecture if isinstance(value, Design) else "",
)
def test_what_cannot_be_built_is_said(design: Design, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told):
        build_design(design, 10)


@pytest.mark.parametrize("depth", [2, 19, 21])
def test_depths_that_no_cifar_resnet_has(depth: int) -> None:
    with pytest.raises(ValueError, match=r"6 n \+ 2"):
        cifar_resnet(depth)
