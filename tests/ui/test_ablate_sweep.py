"""Sweeps of the page: kept once, thrown away when they are left off, told in words."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from se_explorer.analysis import Sweeper
from se_explorer.engine import EditPlan, Engine, Mode
from se_explorer.images import open_sample, samples
from se_explorer.report import csv_text, file_table
from se_explorer.ui import ablate_sweep, caches
from se_explorer.ui.ablate_pairs import PAIR, chosen_pair, select_pair
from se_explorer.ui.ablate_ranking import is_rounding, ranked
from se_explorer.ui.ablate_sweep import about, figures_of, sweep_key, sweep_of, tell_cost, tell_edit
from se_explorer.ui.state import BLOCK, View
from tests.networks import Toy, Untraceable, open_toy, picture


def view_of(kind: type[Toy] = Toy, plan: str = "") -> View:
    return View(Engine(open_toy(kind)), picture(), "noise", EditPlan.parse(plan), "light", {})


@pytest.fixture(autouse=True)
def _one_row_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablate_sweep, "BATCH_BYTES", 1)
    caches.sweeps().drop(lambda key: True)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the sweeps that were run."""
    ran: list[str] = []

    class Counted(Sweeper):
        def run(self, *args: Any) -> Any:
            ran.append(str(self.kind))
            return super().run(*args)

    monkeypatch.setattr(ablate_sweep, "Sweeper", Counted)
    return ran


def test_a_sweep_is_run_once_for_all_plans_and_again_for_what_it_depends_on(counted: list[str]) -> None:
    view = view_of()
    first = sweep_of(view, "leave-one-out", Mode("off"), 0, "")
    edited = View(view.engine, view.picture, "noise", EditPlan.parse("SE_1_1=zero"), "dark", {})
    assert sweep_of(edited, "leave-one-out", Mode("off"), 0, "") is first
    direct = Sweeper(view.engine, view.picture, target=0).run()
    assert [row.edits for row in first.rows] == [row.edits for row in direct.rows], "the plan at hand is not in it"
    assert len(counted) == 1
    sweep_of(view, "leave-one-out", Mode("off"), 1, "")
    sweep_of(view, "leave-one-out", Mode("zero"), 0, "")
    sweep_of(view, "pairs", Mode("off"), 0, "")
    sweep_of(View(view.engine, picture(seed=1), "x", EditPlan(), "light", {}), "leave-one-out", Mode("off"), 0, "")
    assert len(counted) == 5


def test_what_is_left_off_is_thrown_away_and_begun_anew(monkeypatch: pytest.MonkeyPatch, counted: list[str]) -> None:
    """Streamlit ends a script by raising at the next call, here at the bar."""

    class PersonDidSomethingError(Exception):
        pass

    told: list[str] = []

    class Bar:
        def progress(self, share: float, text: str) -> None:
            told.append(text)
            raise PersonDidSomethingError

    view = view_of()
    with monkeypatch.context() as patched:
        patched.setattr(ablate_sweep.st, "progress", lambda *_: Bar())
        with pytest.raises(PersonDidSomethingError):
            sweep_of(view, "pairs", Mode("off"), 0, "Measuring", cancel="_asked")
    assert told == ["Measuring: 0 of 3"], "it ended after the first part"
    assert len(caches.sweeps()) == 0
    assert len(sweep_of(view, "pairs", Mode("off"), 0, "Measuring").rows) == 3
    assert len(counted) == 2


def test_the_end_of_a_sweep_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []

    class Bar:
        def progress(self, share: float, text: str) -> None:
            shares.append(share)

    monkeypatch.setattr(ablate_sweep.st, "progress", lambda *_: Bar())
    sweep_of(view_of(), "pairs", Mode("off"), 0, "")
    assert shares == [0, 1 / 3, 2 / 3], "what is complete is kept even if the person did something"


