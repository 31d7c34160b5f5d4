"""Edit plans: their text, their order, their wildcards, and what is refused."""

from __future__ import annotations

import time

import pytest

from se_explorer.engine import BlockEdit, EditPlan, Mode
from se_explorer.errors import EditPlanError

NETWORK = {"SE_2_1": 4, "SE_4_1": 8, "SE_5_1": 16, "SE_5_2": 16, "SE_5_10": 16}

CANONICAL = {
    "empty": ("", ""),
    "blanks": (" ;\n ; \t", ""),
    "one": ("SE_3_4=off", "SE_3_4=off"),
    "the order of the network": ("SE_5_10=off;SE_5_2=off;SE_3_4=off", "SE_3_4=off;SE_5_2=off;SE_5_10=off"),
    "blanks and line ends": (" SE_3_4 = off \n\r\n SE_2_1 . 17 = 0.2 ;", "SE_2_1.17=0.2;SE_3_4=off"),
    "channels in order": ("SE_2_1.17=0.2;SE_2_1.3=1", "SE_2_1.3=1;SE_2_1.17=0.2"),
    "the mode before channels": ("SE_2_1.17=0.2;SE_2_1=off", "SE_2_1=off;SE_2_1.17=0.2"),
    "the last mode wins": ("SE_2_1=off;SE_2_1=mean", "SE_2_1=mean"),
    "the last gate wins": ("SE_2_1.3=0.5;SE_2_1.3=0.7", "SE_2_1.3=0.7"),
    "leading zeros of a channel": ("SE_2_1.007=0.5", "SE_2_1.7=0.5"),
    "constant": ("SE_2_1=constant:0.50", "SE_2_1=constant:0.5"),
    "a point first": ("SE_2_1=constant:.5", "SE_2_1=constant:0.5"),
    "a whole number": ("SE_2_1=constant:1.0", "SE_2_1=constant:1"),
    "an exponent": ("SE_2_1=constant:1e-2", "SE_2_1=constant:0.01"),
    "six places": ("SE_2_1.0=0.12345678", "SE_2_1.0=0.123457"),
    "too small to count": ("SE_2_1.0=1e-9", "SE_2_1.0=0"),
    "negative zero": ("SE_2_1.0=-0.0", "SE_2_1.0=0"),
    "the largest gate": ("SE_2_1.0=10", "SE_2_1.0=10"),
    "shuffle": ("SE_2_1=shuffle", "SE_2_1=shuffle:0"),
    "a seed": ("SE_2_1=shuffle:007", "SE_2_1=shuffle:7"),
    "donor": ("SE_2_1=donor:dog_1-b", "SE_2_1=donor:dog_1-b"),
    "zero": ("SE_2_1=zero", "SE_2_1=zero"),
    "wildcards first": ("SE_2_1=off;SE_5_*=mean;*=off", "*=off;SE_2_1=off;SE_5_*=mean"),
}


@pytest.mark.parametrize(("text", "canonical"), CANONICAL.values(), ids=CANONICAL)
def test_canonical_text(text: str, canonical: str) -> None:
    plan = EditPlan.parse(text)
    assert str(plan) == canonical
    assert EditPlan.parse(canonical) == plan
    assert bool(plan) == bool(canonical)


def test_plans_that_do_the_same_are_equal() -> None:
    texts = ["SE_2_1=off;SE_5_1.3=0.5", "SE_5_1.3=.50;SE_2_1=mean;SE_2_1=off", " SE_5_1.3 = 5e-1\nSE_2_1=off;;"]
    plans = [EditPlan.parse(text) for text in texts]
    plans.append(EditPlan().with_channel("SE_5_1", 3, 0.5).with_mode("SE_2_1", Mode("off")))
    plans.append(EditPlan.parse("SE_5_1.3=0.5;SE_2_1=off;SE_4_1=zero").without("SE_4_1"))
    assert len(set(plans)) == 1
    assert EditPlan.parse("SE_2_1=off") != EditPlan.parse("SE_2_1=zero")


