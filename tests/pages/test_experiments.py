"""The Experiments page, driven as a session, over real trainings on the digits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.language import language
from se_explorer.report.experiment_page import experiment_html
from se_explorer.training import experiments as gathered
from se_explorer.training.experiments import committed_records, find_runs
from se_explorer.training.record import record_name
from se_explorer.training.retrained import find_relatives, retrained_ablation
from se_explorer.training.retrained_record import write_ablation
from tests.pages.driver import assert_healthy, open_app, tables, texts
from tests.training.digit_runs import digit_splits, train

SEEDS = {"trial-plain": (0, 1, 2), "trial-se": (0, 1, 2), "trial-without-1": (0,)}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``assets/experiments`` is, with an experiment of three recipes and a retrained ablation."""
    root, runs, splits = tmp_path_factory.mktemp("shelf"), tmp_path_factory.mktemp("runs"), digit_splits()
    (root / "trial").mkdir()
    for name, seeds in SEEDS.items():
        for seed in seeds:
            record = train(name, seed, splits, runs)
            made = runs / f"{name}-seed{seed}" / "run.json"
            (root / "trial" / record_name(record)).write_bytes(made.read_bytes())
    relatives = find_relatives(find_runs(runs)[0], "trial-se")
    write_ablation(retrained_ablation(relatives, splits, lambda *_told: None), root / "trial" / "x.ablation.json")
    return root


@pytest.fixture
def page(shelf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The page sees that folder alone, and a machine without trainings of one's own."""
    monkeypatch.setattr(gathered, "COMMITTED", shelf)
    monkeypatch.chdir(tmp_path)
    return shelf


def pick(app: AppTest, key: str, value: str) -> AppTest:
    """Choose in a group of buttons."""
    next(group for group in app.get("button_group") if group.key == key).set_value(value).run()
    assert_healthy(app)
    return app


def test_everything_is_drawn_from_the_records(page: Path) -> None:
    app = open_app("experiments")
    records = {(r.run, r.seed): r for r in committed_records(page)}
    assert [header.value for header in app.header] == [
        "What can be concluded", "Accuracy", "Curves", "Cost", "Gates from the initialisation on",
        "Two kinds of “disabled”", "Every training", "Your own trainings",
    ]  # fmt: skip
    (final,) = tables(app, "Accuracy, mean (%)")
    assert list(final["Recipe"]) == ["Trial, plain", "Trial, no SE in stage 1", "Trial, with SE"]
    assert list(final["Seeds"]) == [3, 1, 3]
    mean = sum(records["trial-se", seed].accuracy for seed in range(3)) / 3
    assert final["Accuracy, mean (%)"][2] == pytest.approx(100 * mean)
    assert list(final["Interval over"]) == [
        "seeds (Student's t)", "test pictures of one seed (Wilson)", "seeds (Student's t)"
    ]  # fmt: skip
    differences = next(table for table in tables(app, "Difference (points)") if "less" in table.columns)
    assert list(differences["Common seeds"]) == [1, 3]
    said = texts(app)
    assert "they have 1 seed in common, and an interval needs three" in said
    assert "1 to 3 seeds each, tested on 359 pictures" in said
    assert len(app.get("plotly_chart")) == 7
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_both_kinds_of_disabled_stand_side_by_side(page: Path) -> None:
    app = open_app("experiments")
    (table,) = tables(app, "Without SE in")[:1]
    assert list(table["How"])[:3] == [
        "trained anew without", "switched off (gates 1)", "switched off (gates at their means)"
    ]  # fmt: skip
    assert list(table["Common seeds"]) == [1, 3, 3, 0, 3, 3, 3]
    assert "nobody has trained it yet" in texts(app)


def test_without_a_stage_blocks_have_other_numbers_and_the_page_says_so(page: Path) -> None:
    gates = {r.run: [block.block for block in r.gates[0].blocks] for r in committed_records(page) if r.gates}
    assert (gates["trial-se"], gates["trial-without-1"]) == (["SE_1_1", "SE_3_1"], ["SE_2_1"])
    told = "the numbers are one lower than in the full network"
    assert told in texts(open_app("experiments", gates="trial-without-1"))
    assert told not in texts(open_app("experiments", gates="trial-se"))


def test_choices_are_in_the_address(page: Path) -> None:
    app = open_app("experiments", base="trial-se", curve="validation", gates="trial-se", run_seed="2", gate_block="1")
    assert re.search(r"(and|than|against) Trial\\, with SE", texts(app)), "the conclusions are against the chosen base"
    assert app.selectbox(key="base").value == "trial-se"
    assert (app.selectbox(key="run_seed").value, app.selectbox(key="gate_block").value) == ("2", "1")
    pick(app, "curve", "accuracy")
    assert app.query_params["curve"] == ["accuracy"] or app.query_params["curve"] == "accuracy"


@pytest.mark.parametrize("strange", ["", "<script>", "-1", "trial-se~2"])
def test_a_strange_address_is_ignored(page: Path, strange: str) -> None:
    query = dict.fromkeys(
        ("experiment", "base", "curve", "gates", "run_seed", "gate_block", "retrained", "own"), strange
    )
    assert "tested on 359 pictures" in texts(open_app("experiments", **query))


def test_own_trainings_are_counted_in_or_left_out(page: Path) -> None:
    text = json.loads(sorted(page.glob("*/trial-se-seed0.json"))[0].read_text())
    folder = Path("runs") / "mine"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({**text, "seed": 7}))
    app = open_app("experiments")
    (final,) = tables(app, "Accuracy, mean (%)")
    assert list(final["Seeds"]) == [3, 1, 4]
    (final,) = tables(pick(app, "own", "no"), "Accuracy, mean (%)")
    assert list(final["Seeds"]) == [3, 1, 3]


