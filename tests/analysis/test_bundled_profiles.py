"""The profile that comes with the project: it loads, fits its network, and tells its classes apart."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer import Engine, load_model, open_sample
from se_explorer.analysis import ClaimKind, Profile, Verdict, bundled_profile, claims_of, class_distances, specificity
from se_explorer.analysis.bundled_profiles import bundled_profile_path
from se_explorer.images import samples
from se_explorer.models import ASSETS, DEFAULT_MODEL, bundled_cards, open_network


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_model(device="cpu")


@pytest.fixture(scope="module")
def profile(engine: Engine) -> Profile:
    found = bundled_profile(engine.network)
    assert found is not None
    return found


def test_it_is_of_the_bundled_network_and_its_validation_split(engine: Engine, profile: Profile) -> None:
    card = bundled_cards()[DEFAULT_MODEL]
    profile.check_fits(engine.network.id, engine.channels)
    header = profile.header
    assert (header.weights, header.weights_sha256) == ("pretrained", card.sha256)
    assert profile.count == card.accuracy.count == 3925
    assert header.data.split == "val"
    assert (header.unreadable, header.empty_classes, header.exact) == ((), (), True)
    assert [(entry.id, entry.label) for entry in header.classes] == [(entry.id, entry.label) for entry in card.classes]
    assert header.preprocessing.size == card.preprocessing.size
    assert header.code.commit is not None
    assert not header.code.commit.endswith("dirty")
    assert [(block.name, block.path) for block in header.blocks] == [(b.name, b.path) for b in engine.blocks]


def test_it_is_small_and_holds_no_picture() -> None:
    path = bundled_profile_path(open_network(DEFAULT_MODEL))
    assert path == ASSETS / "profiles" / f"{DEFAULT_MODEL}.val.safetensors"
    assert path.stat().st_size < 4e6


def test_its_gate_means_are_near_those_over_the_training_split(engine: Engine, profile: Profile) -> None:
    """Measured apart, over other pictures of the same classes, when the network was made."""
    for block in profile.blocks:
        means = engine.network.gate_means[block.name]
        deviations = engine.network.gate_deviations[block.name]
        assert (np.abs(block.gates.mean - means) < 0.5 * deviations + 1e-3).all()
        assert np.corrcoef(block.gates.mean, means)[0, 1] > 0.985
        assert np.median(block.gates.deviation / np.maximum(deviations, 1e-6)) == pytest.approx(1, abs=0.1)


def test_samples_are_nearest_to_the_class_that_the_network_answers(engine: Engine, profile: Profile) -> None:
    """Recomputed with no data at hand: a picture's gates lie nearest to the mean gates of its answer's class."""
    labels = [entry.label for entry in profile.classes]
    sure = 0
    for sample in samples():
        trace = engine.trace(open_sample(sample.id))
        answer = trace.top(1)[0]
        if answer.probability > 0.7:
            sure += 1
            assert labels[class_distances(profile, trace).nearest_overall] == answer.label
    assert sure >= 10


def test_its_gates_lie_between_its_extremes(profile: Profile) -> None:
    for block in profile.blocks:
        spread = block.gates
        assert (block.lowest.values[0] <= spread.quantiles[0] + 1e-3).all()
        assert (block.highest.values[0] >= spread.quantiles[-1] - 1e-3).all()
        assert (np.diff(block.highest.values, axis=0) <= 0).all()
        assert (np.diff(block.lowest.values, axis=0) >= 0).all()
        weights = profile.counts / profile.count
        np.testing.assert_allclose(weights @ spread.class_mean, spread.mean, atol=1e-5)


def test_what_it_says_of_the_claims(profile: Profile) -> None:
    found = {claim.kind: claim.verdict for claim in claims_of(profile)}
    assert found == {
        ClaimKind.EARLY_AGNOSTIC: Verdict.FAILS,
        ClaimKind.DEEP_SPECIFIC: Verdict.HOLDS,
        ClaimKind.SATURATED: Verdict.FAILS,
        ClaimKind.ONE_PATTERN: Verdict.FAILS,
        ClaimKind.REMOVABLE: Verdict.OPEN,
    }
    by_name = {each.name: each for each in specificity(profile)}
    assert by_name["SE_5_1"].explained_mean == max(each.explained_mean for each in by_name.values()) > 0.7
    assert all(abs(each.information_by_chance) < 0.005 for each in by_name.values())


def test_no_other_network_has_one() -> None:
    assert bundled_profile(open_network(DEFAULT_MODEL, "random:0")) is None
