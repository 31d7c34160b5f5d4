"""Kinds of sweeps and the plans that they are."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis.sweep_kinds import SweepKind, channel_gates, strongest, sweep_plans
from se_explorer.blocks import find_blocks
from se_explorer.blocks.se_block import SEBlock
from se_explorer.engine import Block, BlockTrace, EditPlan, Mode
from se_explorer.errors import EditPlanError
from tests.analysis.toys import trace_of

FACTS = find_blocks(SEBlock(4, 2)).blocks[0].facts
BLOCKS = tuple(Block(name, name, FACTS, 2, 2) for name in ("SE_2_1", "SE_2_2", "SE_3_1"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("leave-one-out", SweepKind("leave-one-out")),
        ("keep-one", SweepKind("keep-one")),
        ("stages", SweepKind("stages")),
        ("pairs", SweepKind("pairs")),
        ("channels:SE_5_3", SweepKind("channels", "SE_5_3")),
        ("channels:SE_5_3:32", SweepKind("channels", "SE_5_3", 32)),
        ("cumulative", SweepKind("cumulative")),
        ("cumulative:front", SweepKind("cumulative")),
        ("cumulative:back", SweepKind("cumulative", order="back")),
        ("cumulative:greedy", SweepKind("cumulative", order="greedy")),
    ],
)
def test_kinds_by_name(text: str, kind: SweepKind) -> None:
    assert SweepKind.parse(text) == kind
    assert SweepKind.parse(str(kind)) == kind


@pytest.mark.parametrize(
    "text",
    [
        *("", "all", "channels", "channels:", "channels:SE_5_3:0", "channels:SE_5_3:x", "channels:SE_5_3:1:2"),
        *("cumulative:", "cumulative:up", "stages:2", "pairs:", "x" * 500),
    ],
)
def test_what_is_no_kind(text: str) -> None:
    with pytest.raises(EditPlanError, match="a kind of sweep") as caught:
        SweepKind.parse(text)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("leave-one-out", ["SE_2_1=off", "SE_2_2=off", "SE_3_1=off"]),
        ("keep-one", ["SE_2_2=off;SE_3_1=off", "SE_2_1=off;SE_3_1=off", "SE_2_1=off;SE_2_2=off"]),
        ("stages", ["SE_2_1=off;SE_2_2=off", "SE_3_1=off"]),
        (
            "pairs",
            [
                *("SE_2_1=off", "SE_2_2=off", "SE_3_1=off"),
                *("SE_2_1=off;SE_2_2=off", "SE_2_1=off;SE_3_1=off", "SE_2_2=off;SE_3_1=off"),
            ],
        ),
        ("cumulative:front", ["SE_2_1=off", "SE_2_1=off;SE_2_2=off", "SE_2_1=off;SE_2_2=off;SE_3_1=off"]),
        ("cumulative:back", ["SE_3_1=off", "SE_2_2=off;SE_3_1=off", "SE_2_1=off;SE_2_2=off;SE_3_1=off"]),
    ],
)
def test_plans(kind: str, expected: list[str]) -> None:
    plans = sweep_plans(SweepKind.parse(kind), BLOCKS, Mode("off"), EditPlan())
    assert [str(plan) for plan in plans] == expected


def test_the_rest_of_the_plan_stays() -> None:
    base = EditPlan.parse("SE_2_1=zero;SE_2_2.1=0.5")
    plans = sweep_plans(SweepKind("leave-one-out"), BLOCKS, Mode.parse("shuffle:2"), base)
    assert [str(plan) for plan in plans] == [
        "SE_2_1=shuffle:2;SE_2_2.1=0.5",
        "SE_2_1=zero;SE_2_2=shuffle:2;SE_2_2.1=0.5",
        "SE_2_1=zero;SE_2_2.1=0.5;SE_3_1=shuffle:2",
    ]


@pytest.mark.parametrize("kind", ["channels:SE_2_1", "cumulative:greedy"])
def test_plans_that_need_a_picture(kind: str) -> None:
    with pytest.raises(EditPlanError, match="depend on the picture"):
        sweep_plans(SweepKind.parse(kind), BLOCKS, Mode("off"), EditPlan())


def test_gates_of_channels() -> None:
    means = np.array([0.25, 0.5], np.float32)
    for text, expected in (("off", [1, 1]), ("zero", [0, 0]), ("constant:0.3", [0.3, 0.3]), ("mean", [0.25, 0.5])):
        assert channel_gates(Mode.parse(text), 2, means).tolist() == pytest.approx(expected)
    too_low, too_high = np.array([-0.4, 0.5], np.float32), np.array([0.5, 12], np.float32)  # of tanh, of ReLU
    for text, given in (("mean", too_low), ("mean", too_high)):
        with pytest.raises(EditPlanError, match="between 0 and 10"):
            channel_gates(Mode.parse(text), 2, given)
    for text, given in (("mean", None), ("shuffle:1", means), ("donor:x", means)):
        with pytest.raises(EditPlanError):
            channel_gates(Mode.parse(text), 2, given)


def test_the_strongest_channels() -> None:
    """|1 - s| times the root of the energy: 0.5 * 1, 0.1 * 4, 0.9 * 0.5, 0 * 9."""
    names = ("squeeze", "preactivation", "gates", "low", "high")
    arrays = dict.fromkeys(names, np.zeros(4, np.float32))
    block = BlockTrace(
        **arrays,
        hidden=np.zeros(2, np.float32),
        applied=np.array([0.5, 0.9, 0.1, 1], np.float32),
        energy=np.array([1, 16, 0.25, 81], np.float32),
        block=BLOCKS[0],
    )
    trace = trace_of([1, 2])
    object.__setattr__(trace, "blocks", (block,))
    assert strongest(trace, "SE_2_1", np.ones(4), 1) == [0]
    assert strongest(trace, "SE_2_1", np.ones(4), 2) == [0, 2]
    assert strongest(trace, "SE_2_1", np.ones(4), 3) == [0, 1, 2]
