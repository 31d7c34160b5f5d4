"""Profiles over folders of pictures: by hand, against NumPy, and what their headers say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from se_explorer import Engine, LabelledFolder, load_picture, open_folder
from se_explorer.analysis import QUANTILES, load_profile, measure_profile, save_profile
from se_explorer.analysis.class_sample import hashes
from se_explorer.analysis.profile_tally import Tally, TallyShape
from se_explorer.errors import DataError, TraceError
from tests.analysis.profiles import BROKEN, noise_engine, noise_folder, same
from tests.analysis.toys import colour_gate_engine, painted_folder, scatter

BLOCK = "SE_1_1"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return noise_engine()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> LabelledFolder:
    return noise_folder(tmp_path_factory.mktemp("profile") / "val")


@pytest.fixture(scope="module")
def rows(engine: Engine, folder: LabelledFolder) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """z and s of each picture, by its index, one at a time."""
    traces = {i: engine.trace(load_picture(p)) for i, p in enumerate(folder.paths) if i not in BROKEN}
    return {i: (found.blocks[0].squeeze, found.blocks[0].gates) for i, found in traces.items()}


def test_by_hand(tmp_path: Path) -> None:
    """Pictures of one colour: z is the colour, s = sigmoid(relu(z)). Two reds of 51 and 153, one blue of 255."""
    folder = painted_folder(tmp_path / "colours", {"r": [(51, 0, 0), (153, 0, 0)], "b": [(0, 0, 255)]})
    profile = measure_profile(colour_gate_engine(), folder)
    (block,) = profile.blocks
    assert [(entry.id, entry.label, entry.count) for entry in profile.classes] == [("b", "blue", 1), ("r", "red", 2)]
    assert block.squeeze.mean == pytest.approx([0.8 / 3, 0, 1 / 3])
    assert block.squeeze.class_mean[1] == pytest.approx([0.4, 0, 0])
    assert block.squeeze.class_deviation[1] == pytest.approx([0.2, 0, 0])
    assert block.squeeze.class_deviation[0] == pytest.approx([0, 0, 0])
    assert block.squeeze.deviation[2] == pytest.approx(np.sqrt(2) / 3)
    assert block.squeeze.class_quantiles[1, :, 0] == pytest.approx([0.22, 0.3, 0.4, 0.5, 0.58])
    assert block.squeeze.quantiles[2] == pytest.approx([0.2, 0, 0])
    sigmoid = 1 / (1 + np.exp(-np.array([0.6, 0.2, 0.0])))
    assert block.highest.values[:, 0] == pytest.approx(sigmoid)
    assert [profile.header.pictures[i] for i in block.highest.pictures[:, 0]] == ["r/1.png", "r/0.png", "b/0.png"]
    assert [profile.header.pictures[i] for i in block.lowest.pictures[:, 0]] == ["b/0.png", "r/0.png", "r/1.png"]
    assert [profile.header.pictures[i] for i in block.highest.pictures[:, 1]] == ["b/0.png", "r/0.png", "r/1.png"]
    assert profile.picture_classes.tolist() == [0, 1, 1]
    # Two bins at the median, 0.2 for red: b 0; r 0, 1. And a third of the pictures are blue.
    entropy_bins = -(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)) + 1 / 6
    given = 2 / 3 * (np.log(2) + 1 / 4)
    assert block.information[0] == pytest.approx(entropy_bins - given)
    assert block.information[1] == pytest.approx(0)


@pytest.mark.parametrize("batch", [1, 5, 64])
def test_against_numpy(
    batch: int, engine: Engine, folder: LabelledFolder, rows: dict[int, tuple[np.ndarray, np.ndarray]]
) -> None:
    profile = measure_profile(engine, folder, batch=batch)
    (block,) = profile.blocks
    for place, quantity in enumerate((block.squeeze, block.gates)):
        values = np.stack([row[place] for row in rows.values()]).astype(np.float64)
        kinds = np.array([folder.targets[index] for index in rows])
        np.testing.assert_allclose(quantity.mean, values.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(quantity.deviation, values.std(axis=0), atol=1e-5)
        np.testing.assert_allclose(quantity.quantiles, np.quantile(values, QUANTILES, axis=0), atol=1e-5)
        for kind in range(3):
            chosen = values[kinds == kind]
            np.testing.assert_allclose(quantity.class_mean[kind], chosen.mean(axis=0), atol=1e-5)
            np.testing.assert_allclose(quantity.class_deviation[kind], chosen.std(axis=0), atol=1e-5)
            wanted = np.quantile(chosen, QUANTILES, axis=0)
            np.testing.assert_allclose(quantity.class_quantiles[kind], wanted, atol=1e-5)
    gates, names = np.stack([row[1] for row in rows.values()]), [folder.names[index] for index in rows]
    for ends, ordered in ((block.highest, np.sort(-gates, axis=0)), (block.lowest, np.sort(gates, axis=0))):
        np.testing.assert_allclose(np.abs(ends.values), np.abs(ordered[:8]), atol=1e-6)
        shown = [[names.index(profile.header.pictures[i]) for i in rank] for rank in ends.pictures]
        np.testing.assert_allclose(np.take_along_axis(gates, np.array(shown), 0), ends.values, atol=1e-6)


def test_the_header(engine: Engine, folder: LabelledFolder) -> None:
    header = measure_profile(engine, folder, batch=5).header
    assert (header.model, header.weights, header.device, header.batch) == ("toy", "random:0", "cpu", 5)
    assert (header.data.name, header.data.split, header.data.listed) == (folder.root.parent.name, "val", 24)
    assert [entry.count for entry in header.classes] == [7, 8, 7]
    assert [each.name for each in header.unreadable] == [folder.names[index] for index in BROKEN]
    assert all("expected" in each.reason and str(folder.root) not in each.reason for each in header.unreadable)
    assert [(block.name, block.channels, block.gate) for block in header.blocks] == [(BLOCK, 8, "sigmoid")]
    assert header.exact
    assert str(folder.root) not in header.model_dump_json()


def test_a_sample_of_a_class(engine: Engine, tmp_path: Path) -> None:
    for number in range(20):
        scatter(tmp_path / ("a" if number < 14 else "b") / f"{number:02}.png", number)
    folder = open_folder(tmp_path)
    gates = np.stack([engine.trace(load_picture(path)).blocks[0].gates for path in folder.paths]).astype(np.float64)
    sampled = measure_profile(engine, folder, sample_bytes=1, seed=3)
    assert (sampled.header.sample.limit, sampled.header.sample.seed, sampled.header.exact) == (8, 3, False)
    chosen = np.argsort(hashes(np.arange(14), 3))[:8]
    block = sampled.block(BLOCK)
    wanted = np.quantile(gates[chosen], QUANTILES, axis=0)
    np.testing.assert_allclose(block.gates.class_quantiles[0], wanted, atol=1e-5)
    np.testing.assert_allclose(block.gates.class_quantiles[1], np.quantile(gates[14:], QUANTILES, axis=0), atol=1e-5)
    np.testing.assert_allclose(block.gates.mean, gates.mean(axis=0), atol=1e-5)  # moments know every picture
    other = measure_profile(engine, folder, sample_bytes=1, seed=3, batch=3)
    np.testing.assert_allclose(other.block(BLOCK).gates.quantiles, block.gates.quantiles, atol=1e-6)


def test_a_class_of_which_nothing_can_be_read(engine: Engine, tmp_path: Path) -> None:
    scatter(tmp_path / "a" / "0.png", 0)
    scatter(tmp_path / "c" / "0.png", 1)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "0.png").write_bytes(b"no picture")
    profile = measure_profile(engine, open_folder(tmp_path))
    assert [entry.id for entry in profile.classes] == ["a", "c"]
    assert profile.header.empty_classes == ("b",)
    assert profile.picture_classes.tolist() == [0, 1]
    save_profile(profile, tmp_path / "toy")
    assert same(load_profile(tmp_path / "toy"), profile)


def test_nothing_to_measure(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "c0").mkdir()
    (tmp_path / "c0" / "broken.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="pictures that can be read"):
        measure_profile(engine, open_folder(tmp_path))


def test_numbers_that_are_not_finite_are_no_profile(folder: LabelledFolder) -> None:
    engine = noise_engine()
    engine.network.module.stem.bias.fill_(float("inf"))  # type: ignore[union-attr, operator]
    with pytest.raises(TraceError, match="finite"):
        measure_profile(engine, folder)


def test_memory_does_not_grow_with_the_pictures(engine: Engine, folder: LabelledFolder) -> None:
    """What a partial file holds is all that is kept: it is as large after many pictures as after enough."""
    tally, random, sizes = Tally(TallyShape((10**6,), 8, 8, 0)), np.random.default_rng(0), []
    for begin in range(0, 400, 40):
        values = random.random((40, 16)).astype(np.float32)
        tally.add(values, np.arange(begin, begin + 40), np.zeros(40, np.int64))
        sizes.append(sum(array.nbytes for array in tally.state().values()))
    assert len(set(sizes)) == 1
