"""How often a network is right: counts and losses by hand, classes by either of their names."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from se_explorer import EditPlan, Engine, LabelledFolder, SEBlock, evaluate, load_picture, open_folder
from se_explorer.analysis import wilson
from se_explorer.errors import DataError, EditPlanError
from tests.analysis.toys import colour_engine, painted_folder, scatter, toy_engine

RED, GREEN, BLUE = (204, 102, 51), (51, 204, 102), (102, 51, 204)


@pytest.fixture
def engine() -> Engine:
    """Answers with the strongest of red, green and blue."""
    return colour_engine()


@pytest.fixture
def folder(tmp_path: Path) -> LabelledFolder:
    """Five pictures, one of them in a wrong class, and two that cannot be read."""
    for name in ("r", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "broken.png").write_bytes(b"no picture")
    return painted_folder(tmp_path, {"r": [RED, RED, GREEN], "g": [GREEN], "b": [BLUE]})


def cross_entropy(logits: list[float], target: int) -> float:
    """Minus the logarithm of the target's probability."""
    odds = [math.exp(logit) for logit in logits]
    return -math.log(odds[target] / sum(odds))


def test_counts_and_loss_by_hand(engine: Engine, folder: LabelledFolder) -> None:
    result = evaluate(engine, folder)
    assert (result.count, result.right, result.right5) == (5, 4, 5)
    assert (result.top1, result.top5, result.interval) == (0.8, 1.0, wilson(4, 5))
    # Half of each colour: the strongest is 0.4, the next 0.2, the last 0.1. The wrong picture's own class is its last.
    right, wrong = cross_entropy([0.4, 0.2, 0.1], 0), cross_entropy([0.4, 0.2, 0.1], 2)
    assert result.loss == pytest.approx((4 * right + wrong) / 5, abs=1e-6)
    assert (result.model, result.weights, result.device, result.plan) == ("toy", "random:0", "cpu", EditPlan())


def test_what_cannot_be_read_is_named_and_left_out(engine: Engine, folder: LabelledFolder) -> None:
    result = evaluate(engine, folder)
    assert len(result.unreadable) == 2
    for message, name in zip(result.unreadable, ("b", "r"), strict=True):
        assert str(folder.root / name / "broken.png") in message


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 64])
def test_portions_do_not_matter(batch: int, engine: Engine, folder: LabelledFolder) -> None:
    told: list[tuple[int, int]] = []
    result = evaluate(engine, folder, batch=batch, report=lambda done, total: told.append((done, total)))
    whole = evaluate(engine, folder)
    assert (result.count, result.right, result.unreadable) == (whole.count, whole.right, whole.unreadable)
    assert result.loss == pytest.approx(whole.loss, abs=1e-7)
    assert told == [(min(7, end), 7) for end in range(batch, 7 + batch, batch)]


def test_first_five_against_numpy(tmp_path: Path) -> None:
    engine = toy_engine(lambda: SEBlock(8, 2), classes=9, seed=3)
    for number in range(18):
        scatter(tmp_path / f"c{number % 9}" / f"{number}.png", number)
    folder = open_folder(tmp_path)
    logits = np.stack([engine.trace(load_picture(path)).logits for path in folder.paths]).astype(np.float64)
    targets = np.array(folder.targets)
    own = logits[np.arange(18), targets]
    rank = (logits > own[:, None]).sum(axis=1)
    assert 0 < (rank == 0).sum() < (rank < 5).sum() < 18  # or the test could not tell right from wrong
    result = evaluate(engine, folder, batch=4)
    assert (result.right, result.right5) == ((rank == 0).sum(), (rank < 5).sum())
    assert result.loss == pytest.approx(float(np.mean(np.log(np.exp(logits).sum(axis=1)) - own)), abs=1e-5)


@pytest.mark.parametrize(
    ("plan", "right", "strongest"),
    [
        ("", 4, [0.4, 0.2, 0.1]),
        ("SE_1_1=off", 4, [0.8, 0.4, 0.2]),
        ("SE_1_1=constant:0.25", 4, [0.2, 0.1, 0.05]),
        ("SE_1_1=zero", 3, [0.0, 0.0, 0.0]),  # all logits equal: the first class, red, is the answer
    ],
    ids=["none", "off", "constant", "zero"],
)
def test_edits_do_what_they_say(
    plan: str, right: int, strongest: list[float], engine: Engine, folder: LabelledFolder
) -> None:
    result = evaluate(engine, folder, plan)
    loss = (4 * cross_entropy(strongest, 0) + cross_entropy(strongest, 2)) / 5
    assert (result.right, str(result.plan)) == (right, plan)
    assert result.loss == pytest.approx(loss, abs=1e-6)


def test_a_shut_red_gate_loses_the_red_pictures(engine: Engine, folder: LabelledFolder) -> None:
    result = evaluate(engine, folder, EditPlan.parse("SE_1_*.0=0"))
    assert result.right == 2
    assert str(result.plan) == "SE_1_1.0=0"


def test_classes_by_labels_in_another_order(tmp_path: Path, engine: Engine) -> None:
    folder = painted_folder(tmp_path, {"red": [RED, RED], "blue": [BLUE]})
    assert folder.classes == ("blue", "red")
    result = evaluate(engine, folder)
    assert (result.right, result.count) == (3, 3)


@pytest.mark.parametrize(
    ("names", "named"),
    [(("r", "cat"), "cat"), (("cat", "dog"), "cat, dog"), (("r", "green"), "green, r")],
    ids=["one-unknown", "all-unknown", "two-namings-mixed"],
)
def test_classes_that_the_network_does_not_have(
    names: tuple[str, str], named: str, tmp_path: Path, engine: Engine
) -> None:
    folder = painted_folder(tmp_path, {name: [RED] for name in names})
    with pytest.raises(DataError, match=rf"\(r, g, b, \.\.\.\), but got {named}\."):
        evaluate(engine, folder)


def test_a_folder_of_nothing_readable(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "broken.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="pictures that can be read"):
        evaluate(engine, open_folder(tmp_path))


def test_a_plan_that_does_not_fit_is_refused_before_any_picture(engine: Engine, folder: LabelledFolder) -> None:
    with pytest.raises(EditPlanError, match="SE_7_1"):
        evaluate(engine, folder, "SE_7_1=off", report=lambda done, total: pytest.fail("it ran"))
