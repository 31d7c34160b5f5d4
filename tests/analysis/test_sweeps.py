"""Sweeps: effects, interactions and greedy order worked out by hand, and all kinds against one trace a row."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.analysis import Sweep, Sweeper, SweepPart, compare
from se_explorer.analysis.sweep_effects import Baseline, effects_of
from se_explorer.blocks import SEBlock
from se_explorer.engine import Engine, ResumeCache
from se_explorer.errors import BlockError, EditPlanError, TraceError
from se_explorer.images import Picture, load_picture
from tests.analysis.toys import paint, trace_of
from tests.engine.families import opened
from tests.networks import Untraceable, make_network, open_toy, picture


class Product(nn.Module):
    """Three blocks in a row on one channel, each with a gate of a half; the logits are the product and 0.1.

    On a white picture the product is 1/8, and twice that for each block that is bypassed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(2)
        self.first, self.second, self.third = (SEBlock(3, 1) for _ in range(3))
        for block in (self.first, self.second, self.third):
            nn.init.zeros_(block.fc2.weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.third(self.pool(self.second(self.pool(self.first(x)))))
        product = x.mean((1, 2, 3))
        return torch.stack((product, torch.zeros_like(product) + 0.1), 1)


@pytest.fixture(scope="module")
def product() -> Engine:
    return Engine(make_network(Product(), 16, ("product", "tenth")))


@pytest.fixture(scope="module")
def white(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("white") / "white.png"
    paint(path, (255, 255, 255))
    return load_picture(path)


def deltas(sweep: Sweep) -> dict[str, float]:
    """Logit deltas by edits."""
    return {str(row.edits): row.target_logit_delta for row in sweep.rows}


def test_leaving_out_by_hand(product: Engine, white: Picture) -> None:
    names = list(product.channels)
    sweep = Sweeper(product, white).run()
    assert sweep.baseline.target.label == "product"
    assert sweep.baseline.target.logit == pytest.approx(1 / 8)
    assert deltas(sweep) == pytest.approx({f"{name}=off": 1 / 8 for name in names})
    assert not any(row.flipped for row in sweep.rows)
    zeros = Sweeper(product, white, mode="zero").run()
    assert deltas(zeros) == pytest.approx({f"{name}=zero": -1 / 8 for name in names})
    assert all(row.flipped for row in zeros.rows)


def test_interactions_by_hand(product: Engine, white: Picture) -> None:
    """Two bypassed: 4/8, a change of 3/8; alone each changes 1/8. What is left over is 1/8."""
    sweep = Sweeper(product, white, "pairs").run()
    assert [row.interaction is None for row in sweep.rows] == [True] * 3 + [False] * 3
    for row in sweep.rows[3:]:
        assert row.target_logit_delta == pytest.approx(3 / 8)
        assert row.interaction == pytest.approx(1 / 8)


def test_interactions_on_top_of_a_plan(product: Engine, white: Picture) -> None:
    """With the first at a quarter: 1/16, twice that without one of the others, four times without both."""
    first, second, third = product.channels
    sweep = Sweeper(product, white, "pairs", plan=f"{first}=constant:0.25").run()
    found = {str(row.edits): row for row in sweep.rows}
    assert sweep.baseline.target.logit == pytest.approx(0.1)  # the other class is the answer now
    sweep = Sweeper(product, white, "pairs", plan=f"{first}=constant:0.25", target=0).run()
    found = {str(row.edits): row for row in sweep.rows}
    both = found[f"{first}=constant:0.25;{second}=off;{third}=off"]
    assert both.target_logit_delta == pytest.approx(3 / 16)
    assert both.interaction == pytest.approx(1 / 16)
    mixed = found[f"{first}=off;{second}=off"]
    assert mixed.target_logit_delta == pytest.approx(1 / 2 - 1 / 16)
    assert mixed.interaction == pytest.approx((1 / 2 - 1 / 16) - 3 / 16 - 1 / 16)


class Sum(nn.Module):
    """Three blocks beside each other; without one, its share of the first logit changes by 0.1, 0.3 or -0.25."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(SEBlock(3, 1) for _ in range(3))
        for block in self.blocks:
            nn.init.zeros_(block.fc2.weight)

    def forward(self, x: Tensor) -> Tensor:
        shares = [
            weight * block(x).mean((1, 2, 3)) for weight, block in zip((0.2, 0.6, -0.5), self.blocks, strict=True)
        ]
        total = shares[0] + shares[1] + shares[2]
        return torch.stack((total, torch.zeros_like(total)), 1)


@pytest.mark.parametrize("memory", [None, ResumeCache(2**20)], ids=["without memory", "with memory"])
def test_greedy_by_hand(white: Picture, memory: ResumeCache | None) -> None:
    """First the block of 0.1; then of 0.1 + 0.3 and 0.1 - 0.25 the nearer to 0; then what is left."""
    engine = Engine(make_network(Sum(), 16, ("sum", "zero")), memory=memory)
    one, two, three = engine.channels
    sweeper = Sweeper(engine, white, "cumulative:greedy", target=0)
    parts = list(sweeper.parts())
    assert [(part.done, part.total, list(part.rows)) for part in parts] == [(1, 3, [0]), (2, 3, [1]), (3, 3, [2])]
    sweep = sweeper.run()
    assert [str(row.edits) for row in sweep.rows] == [
        f"{one}=off",
        f"{one}=off;{three}=off",
        f"{one}=off;{two}=off;{three}=off",
    ]
    assert [row.target_logit_delta for row in sweep.rows] == pytest.approx([0.1, -0.15, 0.15], abs=1e-6)


def test_effects_agree_with_comparing_two_traces() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 4, (9, 5)).astype(np.float32)
    labels = [f"c{number}" for number in range(5)]
    for target in (None, 3):
        baseline = Baseline.of(logits[0], labels, target)
        for row, values in zip(effects_of(baseline, logits), logits, strict=True):
            expected = compare(trace_of(logits[0].tolist()), trace_of(values.tolist()), target)
            assert row.target_logit_delta == pytest.approx(expected.logit_delta, abs=1e-6)
            assert row.target_probability_delta == pytest.approx(expected.probability_delta, abs=1e-6)
            assert row.kl == pytest.approx(expected.kl, rel=1e-6, abs=1e-9)
            assert row.flipped == expected.flipped
        assert baseline.answer == expected.answer_before or baseline.answer.index == expected.answer_before.index


KINDS = ["leave-one-out", "keep-one", "stages", "pairs", "cumulative", "cumulative:back", "cumulative:greedy"]


@pytest.mark.parametrize("kind", [*KINDS, "channels:LAST", "channels:LAST:3"])
@pytest.mark.parametrize("name", ["own", "timm:legacy_seresnet18"])
def test_every_row_is_what_a_trace_of_its_plan_gives(name: str, kind: str) -> None:
    engine, seen = opened(name).engine, picture(40)
    last = engine.blocks[-1].name
    sweep = Sweeper(engine, seen, kind.replace("LAST", last), mode="zero").run()
    assert sweep.shared
    before = engine.trace(seen)
    scale = float(np.abs(before.logits).max())
    for row in sweep.rows[:: max(1, len(sweep.rows) // 12)]:
        expected = compare(before, engine.trace(seen, row.edits))
        assert row.target_logit_delta == pytest.approx(expected.logit_delta, abs=3e-5 * scale)
        assert row.kl == pytest.approx(expected.kl, rel=1e-3, abs=1e-5)
    count = len(engine.blocks)
    rows = {"pairs": count * (count + 1) // 2, "stages": len({block.stage for block in engine.blocks})}
    channels = {"channels:LAST": engine.channels[last], "channels:LAST:3": 3}
    assert len(sweep.rows) == {**dict.fromkeys(KINDS, count), **rows, **channels}[kind]
    if kind != "cumulative:greedy":
        assert sweep.forward_equivalents < 0.9 * (len(sweep.rows) + 1)


def test_rows_come_in_parts_with_their_progress() -> None:
    told: list[tuple[int, int]] = []
    engine = opened("own").engine
    sweep = Sweeper(engine, picture(40)).run(lambda done, total: told.append((done, total)))
    assert told == [(len(sweep.rows), len(sweep.rows))]
    slow = Engine(open_toy(Untraceable))
    found = Sweeper(slow, picture(), "channels:SE_1_1").run(lambda done, total: told.append((done, total)))
    assert told[1:] == [(done, 8) for done in range(9)]  # the baseline comes first
    assert not found.shared
    assert found.forward_equivalents == 9


def test_what_report_raises_ends_the_sweep() -> None:
    class EnoughError(Exception):
        pass

    def report(done: int, total: int) -> None:
        raise EnoughError

    engine = Engine(open_toy(Untraceable))
    with pytest.raises(EnoughError):
        Sweeper(engine, picture(), "channels:SE_1_1").run(report)
    assert len(Sweeper(engine, picture()).run().rows) == 2


def test_hooks_and_graph_give_the_same() -> None:
    one, two = (
        Sweeper(Engine(open_toy(kind)), picture(), "pairs").run() for kind in (type(open_toy().module), Untraceable)
    )
    assert (one.shared, two.shared) == (True, False)
    assert deltas(one) == pytest.approx(deltas(two), abs=1e-5)


def test_refusals(tmp_path: Path) -> None:
    engine = Engine(open_toy())
    for options, error in (
        ({"kind": "all"}, EditPlanError),
        ({"mode": "on"}, EditPlanError),
        ({"plan": "SE_9_9=off"}, EditPlanError),
        ({"kind": "channels:SE_9_9"}, BlockError),
        ({"target": 4}, TraceError),
        ({"target": -1}, TraceError),
    ):
        with pytest.raises(error):
            Sweeper(engine, picture(), **options)  # type: ignore[arg-type]
    for options in ({"mode": "mean"}, {"mode": "donor:x"}, {"kind": "channels:SE_1_1", "mode": "shuffle"}):
        with pytest.raises(EditPlanError):
            Sweeper(engine, picture(), **options).run()  # type: ignore[arg-type]


def test_fewer_bytes_give_more_parts_and_the_same_rows() -> None:
    engine = Engine(open_toy())
    whole = Sweeper(engine, picture(), "pairs").run()
    parts = list(Sweeper(engine, picture(), "pairs", bound=1).parts())
    assert len(parts) == 4, "the baseline, two blocks and their pair, each in a batch of its own"
    rows = {place: row for part in parts for place, row in part.rows.items()}
    assert [rows[place].edits for place in range(3)] == [row.edits for row in whole.rows]
    for place, row in enumerate(whole.rows):
        assert rows[place].target_logit_delta == pytest.approx(row.target_logit_delta, abs=1e-5)


def counted(value: object, seen: set[int]) -> int:
    """Bytes that Python counts for a value and all that it holds."""
    if id(value) in seen or isinstance(value, type):
        return 0
    seen.add(id(value))
    inner = [*value] if isinstance(value, tuple) else [*getattr(value, "__dict__", {}).values()]
    return sys.getsizeof(value) + sum(counted(part, seen) for part in inner)


@pytest.mark.parametrize("mode", ["off", "shuffle:999"])
def test_a_sweep_holds_no_more_than_it_says(product: Engine, white: Picture, mode: str) -> None:
    sweep = Sweeper(product, white, "pairs", mode=mode).run()
    assert counted(sweep.rows, set()) <= sweep.size


def test_parts_may_be_worked_out_elsewhere() -> None:
    engine = Engine(open_toy())
    steps: list[int] = []

    def through(step: Callable[[], SweepPart | None]) -> SweepPart | None:
        steps.append(1)
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(step).result()

    ours = Sweeper(engine, picture(), "pairs", bound=1).run(through=through)
    assert ours.rows == Sweeper(engine, picture(), "pairs", bound=1).run().rows
    assert len(steps) > len(ours.rows)
