"""How much blocks know of classes, and nearest classes: against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer import EditPlan, Engine, LabelledFolder, Trace, load_picture
from se_explorer.analysis import class_distances, measure_profile, open_share, specificity, within_class_deviation
from se_explorer.analysis.class_profiles import explained_by_class
from se_explorer.errors import ProfileError
from tests.analysis.profiles import BROKEN, made_profile, noise_engine, noise_folder


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("classes"))


def test_explained_by_class_by_hand() -> None:
    """Means 0.2 and 0.4 of classes of 100 and 300: mean 0.35, between 0.0075; within 0.01."""
    profile = made_profile({"SE_1_1": [[0.2, 0.5], [0.4, 0.5]]}, counts=(100, 300))
    gates = profile.block("SE_1_1").gates
    assert explained_by_class(gates, profile.counts) == pytest.approx([0.0075 / 0.0175, 0], rel=1e-5)
    assert within_class_deviation(gates, profile.counts) == pytest.approx([0.1, 0.1])
    (found,) = specificity(profile)
    assert found.explained_mean == pytest.approx(0.0075 / 0.0175 / 2, rel=1e-5)
    assert found.explained_by_chance == pytest.approx(1 / 399)
    assert found.information_mean == pytest.approx(0.5)
    entropy = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    assert found.information_share == pytest.approx(0.5 / entropy)


def test_a_gate_that_never_moves_explains_nothing() -> None:
    profile = made_profile({"SE_1_1": [[1.0], [1.0]]}, deviation=0)
    (found,) = specificity(profile)
    assert found.explained.tolist() == [0]
    (moving,) = specificity(made_profile({"SE_1_1": [[1.0], [0.5]]}, deviation=0))
    assert moving.explained == pytest.approx([1])


def test_one_class_knows_nothing() -> None:
    (found,) = specificity(made_profile({"SE_1_1": [[0.3]]}, counts=(50,)))
    assert (found.explained_mean, found.information_share, found.explained_by_chance) == (0, 0, 0)


def test_explained_is_the_share_of_the_sums_of_squares(engine: Engine, folder: LabelledFolder) -> None:
    profile = measure_profile(engine, folder)
    read = [index for index in range(len(folder)) if index not in BROKEN]
    gates = np.stack([engine.trace(load_picture(folder.paths[i])).blocks[0].gates for i in read]).astype(np.float64)
    kinds = np.array(folder.targets)[read]
    between = sum((kinds == k).sum() * (gates[kinds == k].mean(axis=0) - gates.mean(axis=0)) ** 2 for k in range(3))
    total = ((gates - gates.mean(axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(specificity(profile)[0].explained, between / total, rtol=1e-3, atol=1e-4)


def test_open_share() -> None:
    profile = made_profile({"SE_1_1": [[0.5] * 4] * 2}, medians={"SE_1_1": [0.95, 0.9, 0.89, 0.1]})
    assert open_share(profile.block("SE_1_1")) == 0.5
    assert open_share(profile.block("SE_1_1"), level=0.95) == 0.25


def test_distances_by_hand(engine: Engine, folder: LabelledFolder) -> None:
    """The distance of a class's mean picture from another class, in deviations, at the profile of that network."""
    profile = measure_profile(engine, folder)
    trace = engine.trace(load_picture(folder.paths[0]))
    found = class_distances(profile, trace)
    gates = profile.blocks[0].gates
    deviation = np.sqrt(profile.counts / profile.count @ gates.class_deviation.astype(np.float64) ** 2)
    moving = deviation > 1e-4
    assert moving.any()
    wanted = [
        np.sqrt(np.mean(((trace.blocks[0].gates - mean)[moving] / deviation[moving]) ** 2)) for mean in gates.class_mean
    ]
    assert found.blocks == ("SE_1_1",)
    np.testing.assert_allclose(found.distances, [wanted], rtol=1e-5)
    np.testing.assert_allclose(found.overall, wanted, rtol=1e-5)
    assert found.nearest.tolist() == [int(np.argmin(wanted))] == [found.nearest_overall]
    assert found.order.tolist() == np.argsort(wanted).tolist()


def test_pictures_of_a_class_are_about_one_deviation_from_it(engine: Engine, folder: LabelledFolder) -> None:
    """Over a class's own pictures the mean square distance, weighed by class, is 1 by what it is divided by."""
    profile = measure_profile(engine, folder)
    squares = [
        class_distances(profile, engine.trace(load_picture(path))).overall[target] ** 2
        for index, (path, target) in enumerate(zip(folder.paths, folder.targets, strict=True))
        if index not in BROKEN
    ]
    assert np.mean(squares) == pytest.approx(1, abs=1e-3)


def test_another_networks_trace_is_refused(engine: Engine, folder: LabelledFolder) -> None:
    profile = measure_profile(engine, folder)
    trace = engine.trace(load_picture(folder.paths[0]))
    other = Trace("other", "x", "cpu", EditPlan(), trace.labels, trace.logits, trace.probabilities, trace.blocks)
    with pytest.raises(ProfileError, match="a profile of other"):
        class_distances(profile, other)
