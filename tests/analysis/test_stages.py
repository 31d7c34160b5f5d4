"""Stage tables against Table 1, and against what the libraries' networks are by their papers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from se_explorer.analysis.stages_text import step_text
from se_explorer.blocks import SEBlock
from tests.analysis.architectures import Position, TwoUnits, known, of, written
from tests.networks import Untraceable, open_toy

# facts.md, Table 1: output, units, (1x1, 3x3, 1x1), SE fc
TABLE_1 = [(2, 56, 3, 64), (3, 28, 4, 128), (4, 14, 6, 256), (5, 7, 3, 512)]


def bottlenecks(width: float, side: float, inner: int, groups: int) -> list[tuple[int, int, list[tuple[int, str]]]]:
    """Table 1's rows at a width, a size, and a factor on the inner channels in so many groups."""
    told = f" ({groups} groups)" if groups > 1 else ""
    return [
        (
            stage,
            int(output * side),
            [
                (
                    count,
                    f"1x1, {int(planes * inner * width)} | 3x3, {int(planes * inner * width)}{told} | "
                    f"1x1, {int(4 * planes * width)} | SE fc, [{int(planes * width) // 4}, {int(4 * planes * width)}]",
                )
            ],
        )
        for stage, output, count, planes in TABLE_1
    ]


@pytest.mark.parametrize(
    ("name", "width", "side", "inner", "groups"),
    [
        ("timm:seresnet50", 1, 1, 1, 1),
        ("timm:legacy_seresnet50", 1, 1, 1, 1),
        ("timm:seresnext50_32x4d", 1, 1, 2, 32),
        ("seresnet50-imagenette", 3 / 8, 128 / 224, 1, 1),
    ],
)
def test_table_1(name: str, width: float, side: float, inner: int, groups: int) -> None:
    found = known(name)
    assert written(found.table) == bottlenecks(width, side, inner, groups)
    stem = [step_text(step, stride=True) for step in found.table.stem]
    assert stem == [f"7x7, {int(64 * width)}, stride 2", "3x3 max pool, stride 2"]
    head = [step_text(step) for step in found.table.head]
    assert head == ["global average pool", f"fc, {found.classes}"]
    assert [stage.se_blocks for stage in found.table.stages] == [3, 4, 6, 3]
    for stage in found.table.stages:
        assert [(layer.kernel, layer.outputs) for layer in stage.shortcuts] == [
            ((1, 1), stage.rows[0].steps[-1].channels)
        ]


@pytest.mark.parametrize("name", ["timm:mobilenetv3_large_100", "torchvision:mobilenet_v3_large"])
def test_mobilenet_v3_large(name: str) -> None:
    table = known(name).table
    assert [(stage.height, stage.se_blocks) for stage in table.stages] == [(112, 0), (56, 0), (28, 3), (14, 2), (7, 3)]
    rows = {stage: units for stage, _, units in written(table)}
    assert rows[3] == [
        (1, "1x1, 72 | 5x5, 72, depthwise | SE fc, [24, 72] | 1x1, 40"),
        (2, "1x1, 120 | 5x5, 120, depthwise | SE fc, [32, 120] | 1x1, 40"),
    ]
    assert rows[4][2] == (2, "1x1, 184 | 3x3, 184, depthwise | 1x1, 80")


@pytest.mark.parametrize("name", ["timm:efficientnet_b0", "torchvision:efficientnet_b0"])
def test_efficientnet_b0(name: str) -> None:
    table = known(name).table
    assert [stage.se_blocks for stage in table.stages] == [1, 2, 2, 6, 5]
    assert [row.count for stage in table.stages for row in stage.rows] == [1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 3, 1]
    assert [step_text(step) for step in table.head] == ["1x1, 1280", "global average pool", "fc, 1000"]
    assert [step_text(step, stride=True) for step in table.stem] == ["3x3, 32, stride 2"]


@pytest.mark.parametrize("name", ["timm:regnety_004", "torchvision:regnet_y_400mf"])
def test_regnet_y_400mf(name: str) -> None:
    table = known(name).table
    units = [[(row.count, row.steps[0].outputs, row.steps[1].groups) for row in stage.rows] for stage in table.stages]
    assert units == [[(1, 48, 6)], [(1, 104, 13), (2, 104, 13)], [(1, 208, 26), (5, 208, 26)], [(1, 440, 55), (5, 440, 55)]]  # fmt: skip  # noqa: E501
    assert [len(stage.shortcuts) for stage in table.stages] == [1, 1, 1, 1]


