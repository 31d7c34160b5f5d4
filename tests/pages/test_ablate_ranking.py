"""The Ablate page's ranking and pairs, driven as a session."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from se_explorer.analysis import Sweep, Sweeper, pairs_of
from se_explorer.engine import Engine
from se_explorer.figures import number
from se_explorer.images import open_sample, samples
from se_explorer.ui import ablate_sweep
from tests.pages.driver import assert_healthy, open_app, tables, texts

FIRST, SECOND = samples()[0].id, samples()[1].id
UNSURE = "astronaut"  # of no class that the network knows, so that many a block decides its answer


def sweep_of(
    engine: Engine, kind: str = "leave-one-out", mode: str = "off", target: int | None = None, sample: str = FIRST
) -> Sweep:
    """What the page must show for a sample."""
    donors = {SECOND: engine.trace(open_sample(SECOND)).gates}
    return Sweeper(engine, open_sample(sample), kind, mode=mode, target=target, donors=donors).run()


def chart(app: Any, alt: str) -> Any:
    """The specification of the chart whose alternative text begins so."""
    (found,) = [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith(alt)]
    return json.loads(found.proto.spec)


def bars(app: Any, alt: str = "change of the logit") -> tuple[list[str], list[str]]:
    """Blocks from top to bottom, and what stands at their bars."""
    shown = chart(app, alt)["data"][0]
    return shown["customdata"], shown["text"]


def figure(text: str) -> float:
    """The value that stands at a bar."""
    return float(text.removesuffix(" flips").replace("−", "-"))


def expected(engine: Engine, sweep: Sweep) -> tuple[list[str], list[str]]:
    """The same, from a sweep: the largest change of the logit first."""
    named = zip(engine.channels, sweep.rows, strict=True)
    order = sorted(named, key=lambda pair: -abs(pair[1].target_logit_delta))
    return [name for name, _ in order], [
        number(row.target_logit_delta, signed=True) + " flips" * row.flipped for _, row in order
    ]


def assert_ranks(app: Any, engine: Engine, sweep: Sweep) -> None:
    """The chart is the sweep's, up to the rounding of another thread count."""
    names, shown = bars(app)
    wanted, told = expected(engine, sweep)
    assert len(names) == len(engine.blocks)
    assert names[:3] == wanted[:3]
    assert dict(zip(names, shown, strict=True))[wanted[0]] == told[0]
    by_hand = {name: row.target_logit_delta for name, row in zip(engine.channels, sweep.rows, strict=True)}
    for name, text in zip(names, shown, strict=True):
        assert figure(text) == pytest.approx(by_hand[name], abs=2e-4, rel=6e-3)
    flipped = {name for name, row in zip(engine.channels, sweep.rows, strict=True) if row.flipped}
    assert {name for name, text in zip(names, shown, strict=True) if text.endswith(" flips")} == flipped


def test_the_ranking_is_there_without_a_click_and_no_toggle_changes_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app("ablate")
    sweep = sweep_of(engine)
    assert_ranks(app, engine, sweep)
    said = texts(app)
    assert "Each block alone bypassed (every gate 1), from the unedited network: the plan at hand is not in it" in said
    worth = re.search(r"16 plans in one pass that grows: the work of ([0-9.]+) forward passes", said)
    assert worth
    assert float(worth[1]) == pytest.approx(sweep.forward_equivalents, abs=1), "less what an earlier run has kept"
    assert "intervention on the trained network" in said
    assert "Ranking as CSV" in [button.proto.label for button in app.get("download_button")]
    monkeypatch.setattr(ablate_sweep, "Sweeper", lambda *_, **__: pytest.fail("it was measured again"))
    first = bars(app)
    app.toggle(key="_on_SE_5_1").set_value(False).run()
    assert_healthy(app)
    assert bars(app) == first


def test_measure_and_order_are_obeyed_and_stand_in_the_address(engine: Engine) -> None:
    app = open_app("ablate", order="depth", measure="kl")
    sweep = sweep_of(engine)
    names, shown = bars(app, "KL divergence")
    assert names == list(engine.channels)
    assert [figure(text) for text in shown] == pytest.approx([row.kl for row in sweep.rows], abs=2e-5, rel=2e-2)
    app.selectbox(key="measure").set_value("probability").run()
    app.selectbox(key="order").set_value("effect").run()
    assert_healthy(app)
    names, _ = bars(app, "change of the probability")
    blocks = dict(zip(engine.channels, sweep.rows, strict=True))
    assert names[0] == max(blocks, key=lambda name: abs(blocks[name].target_probability_delta))
    assert app.query_params["measure"] in ("probability", ["probability"])
    assert "order" not in app.query_params


