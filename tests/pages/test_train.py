"""The Train page, driven as sessions, over real tiny pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.training.jobs import PairJobs, pair_jobs
from se_explorer.training.pair_request import SIDES
from se_explorer.training.pair_view import look_at
from se_explorer.training.pairs import RUNS, Pair
from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.spoken import english_left
from tests.pages.test_chinese import names
from tests.training.pairs import digits, ended, present, until

pytestmark = pytest.mark.xdist_group("train page")  # so that one worker trains the pair, once


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(autouse=True)
def jobs(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PairJobs]:
    """The jobs that the pages of this module see."""
    monkeypatch.setenv(RUNS, str(runs))
    found = pair_jobs()
    yield found
    for pair in found.pairs():
        found.stop(pair)
        ended(found, pair)


@pytest.fixture(scope="module")
def done(runs: Path) -> Pair:
    """A pair that has come to its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUNS, str(runs))
        pair = pair_jobs().start(digits(), "somebody")
        return ended(pair_jobs(), pair)


def test_a_finished_pair_with_its_curves_gates_and_origin(done: Pair, jobs: PairJobs) -> None:
    assert done.state == "done"
    app = open_app("train", pair=done.id)
    said = texts(app)
    assert "One pair is one seed a side" in said
    assert [link.proto.page for link in app.get("page_link") if "Experiments" in link.proto.label] == ["runs"]
    assert "A training step takes" in said
    assert len(app.get("plotly_chart")) == 4
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    record = look_at(jobs.root, done)[1].record
    assert record is not None
    assert f"with SE: {record.right} of {record.count}" in said
    assert f"`{record.commit}`" in said
    assert [code.value for code in app.code] == [done.request.recipe(side).rstrip() for side in SIDES]
    table = app.dataframe[0].value
    assert list(table["Epochs done"]) == [2, 2]
    assert table["Test accuracy (%)"][1] == pytest.approx(100 * record.right / record.count)


def test_what_is_started_trains_and_is_seen_by_a_second_visitor_who_cannot_stop_it(jobs: PairJobs) -> None:
    app = open_app("train", train_epochs="50", train_seed="7", train_r="8")
    app.button(key="_train_start").click().run()
    assert_healthy(app)
    pair = jobs.pair(
        app.query_params["pair"][0] if isinstance(app.query_params["pair"], list) else app.query_params["pair"]
    )
    assert pair is not None
    assert (pair.request.epochs, pair.request.seed, pair.request.reduction) == (50, 7, 8)
    until(lambda: present(jobs, pair).state == "running")
    other = open_app("train")
    assert "Somebody else's training" in texts(other)
    assert other.button(key="_train_stop").disabled
    other.button(key="_train_start").click().run()
    assert "number 1 in line" in texts(other)
    app.run()
    assert not app.button(key="_train_stop").disabled
    app.button(key="_train_stop").click().run()
    assert ended(jobs, pair).state == "stopped"


def test_the_trained_network_opens_in_explore(done: Pair) -> None:
    app = open_app("train", pair=done.id)
    app.button(key="_train_open").click().run()
    assert_healthy(app)
    assert [title.value for title in app.title] == ["Explore"]
    assert app.query_params["model"] in ("own", ["own"])


def test_a_pair_is_kept_by_its_name(done: Pair, jobs: PairJobs) -> None:
    app = open_app("train", pair=done.id)
    app.text_input(key="_train_name").set_value("my digits").run()
    app.button(key="_train_keep").click().run()
    assert_healthy(app)
    assert present(jobs, done).name == "my digits"


def test_a_server_that_does_not_train_shows_what_there_is(done: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_TRAINING", "off")
    app = open_app("train", pair=done.id)
    assert "Training is switched off" in texts(app)
    assert all(button.key != "_train_start" for button in app.button)
    assert app.get("plotly_chart")


@pytest.mark.parametrize("strange", ["", "../..", "<script>", "20260101-000000-abcdef"])
def test_a_strange_address_is_ignored(strange: str) -> None:
    keys = ("pair", "train_data", "train_network", "train_r", "train_epochs", "train_seed", "train_limit")
    app = open_app("train", **dict.fromkeys(keys, strange))
    assert "Train one network twice" in texts(app)


def test_other_data_asks_for_pictures() -> None:
    app = open_app("train", train_data="folder", train_network="seresnet50")
    assert app.button(key="_train_start").disabled
    app.text_input(key="_train_folder").set_value("/nowhere").run()
    assert not app.button(key="_train_start").disabled


@pytest.mark.parametrize("more", [{}, {"present": "1"}, {"train_data": "cifar10"}])
def test_in_chinese(done: Pair, more: dict[str, str]) -> None:
    app: AppTest = open_app("train", lang="zh-Hans", pair=done.id, **more)
    own = [done.request.recipe(side).rstrip() for side in SIDES] + ["my digits", "scikit-learn"]
    record = "Python torchvision torch NumPy"
    assert english_left(app, *names(), *own, *record.split(), *_machine(done)) == {}


def _machine(pair: Pair) -> list[str]:
    """The processor's own name, commit and folder, which are names."""
    record = look_at(pair_jobs().root, pair)[1].record
    assert record is not None
    return [record.machine.processor, record.commit, record.device, str(pair_jobs().root / pair.id)]