def test_edits_are_taken_away_again() -> None:
    plan = EditPlan.parse("SE_2_1=off;SE_2_1.3=0.5")
    assert str(plan.with_mode("SE_2_1", None)) == "SE_2_1.3=0.5"
    assert str(plan.with_channel("SE_2_1", 3, None)) == "SE_2_1=off"
    assert plan.with_channel("SE_2_1", 3, None).with_mode("SE_2_1", None) == EditPlan()
    assert plan.without("SE_2_1") == EditPlan()
    assert plan.without("SE_9_9") == plan
    assert str(plan) == "SE_2_1=off;SE_2_1.3=0.5"


def test_the_edits_of_one_block() -> None:
    plan = EditPlan.parse("SE_2_1=constant:0.5;SE_2_1.3=1;SE_4_1=off")
    assert plan.of_block("SE_2_1") == BlockEdit("SE_2_1", Mode("constant", 0.5), ((3, 1.0),))
    assert plan.of_block("SE_9_9") == BlockEdit("SE_9_9")
    assert not plan.of_block("SE_9_9")


FITTED = {
    "a name": ("SE_2_1=off", "SE_2_1=off"),
    "a stage": ("SE_5_*=off", "SE_5_1=off;SE_5_2=off;SE_5_10=off"),
    "all": ("*=off", "SE_2_1=off;SE_4_1=off;SE_5_1=off;SE_5_2=off;SE_5_10=off"),
    "all of a place": ("SE_*_1=zero", "SE_2_1=zero;SE_4_1=zero;SE_5_1=zero"),
    "channels of all": ("SE_5_*.15=0.5", "SE_5_1.15=0.5;SE_5_2.15=0.5;SE_5_10.15=0.5"),
    "a name wins": ("SE_5_2=mean;SE_5_*=off", "SE_5_1=off;SE_5_2=mean;SE_5_10=off"),
    "a name wins, last": ("SE_5_*=off;SE_5_2=mean", "SE_5_1=off;SE_5_2=mean;SE_5_10=off"),
    "a name wins over a place": ("SE_*_10=mean;SE_5_10=off", "SE_5_10=off"),
    "a stage wins over all": ("SE_5_*=off;*=mean", "SE_2_1=mean;SE_4_1=mean;SE_5_1=off;SE_5_2=off;SE_5_10=off"),
    "a named channel wins": ("SE_2_1.0=1;SE_2_*.0=0;SE_2_*.1=0", "SE_2_1.0=1;SE_2_1.1=0"),
    "a channel over a stage's mode": ("SE_2_*=off;SE_2_1.3=0", "SE_2_1=off;SE_2_1.3=0"),
}


@pytest.mark.parametrize(("text", "fitted"), FITTED.values(), ids=FITTED)
def test_fitted(text: str, fitted: str) -> None:
    plan = EditPlan.parse(text).fitted(NETWORK)
    assert str(plan) == fitted
    assert plan.fitted(NETWORK) == plan


UNFITTING = {
    "an unknown block": ("SE_9_9=off", "SE_9_9"),
    "a stage that is not there": ("SE_3_*=off", "SE_3_*"),
    "a channel too many": ("SE_2_1.4=0", "4"),
    "a channel too many in one of all": ("*.7=0", "7"),
    "a stage alone": ("SE_5=off", "SE_5"),
}


@pytest.mark.parametrize(("text", "received"), UNFITTING.values(), ids=UNFITTING)
def test_what_the_network_does_not_have_is_refused(text: str, received: str) -> None:
    with pytest.raises(EditPlanError) as caught:
        EditPlan.parse(text).fitted(NETWORK)
    assert received in caught.value.received
    assert "SE_2_1" in caught.value.expected
    assert caught.value.remedy


def test_a_network_without_blocks_takes_only_the_empty_plan() -> None:
    assert EditPlan().fitted({}) == EditPlan()
    with pytest.raises(EditPlanError, match="no SE block"):
        EditPlan.parse("*=off").fitted({})