def test_each_machine_of_a_recipes_trainings_is_named(page: Path) -> None:
    text = json.loads(sorted(page.glob("*/trial-se-seed0.json"))[0].read_text())
    folder = Path("runs") / "mine"
    folder.mkdir(parents=True)
    other = {"device": "cuda", "machine": {**text["machine"], "processor": "Abacus 9000"}}
    (folder / "run.json").write_text(json.dumps({**text, "seed": 7, **other}))
    (told,) = [caption.value for caption in open_app("experiments").caption if "Abacus 9000" in caption.value]
    assert all(part in told for part in ("`cpu, cuda`", text["machine"]["processor"]))


def test_a_folder_of_nobody_is_told(page: Path) -> None:
    app = open_app("experiments")
    (folder,) = [each for each in app.text_input if "with trainings" in each.label]
    folder.set_value("~nobody-of-this-name/runs").run()
    assert_healthy(app)
    assert any("which is no path" in error.value for error in app.error)
    assert "tested on 359 pictures" in texts(app)


def test_a_bad_file_of_ones_own_is_told(page: Path) -> None:
    Path("runs").mkdir()
    (Path("runs") / "run.json").write_text('{"format": 1, "title": "<b>[x](http://x)</b>"}')
    app = open_app("experiments")
    assert any("run.json" in error.value.replace("\\", "") for error in app.error)
    assert "tested on 359 pictures" in texts(app)


def test_without_any_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gathered, "COMMITTED", tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    app = open_app("experiments")
    assert any("no finished training yet" in info.value for info in app.info)
    assert any("No such measurement" in info.value for info in app.info)


def test_a_damaged_file_of_the_project_is_told(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "shelf" / "trial"
    broken.mkdir(parents=True)
    (broken / "x-seed0.json").write_text("[]")
    monkeypatch.setattr(gathered, "COMMITTED", broken.parent)
    app = open_app("experiments")
    assert any("record of a finished training" in error.value for error in app.error)


def test_the_report_has_all_charts_and_no_address(page: Path) -> None:
    (experiment,) = gathered.collect(committed_records(page))
    names = {runs.key: runs.title for runs in experiment.runs}
    html = experiment_html(experiment, experiment.base, lambda: names, "Trial")
    assert html.count('class="chart"') == 5 + 2 * (2 + 1)
    assert "Trial, no SE in stage 1" in html
    with language("zh-Hans"):
        assert "能得出什么结论" in experiment_html(experiment, experiment.base, lambda: names, "Trial")