def test_the_ranking_follows_mode_and_class(engine: Engine) -> None:
    app = open_app("ablate", mode="zero", target="4")
    assert_ranks(app, engine, sweep_of(engine, mode="zero", target=4))
    app.selectbox(key="mode").set_value("donor").run()
    app.selectbox(key="donor").set_value(SECOND).run()
    assert_healthy(app)
    assert_ranks(app, engine, sweep_of(engine, mode=f"donor:{SECOND}", target=4))


def test_blocks_that_flip_the_answer_are_marked_and_counted(engine: Engine) -> None:
    app = open_app("ablate", picture=UNSURE)
    sweep = sweep_of(engine, sample=UNSURE)
    flips = sum(row.flipped for row in sweep.rows)
    assert flips
    assert_ranks(app, engine, sweep)
    shown = chart(app, "change of the logit")["data"]
    assert shown[0]["marker"]["pattern"]["shape"].count("/") == flips
    assert shown[1]["name"] == f"the answer flips ({flips})"


def test_the_block_that_is_looked_at_is_marked() -> None:
    app = open_app("ablate", block="SE_2_2")
    shown = chart(app, "change of the logit")
    assert "<b>SE_2_2</b>" in shown["layout"]["yaxis"]["ticktext"]
    assert "selected: SE_2_2" in [trace.get("name") for trace in shown["data"]]


def test_pairs_are_measured_when_asked_and_stay_until_something_else_is_looked_at(engine: Engine) -> None:
    app = open_app("ablate")
    assert "16 blocks alone and 120 pairs are 136 plans" in texts(app)
    assert not [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith("interaction")]
    app.button(key="_measure_pairs").click().run()
    assert_healthy(app)
    pairs = pairs_of(sweep_of(engine, "pairs"), list(engine.channels))
    strongest = max(pairs, key=lambda pair: abs(pair.interaction))
    assert "120 pairs of 16 blocks" in next(
        chart.proto.alt for chart in app.get("plotly_chart") if chart.proto.alt.startswith("interaction")
    )
    assert f"### {strongest.earlier} and {strongest.later}" in texts(app)
    assert f"interaction: **{number(strongest.interaction, signed=True)}**" in texts(app)
    table = tables(app, "Interaction")[0]
    assert len(table) == 120
    assert tuple(table.iloc[0][["Earlier block", "Later block"]]) == (strongest.earlier, strongest.later)
    assert table.iloc[0]["Interaction"] == pytest.approx(strongest.interaction, abs=1e-3)
    app.toggle(key="_on_SE_2_1").set_value(False).run()
    assert_healthy(app)
    assert chart(app, "interaction")
    app.selectbox(key="mode").set_value("mean").run()
    assert_healthy(app)
    assert not [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith("interaction")]
    assert app.button(key="_measure_pairs")


def test_a_chosen_pair_is_told_with_its_four_figures(engine: Engine) -> None:
    app = open_app("ablate")
    app.button(key="_measure_pairs").click().run()
    app.session_state["_pair"] = ("SE_4_1", "SE_5_3")
    app.run()
    assert_healthy(app)
    pairs = pairs_of(sweep_of(engine, "pairs"), list(engine.channels))
    pair = next(pair for pair in pairs if (pair.earlier, pair.later) == ("SE_4_1", "SE_5_3"))
    said = texts(app)
    for text, value in (
        ("SE_4_1 alone", pair.first.target_logit_delta),
        ("SE_5_3 alone", pair.second.target_logit_delta),
        ("both", pair.both.target_logit_delta),
    ):
        assert f"- {text}: **{number(value, signed=True)}**" in said
    assert "selected: SE_4_1 and SE_5_3" in [trace.get("name") for trace in chart(app, "interaction")["data"]]


def test_a_cancelled_request_offers_the_button_again() -> None:
    app = open_app("ablate")
    app.session_state["_pairs_asked"] = "something else"
    app.run()
    assert_healthy(app)
    assert app.button(key="_measure_pairs")
