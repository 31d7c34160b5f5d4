"""Every section of one network on a toy: which figures come, and that rivals give the same answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks import growth as growing
from benchmarks.data import OVER_A_FOLDER, PLAIN
from benchmarks.effort import Effort
from benchmarks.sections import NETWORKS, OF_A_NETWORK, OF_THE_MACHINE, Progress, measure, names
from benchmarks.sweep import _check_agreement, hooked_loop, one_pass, plans_of
from benchmarks.targets import TARGETS
from benchmarks.training import PAIRS, STEPS, measure_training
from se_explorer.engine import Engine
from se_explorer.images import open_sample
from tests.networks import without_se

FIGURES = {
    "trace": {
        ("trace", "plain forward"),
        ("one block off", "plain forward"),
        ("hooks that clone", "plain forward"),
        ("hooks that measure the same", "plain forward"),
        ("captum LayerActivation", "plain forward"),
        ("plain forward, channels first", "plain forward"),
    },
    "toggle": {
        (f"toggle at the {place} block", rival)
        for place in ("first", "middle", "last")
        for rival in ("plain forward", "full run")
    },
    "sweep": {
        ("hooked loop", "leave-one-out"),
        ("captum LayerFeatureAblation", "leave-one-out"),
        ("multiply-add bound", "leave-one-out"),
    },
    "pairs": {("as many plain forwards", "pairs"), ("multiply-add bound", "pairs")},
    "crowd": {
        ("one after another", "32 sessions' first looks at once"),
        ("32 threads at once", "32 sessions' first looks at once"),
        ("toggles one after another", "32 sessions' toggles at once"),
        ("a lone request to the worker", "the same trace"),
    },
    "data": {("plain forward over a folder", "profile")},
    "data-sweep": {("as many plain forwards over data", "sweep over data")},
}


TRAINING = {
    (numerator + clock, denominator + clock)
    for numerator, denominator in (("training loop", "bare loop"), ("bare loop", "plain twin"))
    for clock in ("", ", processor's time")
}


@pytest.mark.parametrize("name", list(OF_A_NETWORK))
def test_a_section_gives_its_ratios(name: str, engine: Engine, once: Effort) -> None:
    found = OF_A_NETWORK[name](engine, once)
    ratios = {(each.numerator, each.denominator) for each in found.ratios}
    optional = {(peer, "plain forward") for peer in ("nnsight", "torchlens")}
    assert ratios - optional == FIGURES[name]
    assert all(each.value > 0 and each.low <= each.high and each.network == "toy" for each in found.ratios)


def test_every_target_is_of_a_figure_and_a_network_that_are_measured() -> None:
    measured = set().union(*FIGURES.values()) | TRAINING
    known = {*NETWORKS, *(se for se, _plain in PAIRS)}
    for target in TARGETS:
        assert (target.numerator, target.denominator) in measured
        assert set(target.bounds) <= known


def test_one_pass_and_the_hooked_loop_answer_as_networks_without_the_blocks(engine: Engine) -> None:
    picture = open_sample("church")
    logits, forwards = one_pass(engine, picture, plans_of(engine, "leave-one-out"))()
    loop = hooked_loop(engine, picture)()
    np.testing.assert_allclose(logits, loop, atol=1e-5 * np.abs(loop).max())
    assert 1 < forwards < len(engine.blocks) + 1
    with torch.inference_mode():
        bare = without_se(engine.network.module)(engine.inputs([picture]))
    all_off = one_pass(engine, picture, ["SE_*=off"])()[0]  # type: ignore[list-item]
    np.testing.assert_allclose(all_off, bare.numpy(), atol=1e-5 * np.abs(loop).max())


def test_rivals_that_differ_are_not_compared() -> None:
    loop = np.array([[4.0, 1.0], [3.0, 1.0]], np.float32)
    _check_agreement(loop, loop, [torch.tensor([[1.0]])])
    with pytest.raises(AssertionError, match="differ"):
        _check_agreement(loop + 0.1, loop, [torch.tensor([[1.0]])])
    with pytest.raises(AssertionError, match="differ"):
        _check_agreement(loop, loop, [torch.tensor([[2.0]])])


def test_what_goes_over_a_folder_has_a_target_for_every_network() -> None:
    for name in OVER_A_FOLDER:
        (target,) = (target for target in TARGETS if (target.numerator, target.denominator) == (PLAIN, name))
        assert set(target.bounds) == set(NETWORKS)


@pytest.mark.slow
def test_growth_is_fitted_over_blocks_and_pictures(once: Effort) -> None:
    found = growing.measure_growth(once, "cpu").growth
    assert {(each.number, each.quantity) for each in found} == {
        ("SE blocks", "seconds"),
        ("SE blocks", "forward equivalents"),
        ("pictures", "seconds"),
        ("pictures", "seconds a picture"),
    }
    deeper = next(each for each in found if each.quantity == "forward equivalents" and "planes" in each.network)
    assert deeper.sizes == once.depths
    assert 0.5 < deeper.exponent < 1.1  # rows times their share of the work: about half as many as blocks
    pictures = [each for each in found if each.number == "pictures"]
    assert pictures[0].exponent == pytest.approx(pictures[1].exponent + 1)


def test_sections_come_in_their_order_and_only_those_asked_for(monkeypatch: pytest.MonkeyPatch, once: Effort) -> None:
    asked = measure({"toggle"}, ["timm:mobilenetv3_small_050"], once, "cpu")
    first, found = asked
    assert first == Progress("toggle", "timm:mobilenetv3_small_050")
    assert not isinstance(found, Progress)
    assert len(found.ratios) == len(FIGURES["toggle"])
    assert names() == (*FIGURES, *OF_THE_MACHINE)


@pytest.mark.slow
def test_training_is_set_beside_a_bare_loop_and_the_plain_twin(once: Effort) -> None:
    found = measure_training(once, "cpu").ratios
    figures = {(each.network, each.numerator, each.denominator) for each in found}
    assert figures == {(se, *figure) for se, _plain in PAIRS for figure in TRAINING}
    assert len(found) == len(figures)
    assert all(each.value > 0 and each.runs == STEPS for each in found)
