"""The Ablate page, driven as a session."""

from __future__ import annotations

import pytest

from se_explorer.analysis import Effect, compare
from se_explorer.engine import EditPlan, Engine
from se_explorer.images import open_sample, samples
from se_explorer.language import decimal
from se_explorer.ui import caches
from tests.pages.driver import assert_healthy, metric, open_app, plan, tables, texts

FIRST = samples()[0].id


def effect_of(engine: Engine, edits: str, target: int | None = None) -> Effect:
    """What the page must show for the first sample under these edits."""
    picture = open_sample(FIRST)
    donors = {sample.id: engine.trace(open_sample(sample.id)).gates for sample in samples()[:2]}
    return compare(engine.trace(picture), engine.trace(picture, edits, donors=donors), target)


def assert_shows(app: object, effect: Effect) -> None:
    """The metrics are those of the effect."""
    probability, logit = metric(app, "Probability"), metric(app, "Logit")
    assert probability.help == logit.help == f"Of {effect.before.label}, the class that is watched."
    assert probability.value == f"{effect.after.probability:.1%}"
    assert logit.value == decimal(effect.after.logit, 3)
    assert logit.delta == f"{effect.logit_delta:+.3f}"
    assert metric(app, "KL").value == f"{effect.kl:.4f}"
    answer = metric(app, "Answer")
    assert answer.value == ("yes" if effect.flipped else "no")
    assert answer.delta == (f"to {effect.answer_after.label}" if effect.flipped else "")


def test_first_visit_has_a_toggle_for_every_block_and_no_change(engine: Engine) -> None:
    app = open_app("ablate")
    keys = {toggle.key for toggle in app.toggle}
    assert {f"_on_{block.name}" for block in engine.blocks} <= keys
    assert {"_on_all", "_on_stage_2", "_on_stage_3", "_on_stage_4", "_on_stage_5"} <= keys
    assert all(toggle.value for toggle in app.toggle)
    assert_shows(app, effect_of(engine, ""))
    assert "intervention on a trained network" in texts(app)
    assert not tables(app, "Plan")


def test_a_toggle_switches_its_block_and_shows_the_new_result_at_once(engine: Engine) -> None:
    app = open_app("ablate")
    app.toggle(key="_on_SE_2_1").set_value(False).run()
    assert_healthy(app)
    assert plan(app) == "SE_2_1=off"
    assert_shows(app, effect_of(engine, "SE_2_1=off"))
    assert app.toggle(key="_on_stage_2").value is False
    app.toggle(key="_on_SE_2_1").set_value(True).run()
    assert plan(app) == ""
    assert_shows(app, effect_of(engine, ""))


def test_the_page_says_where_a_run_was_taken_up(engine: Engine) -> None:
    app = open_app("ablate")
    caches.moments().drop(lambda _: True)
    caches._traces().drop(lambda _: True)
    app.run()
    assert "Worked out from" not in texts(app)
    names = list(engine.channels)
    app.toggle(key=f"_on_{names[-2]}").set_value(False).run()
    assert f"Worked out from {names[-2]} on; the {len(names) - 2} blocks before it came from an earlier run." in texts(
        app
    )
    assert_shows(app, effect_of(engine, f"{names[-2]}=off"))


def test_stage_and_all_switches(engine: Engine) -> None:
    app = open_app("ablate")
    app.toggle(key="_on_stage_3").set_value(False).run()
    assert plan(app) == "SE_3_1=off;SE_3_2=off;SE_3_3=off;SE_3_4=off"
    assert_shows(app, effect_of(engine, "SE_3_*=off"))
    app.toggle(key="_on_all").set_value(True).run()
    assert plan(app) == "", "switching all on takes every block's mode away"
    app.toggle(key="_on_all").set_value(False).run()
    assert EditPlan.parse(plan(app)) == engine.fit("*=off")
    assert not any(toggle.value for toggle in app.toggle)
    assert_shows(app, effect_of(engine, "*=off"))
    assert_healthy(app)