def test_a_donor_that_the_plan_does_not_name_is_a_sample() -> None:
    view, donor = view_of(), samples()[1].id
    mode = Mode("donor", key=donor)
    assert sweep_key(view, "pairs", mode, 0)[4] == open_sample(donor).digest
    sweep = sweep_of(view, "leave-one-out", mode, 0, "")
    gates = view.engine.trace(open_sample(donor)).gates
    direct = Sweeper(view.engine, view.picture, mode=mode, target=0, donors={donor: gates}).run()
    assert [row.target_logit_delta for row in sweep.rows] == pytest.approx(
        [row.target_logit_delta for row in direct.rows], abs=1e-5
    )
    assert samples()[1].title["en"] in tell_edit(mode)


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        (Mode("off"), "bypassed"),
        (Mode("mean"), "means"),
        (Mode("zero"), "closed"),
        (Mode("constant", value=0.25), "0.25"),
        (Mode("shuffle", seed=7), "seed 7"),
    ],
)
def test_modes_in_words(mode: Mode, text: str) -> None:
    assert text in tell_edit(mode)


def test_the_cost_says_one_pass_or_why_not() -> None:
    for kind, wanted in ((Toy, "2 plans in one pass that grows"), (Untraceable, "one by one, the slow way")):
        view = view_of(kind)
        text = tell_cost(view, sweep_of(view, "leave-one-out", Mode("off"), 0, ""))
        assert wanted in text
        assert " s on cpu" in text
        assert ("hooks" in text) == (kind is Untraceable)


def test_the_order_of_the_bars() -> None:
    view = view_of()
    sweep = sweep_of(view, "leave-one-out", Mode("zero"), 0, "")
    for measure, field in (("logit", "target_logit_delta"), ("probability", "target_probability_delta"), ("kl", "kl")):
        places = ranked(sweep, measure, "effect")
        sizes = [abs(getattr(sweep.rows[place], field)) for place in places]
        assert sorted(places) == [0, 1]
        assert sizes == sorted(sizes, reverse=True)
        assert ranked(sweep, measure, "depth") == [0, 1]


def test_a_pair_is_chosen_by_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(ablate_sweep.st, "session_state", state)
    select_pair("SE_2_1|SE_3_4")
    assert state == {PAIR: ("SE_2_1", "SE_3_4"), BLOCK: "SE_3_4"}


class FakePair:
    def __init__(self, earlier: str, later: str, interaction: float) -> None:
        self.earlier, self.later, self.interaction = earlier, later, interaction


def test_before_a_click_the_strongest_pair_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(ablate_sweep.st, "session_state", state)
    pairs: Any = [FakePair("a", "b", 0.5), FakePair("a", "c", -2.0), FakePair("b", "c", 1.0)]
    assert chosen_pair(pairs) is pairs[1]
    state[PAIR] = ("b", "c")
    assert chosen_pair(pairs) is pairs[2]
    state[PAIR] = ("b", "of another network")
    assert chosen_pair(pairs) is pairs[1]


def test_an_order_that_is_rounding_is_told_as_such() -> None:
    view = view_of()
    sweep = sweep_of(view, "leave-one-out", Mode("zero"), 0, "")
    assert not is_rounding(sweep)
    rows = tuple(replace(row, target_logit_delta=1e-9) for row in sweep.rows)
    assert is_rounding(replace(sweep, rows=rows))


def test_the_csv_says_what_it_is_about_and_runs_nothing_in_a_spreadsheet() -> None:
    view = view_of()
    sweep = sweep_of(view, "leave-one-out", Mode("zero"), 0, "")
    named = replace(view, picture=replace(view.picture, name="=1+1.png"))
    table = pd.DataFrame([{"Edit": str(row.edits), **figures_of(row)} for row in sweep.rows])
    read = pd.read_csv(io.StringIO(csv_text(file_table(lambda: table, lambda: about(named, sweep)))))
    assert list(read["Edit"]) == [str(row.edits) for row in sweep.rows]
    assert list(read["Logit change"]) == pytest.approx([row.target_logit_delta for row in sweep.rows])
    assert list(read["KL (nats)"]) == pytest.approx([row.kl for row in sweep.rows])
    assert list(read["Flipped"]) == [row.flipped for row in sweep.rows]
    assert set(read["Picture"]) == {"'=1+1.png"}
    assert set(read["Class"]) == {sweep.baseline.target.label}
    assert list(read["Logit before"]) == pytest.approx([sweep.baseline.target.logit] * len(sweep.rows))