@pytest.mark.slow
def test_senet_154() -> None:
    """Section 6.2 of the paper: 3x3 stem layers, half of the first 1x1's channels, 3x3 shortcuts."""
    found = known("timm:legacy_senet154")
    assert [step_text(step) for step in found.table.stem] == ["3x3, 64", "3x3, 64", "3x3, 128", "3x3 max pool"]
    assert [(stage.height, stage.rows[0].count) for stage in found.table.stages] == [(56, 3), (28, 8), (14, 36), (7, 3)]
    assert written(found.table)[3][2] == [(3, "1x1, 1024 | 3x3, 2048 (64 groups) | 1x1, 2048 | SE fc, [128, 2048]")]
    assert [stage.shortcuts[0].kernel for stage in found.table.stages] == [(1, 1), (3, 3), (3, 3), (3, 3)]
    assert found.parameters == 115_088_984


def test_a_single_layer_block() -> None:
    stage = known("timm:ese_vovnet19b_dw").table.stages[0]
    assert step_text(stage.rows[0].steps[-1]) == "SE fc, [256]"


def test_branches_in_parallel_are_told_as_such() -> None:
    found = known("timm:mixnet_s")
    row = found.table.stages[2].rows[0]
    assert [step_text(step) for step in row.steps] == ["1x1, 144", "3x3, 48, depthwise", "SE fc, [12, 144]", "1x1, 40"]
    assert [layer.kernel for layer in row.beside] == [(5, 5), (7, 7)]
    place = found.block("SE_4_6").placement
    assert (place.input_channels, place.made_by, place.branches) == (120, "concat", 4)


PLACES = {
    # before, after, beside, what made u, how it joins, on the shortcut
    "standard": (2, 0, 0, None, "add", False),
    "pre": (0, 2, 0, "add", "add", False),
    "post": (2, 0, 0, "add", None, False),
    "identity": (0, 0, 2, "add", "add", True),
    "inside": (1, 1, 0, None, "add", False),
    "plain": (2, 0, 0, None, None, False),
    "concat": (1, 0, 0, "concat", None, False),
}


@pytest.mark.parametrize("position", PLACES)
def test_the_place_in_a_unit(position: Position) -> None:
    place = of(TwoUnits(position)).blocks[1].placement
    told = (len(place.before), len(place.after), len(place.beside), place.made_by, place.join, place.on_shortcut)
    assert told == PLACES[position]
    assert place.input_channels == 8


class Wrapped(nn.Module):
    """Two units whose SE block is wrapped with the first of their two layers: SE-PRE as ``insert_se`` makes it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.units = nn.ModuleList(
            nn.ModuleDict({"a": nn.Sequential(SEBlock(8, 2), nn.Conv2d(8, 4, 1)), "b": nn.Conv2d(4, 8, 3, 1, 1)})
            for _ in range(2)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for unit in self.units:
            x = x + unit["b"](unit["a"](x))
        return x.mean((2, 3))


def test_a_block_wrapped_with_a_layer_belongs_to_the_whole_unit() -> None:
    found = of(Wrapped())
    assert written(found.table) == [(1, 8, [(2, "SE fc, [4, 8] | 1x1, 4 | 3x3, 8")])]
    assert [(len(b.placement.before), len(b.placement.after)) for b in found.blocks] == [(0, 2), (0, 2)]


def test_a_network_run_by_hooks_has_a_true_table() -> None:
    slow, fast = of(open_toy(Untraceable).module), of(open_toy().module)
    assert written(slow.table) == written(fast.table)
    assert written(slow.table) == [
        (1, 8, [(1, "3x3, 8 | SE fc, [4, 8]")]),
        (2, 4, [(1, "3x3, 8 | SE fc, [2, 8]")]),
    ]
    assert [(block.name, block.height) for block in slow.blocks] == [("SE_1_1", 8), ("SE_2_1", 4)]


class Flat(nn.Module):
    """VGG's way: one list of layers, poolings and SE blocks; the last layer of a stage has no SE."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for width in (4, 8):
            layers += [nn.Conv2d(channels, width, 3, 1, 1), nn.ReLU(), SEBlock(width, 2)]
            layers += [nn.Conv2d(width, width, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2, 2)]
            channels = width
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(torch.flatten(self.features(x).mean((2, 3)), 1))


def test_a_flat_list_of_layers() -> None:
    found = of(Flat())
    assert written(found.table) == [
        (1, 16, [(1, "3x3, 4 | SE fc, [2, 4]")]),
        (2, 8, [(1, "3x3, 4 | 3x3, 8 | SE fc, [4, 8]")]),
    ]
    assert [step_text(step) for step in found.table.head] == [
        "3x3, 8",
        "2x2 max pool",
        "global average pool",
        "fc, 4",
    ]