BAD = {
    "no sense": "hello",
    "no value": "SE_2_1",
    "no mode": "SE_2_1=",
    "no block": "=off",
    "equals alone": "=",
    "point alone": ".",
    "a later part": "SE_2_1=off;rubbish",
    "unknown mode": "SE_2_1=on",
    "upper case": "SE_2_1=OFF",
    "lower case block": "se_2_1=off",
    "two values": "SE_2_1=off=off",
    "off takes nothing": "SE_2_1=off:1",
    "off takes nothing after a colon": "SE_2_1=off:",
    "mean takes nothing": "SE_2_1=mean:1",
    "zero takes nothing": "SE_2_1=zero:0",
    "constant without a value": "SE_2_1=constant",
    "constant with an empty value": "SE_2_1=constant:",
    "NaN": "SE_2_1=constant:nan",
    "a NaN gate": "SE_2_1.0=NaN",
    "infinity": "SE_2_1=constant:inf",
    "an infinite gate": "SE_2_1.0=infinity",
    "an exponent too large": "SE_2_1.0=1e999",
    "negative": "SE_2_1.0=-0.1",
    "huge": "SE_2_1.0=10.01",
    "underscores": "SE_2_1.0=1_0",
    "hexadecimal": "SE_2_1.0=0x1",
    "a comma": "SE_2_1.0=0,5",
    "unicode digits in a gate": "SE_2_1.0=\uff10.\uff15",
    "unicode digits in a block": "SE_\uff12_1=off",
    "unicode digits in a channel": "SE_2_1.\u0663=1",
    "unicode digits in a seed": "SE_2_1=shuffle:\u0663",
    "a channel without a number": "SE_2_1.=0.5",
    "a negative channel": "SE_2_1.-1=0.5",
    "a channel of many digits": "SE_2_1.1234567=0.5",
    "a block of many digits": f"SE_{'9' * 5000}_1=off",
    "a gate of many digits": f"SE_2_1.0={'9' * 5000}",
    "a mode for a channel": "SE_2_1.0=off",
    "a seed that is none": "SE_2_1=shuffle:x",
    "an empty seed": "SE_2_1=shuffle:",
    "a negative seed": "SE_2_1=shuffle:-1",
    "a long seed": "SE_2_1=shuffle:1234567890",
    "an empty key": "SE_2_1=donor:",
    "no key": "SE_2_1=donor",
    "a path as key": "SE_2_1=donor:../x",
    "a long key": f"SE_2_1=donor:{'k' * 81}",
    "a class of characters": "SE_[25]_1=off",
    "too long": "SE_2_1=off;" * 20_000,
    "too long and empty": " " * 200_000,
    "a long part": "x" * 99_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_text_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(EditPlanError) as caught:
        EditPlan.parse(text)
    assert caught.value.expected
    assert caught.value.received
    assert caught.value.remedy
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("gate", [float("nan"), float("inf"), -0.1, 10.1])
def test_bad_gates_are_refused_whoever_asks(gate: float) -> None:
    with pytest.raises(EditPlanError):
        EditPlan().with_channel("SE_2_1", 0, gate)
    with pytest.raises(EditPlanError):
        Mode("constant", gate)


LONG = {
    "blocks": ";".join(f"SE_{stage}_{index}=off" for stage in range(10) for index in range(700)),
    "channels": ";".join(f"SE_1_1.{channel}=0" for channel in range(7000)),
    "wildcards": ";".join(f"*.{channel}=0" for channel in range(2048)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_plan_is_read_in_a_moment(text: str) -> None:
    start = time.thread_time()
    plan = EditPlan.parse(text)
    assert str(plan) == text
    if text.startswith("*"):
        plan.fitted({f"SE_1_{index}": 2048 for index in range(50)})
    assert time.thread_time() - start < 3


@pytest.mark.parametrize(
    ("text", "bypasses"),
    [
        ("", False),
        ("SE_2_1=off", True),
        ("SE_2_1=off;SE_2_1.3=1", False),
        ("SE_2_1=zero", False),
        ("SE_4_1=off", False),
    ],
)
def test_whether_u_passes_unchanged(text: str, bypasses: bool) -> None:
    assert EditPlan.parse(text).of_block("SE_2_1").bypasses is bypasses
