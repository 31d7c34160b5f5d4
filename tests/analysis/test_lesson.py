"""The lesson's equations, worked out again from what is shown, on the bundled networks and every family."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from torch import nn

from se_explorer.analysis.lesson import (
    WorkedSqueeze,
    cells_of,
    function_of,
    strongest_unit,
    worked_gate,
    worked_scale,
    worked_squeeze,
    worked_unit,
)
from se_explorer.analysis.lesson_convolution import _after, worked_convolution
from se_explorer.analysis.lesson_numbers import Places, places_for, rounded
from se_explorer.engine import EditPlan, Engine, making_of
from se_explorer.errors import TraceError
from se_explorer.images import Picture, open_sample, samples
from se_explorer.models import open_network
from se_explorer.models.bundled import bundled_cards
from tests.engine.families import opened
from tests.networks import FAMILIES, picture


@cache
def bundled(name: str) -> Engine:
    return Engine(open_network(name), "cpu")


def alike(one: float, other: float, places: int) -> bool:
    return f"{one:.{places}f}".lstrip("-") == f"{other:.{places}f}".lstrip("-") and one * other >= -1e-9


def check(engine: Engine, seen: Picture, channels: int, plan: str = "") -> int:
    """All equations of some channels of every block; gives how many convolutions could be followed."""
    followed = 0
    fitted = engine.fit(plan)
    for block in engine.blocks:
        trace = engine.trace(seen, fitted, keep=[block.name]).block(block.name)
        found = engine.found(block.name)
        making = making_of(engine, seen, fitted, block.name)
        count = block.facts.channels
        for channel in range(0, count, max(1, count // channels)):
            squeeze = worked_squeeze(trace, channel)
            assert squeeze is not None
            assert alike(squeeze.by_hand, float(trace.squeeze[channel]), squeeze.places.result)
            assert squeeze.places.result >= 2
            gate = worked_gate(trace, found, channel)
            assert alike(gate.by_hand(), float(trace.preactivation[channel]), gate.places.result)
            opens = function_of(found.adapter.parts(found.module).gate)(rounded(gate.total, gate.places.result))
            assert alike(opens, float(trace.gates[channel]), gate.value_places)
            unit = strongest_unit(trace, found, channel)
            assert (unit is None) == (block.facts.hidden_units == 0)
            if unit is not None:
                hidden = worked_unit(trace, found, unit)
                acts = function_of(found.adapter.parts(found.module).activation)
                assert alike(hidden.by_hand(), hidden.total, hidden.places.result)
                worked = acts(rounded(hidden.total, hidden.places.result))
                assert alike(worked, float(trace.hidden[unit]), hidden.value_places)
            row, column = divmod(int(np.abs(trace.kept_maps[channel]).argmax()), block.width)
            scaled = worked_scale(trace, channel, row, column)
            assert alike(scaled.by_hand, float(trace.scaled_maps[channel, row, column]), scaled.places.result)
            u = float(trace.kept_maps[channel, row, column])
            made = None if making is None else worked_convolution(making, u, channel, row, column)
            if made is not None:
                followed += 1
                assert alike(made.by_hand, made.total, made.places.result)
                assert made.others + len(made.taps) == made.channels * made.kernel[0] * made.kernel[1]
                assert made.u == u
    return followed


@pytest.mark.slow
@pytest.mark.parametrize("name", list(bundled_cards()))
@pytest.mark.parametrize("sample", [sample.id for sample in samples()][:3])
def test_every_equation_of_the_bundled_networks_comes_out_right_by_hand(name: str, sample: str) -> None:
    engine = bundled(name)
    assert check(engine, open_sample(sample), 3) >= 3 * len(engine.blocks)


def test_under_an_edit_plan_the_numbers_are_those_of_the_edited_run() -> None:
    engine = bundled(next(iter(bundled_cards())))
    assert check(engine, open_sample(samples()[0].id), 1, "SE_2_1=off;SE_3_1=constant:0.3;SE_4_6.3=2") > 0


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_equation_of_every_family(family: str) -> None:
    case = opened(family)
    check(case.engine, picture(case.engine.network.preprocessing.size), 2)


def test_a_convolution_is_what_the_network_computed() -> None:
    engine = bundled(next(iter(bundled_cards())))
    seen = open_sample(samples()[0].id)
    trace = engine.trace(seen, keep=["SE_4_6"]).block("SE_4_6")
    making = making_of(engine, seen, EditPlan(), "SE_4_6")
    assert making is not None
    work = worked_convolution(making, float(trace.kept_maps[17, 2, 3]), 17, 2, 3)
    assert work is not None
    weight = making.convolution.weight[17, :, 0, 0].detach().double().numpy()
    total = float(weight @ making.given[:, 2, 3].double().numpy())
    assert work.total == pytest.approx(total, rel=1e-12)
    assert work.gain * total + work.shift == pytest.approx(float(trace.kept_maps[17, 2, 3]), abs=1e-4)
    sizes = [abs(tap.weight * tap.value) for tap in work.taps]
    assert sizes == sorted(sizes, reverse=True)


def test_large_maps_are_shown_in_parts_that_add_up() -> None:
    values = np.random.default_rng(0).normal(size=(11, 30)).astype(np.float32)
    cells = cells_of(values)
    assert cells.shape == (8, 8)
    assert cells.sum() == pytest.approx(values.astype(float).sum())
    small = values[:3, :5]
    assert np.array_equal(cells_of(small), small.astype(float))


@pytest.mark.parametrize(("kind", "expected"), [("average", 2.5), ("max", 4.0), ("average + max", 3.25)])
def test_each_way_of_squeezing(kind: str, expected: float) -> None:
    work = WorkedSqueeze(np.array([[1.0, 2.0], [3.0, 4.0]]), 4, expected, 4.0, kind, Places(1, 2))
    assert work.total == 10
    assert work.by_hand == expected


def test_more_digits_are_shown_where_few_would_come_out_wrong() -> None:
    terms = [0.0004] * 10
    places = places_for(sum(terms), lambda digits: sum(rounded(term, digits) for term in terms), 3)
    assert places.operands == 4
    assert places.result == 3
    assert places_for(0.25, lambda _digits: 0.25, 2) == Places(2, 2)
    with pytest.raises(TraceError, match="comes out right"):
        places_for(1.0, lambda _digits: 3.0, 3)


def test_functions_are_the_modules_own() -> None:
    engine = bundled(next(iter(bundled_cards())))
    found = engine.found("SE_4_6")
    gate = function_of(found.adapter.parts(found.module).gate)
    assert gate(0.3) == pytest.approx(1 / (1 + math.exp(-0.3)), rel=1e-15)
    assert function_of(None)(-2.0) == -2.0


@pytest.mark.parametrize(
    ("module", "pointwise"),
    [
        *((module, True) for module in (nn.ReLU(inplace=True), nn.SiLU(), nn.Hardswish(), nn.GELU(), nn.Tanh())),
        (nn.Dropout().eval(), True),
        (nn.MaxPool2d(2), False),
        (nn.MaxPool2d(3, 1, 1), False),
        (nn.AvgPool2d(3, 1, 1), False),
        (nn.InstanceNorm2d(3), False),
        (nn.Softmax2d(), False),
        (nn.Softmax(dim=0), False),
        (nn.LocalResponseNorm(2), False),
        (nn.PixelShuffle(1), False),
        (nn.ChannelShuffle(3), False),
        (nn.ZeroPad2d(1), False),
        (nn.Upsample(scale_factor=2), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_what_lies_between_is_an_activation_or_there_is_no_equation(module: nn.Module, *, pointwise: bool) -> None:
    """A pooling or a norm looks at the neighbours: one number does not tell what comes out of it."""
    after = _after([nn.BatchNorm2d(3).eval(), module], 1)
    assert (after is not None) == pointwise