@pytest.mark.parametrize(
    ("kind", "extra", "text"),
    [
        ("mean", {}, "mean"),
        ("zero", {}, "zero"),
        ("constant", {"slider": ("constant", 0.25)}, "constant:0.25"),
        ("shuffle", {"number_input": ("seed", 7)}, "shuffle:7"),
        ("donor", {"selectbox": ("donor", samples()[1].id)}, f"donor:{samples()[1].id}"),
    ],
)
def test_blocks_that_are_off_follow_the_mode(engine: Engine, kind: str, extra: dict, text: str) -> None:
    app = open_app("ablate")
    app.toggle(key="_on_SE_3_1").set_value(False).run()
    app.selectbox(key="mode").set_value(kind).run()
    for widget, (key, value) in extra.items():
        getattr(app, widget)(key=key).set_value(value).run()
    assert_healthy(app)
    assert plan(app) == f"SE_3_1={text}"
    assert_shows(app, effect_of(engine, f"SE_3_1={text}"))
    app.toggle(key="_on_SE_3_2").set_value(False).run()
    assert plan(app) == f"SE_3_1={text};SE_3_2={text}"


def test_one_gate_on_a_slider_and_back(engine: Engine) -> None:
    app = open_app("ablate", block="SE_2_3", channel="11")
    app.slider(key="_gate_SE_2_3_11").set_value(0.07).run()
    assert_healthy(app)
    assert plan(app) == "SE_2_3.11=0.07"
    assert_shows(app, effect_of(engine, "SE_2_3.11=0.07"))
    assert "applied now: 0.0700 (set by hand)" in texts(app)
    app.toggle(key="_on_SE_2_3").set_value(False).run()
    assert plan(app) == "SE_2_3=off;SE_2_3.11=0.07", "a mode leaves single gates alone"
    app.button(key="_back").click().run()
    assert plan(app) == "SE_2_3=off"


def test_another_class_can_be_watched(engine: Engine) -> None:
    app = open_app("ablate", edits="SE_2_1=zero")
    app.selectbox(key="target").set_value(4).run()
    assert_healthy(app)
    assert_shows(app, effect_of(engine, "SE_2_1=zero", 4))


def test_plans_tried_are_kept_once_each_across_pages_and_can_be_cleared(engine: Engine) -> None:
    app = open_app("ablate")
    for name in ("SE_2_1", "SE_5_3"):
        app.toggle(key=f"_on_{name}").set_value(False).run()
    app.toggle(key="_on_SE_5_3").set_value(True).run()
    table = tables(app, "Plan")[0]
    assert list(table["Plan"]) == ["SE_2_1=off;SE_5_3=off", "SE_2_1=off"]
    effect = effect_of(engine, "SE_2_1=off")
    row = table.iloc[1]
    assert row["Logit change"] == pytest.approx(effect.logit_delta, abs=1e-5)
    assert row["Probability after"] == pytest.approx(effect.after.probability, abs=1e-6)
    assert bool(row["Flipped"]) == effect.flipped
    assert "Download as CSV" in [button.proto.label for button in app.get("download_button")]
    app.switch_page("pages/explore.py").run()
    app.switch_page("pages/ablate.py").run()
    assert_healthy(app)
    assert len(tables(app, "Plan")[0]) == 2
    app.button(key="_clear_history").click().run()
    assert_healthy(app)
    assert list(tables(app, "Plan")[0]["Plan"]) == ["SE_2_1=off"], "the present plan is tried again at once"


def test_a_plan_that_does_not_fit_is_explained_and_the_page_goes_on() -> None:
    app = open_app("ablate", edits="SE_2_1.5000=0.5")
    assert "a channel of SE_2_1, 0 to 95" in app.error[0].value
    assert metric(app, "Answer").value == "no"
    app.text_input(key="edits").set_value("SE_2_1.5=0.5").run()
    assert not app.error


def test_two_sessions_do_not_meet() -> None:
    one, other = open_app("ablate"), open_app("ablate")
    one.toggle(key="_on_SE_2_1").set_value(False).run()
    other.run()
    assert plan(one) == "SE_2_1=off"
    assert plan(other) == ""
    assert not tables(other, "Plan")
