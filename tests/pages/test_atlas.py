"""The Gate atlas page, driven as a session."""

from __future__ import annotations

import base64
import io
import json
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from se_explorer.analysis import bin_network, gate_deviation, gate_range, gate_shape
from se_explorer.engine import EditPlan, Engine, Trace
from se_explorer.figures import number
from se_explorer.images import open_sample, samples
from se_explorer.report import csv_text, file_table
from se_explorer.ui import sidebar
from se_explorer.ui.atlas import tell_widths
from se_explorer.ui.atlas_shapes import about_gates, shape_file, shapes_of
from se_explorer.ui.state import View
from tests.networks import open_family, picture
from tests.pages.driver import assert_healthy, open_app, texts

FIRST = samples()[0].id


def chart(app: Any, alt: str) -> Any:
    """The specification of the chart whose alternative text begins so."""
    (found,) = [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith(alt)]
    return json.loads(found.proto.spec)


def cells(heat: Any) -> np.ndarray:
    """The heat map's numbers as they are sent."""
    z = heat["z"]
    shape = tuple(int(part) for part in z["shape"].split(","))
    return np.frombuffer(base64.b64decode(z["bdata"]), z["dtype"]).reshape(shape)


def leads(points: Any) -> list[int]:
    """The channels that a row's cells lead to."""
    return np.frombuffer(base64.b64decode(points["customdata"]["bdata"]), points["customdata"]["dtype"]).tolist()


def view_of(engine: Engine, plan: str = "") -> View:
    return View(engine, open_sample(FIRST), FIRST, engine.fit(plan), "light", {})


def test_the_first_visit_shows_every_gate_of_the_network(engine: Engine) -> None:
    app = open_app("atlas")
    trace = engine.trace(open_sample(FIRST))
    shown = chart(app, "gate: 16 blocks of 96 to 768 channels")
    heat = cells(shown["data"][0])
    assert heat.shape == (16, 256)
    gates = np.sort(trace.block("SE_2_1").applied)
    np.testing.assert_allclose(heat[0], np.rint(255 * gates[np.arange(256) * 96 // 256]), atol=1)
    wide = np.sort(trace.block("SE_5_3").applied.astype(np.float64)).reshape(256, 3)
    np.testing.assert_allclose(heat[15], np.rint(255 * wide.mean(axis=1)), atol=1)
    row = next(points for points in shown["data"] if points.get("name") == "SE_2_1")
    assert set(leads(row)) == set(range(96)), "any channel can be reached"
    said = texts(app)
    assert "a cell is 1 channel in blocks of 96 and 192" in said
    assert "a cell is 3 channels in blocks of 768" in said
    assert len(app.get("image")) == 3
    assert all(drawn.proto.alt for drawn in app.get("plotly_chart"))


def test_the_figures_are_those_of_the_engines_trace(engine: Engine) -> None:
    app = open_app("atlas")
    trace = engine.trace(open_sample(FIRST))
    limits = gate_range(block.applied for block in trace.blocks)
    table = app.dataframe[0].value
    assert table["Block"].tolist() == list(engine.channels)
    for place, block in enumerate(trace.blocks):
        shape = gate_shape(block.applied, limits)
        name = block.block.name
        apart = gate_deviation(block.applied, engine.network.gate_means[name], engine.network.gate_deviations[name])
        row = table.iloc[place]
        assert row["Entropy (bits)"] == pytest.approx(shape.entropy, abs=1e-2)
        assert (row["Near 0"], row["Near 1"]) == pytest.approx((shape.shut, shape.open), abs=0.01)
        assert row["Distance"] == pytest.approx(apart.distance, abs=1e-4)
        assert row["Distance (SD)"] == pytest.approx(apart.standardised, rel=1e-3)
        assert sum(row["Distribution"]) == pytest.approx(1)
    bars = chart(app, "entropy of the gates' histogram")["data"][0]
    assert bars["customdata"] == list(engine.channels)
    app.selectbox(key="shape").set_value("standardised").run()
    assert_healthy(app)
    assert chart(app, "root mean square of gate less data-set mean, in standard deviations")


def test_distances_from_the_mean_of_a_channel_and_of_all(engine: Engine) -> None:
    app = open_app("atlas", atlas="distance", atlas_order="channel", block="SE_2_1", channel="17")
    block = engine.trace(open_sample(FIRST)).block("SE_2_1")
    gaps = block.applied - engine.network.gate_means["SE_2_1"]
    shown = chart(app, "gate less its mean: 16 blocks")
    row = next(points for points in shown["data"] if points.get("name") == "SE_2_1")
    assert leads(row) == (np.arange(256) * 96 // 256).tolist()
    assert row["text"][0] == number(gaps[0])
    usual, spread = engine.network.gate_means["SE_2_1"][17], engine.network.gate_deviations["SE_2_1"][17]
    assert f"it is {(block.applied[17] - usual) / spread:+.2f} deviations away" in texts(app)


def test_an_edited_block_is_shown_as_applied(engine: Engine) -> None:
    app = open_app("atlas", edits="SE_3_1=zero;SE_2_2=off")
    shown = chart(app, "gate: 16 blocks")
    names = shown["layout"]["yaxis"]["ticktext"]
    assert [name for name in names if name.endswith("◆")] == ["SE_2_2 ◆", "SE_3_1 ◆"]
    heat = cells(shown["data"][0])
    assert set(heat[1].tolist()) == {255}
    assert set(heat[3].tolist()) == {0}
    table = app.dataframe[0].value.set_index("Block")
    assert (table["Near 1"]["SE_2_2"], table["Near 0"]["SE_3_1"], table["Entropy (bits)"]["SE_3_1"]) == (1, 1, 0)


def test_a_network_without_means_says_how_to_get_them() -> None:
    app = open_app("atlas", model="timm:mobilenetv3_small_050", weights="random:0", atlas="distance")
    said = texts(app)
    assert "python -m se_explorer profile DIR --model timm:mobilenetv3_small_050 --out FILE" in said
    assert "no distance from them" in said
    assert chart(app, "gate: 9 blocks")
    assert app.selectbox(key="shape").options == ["Entropy", "Near 0", "Near 1"]
    assert "Distance" not in app.dataframe[0].value


def shown_page(engine: Engine) -> Any:
    """The page for a network that is not in the side bar's list."""
    view = View(engine, picture(64), "noise", EditPlan(), "dark", {})
    with patch.object(sidebar, "open_view", lambda: view):
        return open_app("atlas")


def test_gates_below_zero_break_no_scale() -> None:
    engine = Engine(open_family("inserted, identity"), "cpu")
    trace = engine.trace(picture(64))
    low = min(float(block.applied.min()) for block in trace.blocks)
    assert low < 0, "tanh"
    app = shown_page(engine)
    heat = chart(app, "gate: ")["data"][0]
    assert heat["colorbar"]["ticktext"][0] == number(low, digits=2)
    drawn = cells(heat)
    assert drawn.min() < 8, "the lowest cell is at the lower end"
    assert drawn.max() > drawn.min()
    table = app.dataframe[0].value
    assert table["Negative"].max() > 0
    assert all(sum(shares) == pytest.approx(1) for shares in table["Distribution"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "blocks", "widest"),
    [
        ("timm:seresnet50", 16, 2048),
        ("timm:senet154", 50, 2048),
        ("timm:efficientnet_b0", 16, 1152),
        ("torchvision:mobilenet_v3_large", 8, 960),
    ],
)
def test_large_and_other_networks(model: str, blocks: int, widest: int) -> None:
    app = open_app("atlas", model=model, weights="random:0")
    shown = chart(app, f"gate: {blocks} blocks of ")
    assert cells(shown["data"][0]).shape == (blocks, 256)
    assert f"to {widest} channels" in app.get("plotly_chart")[0].proto.alt
    assert len(app.get("plotly_chart")[0].proto.spec) < 4500 * blocks + 10_000


@pytest.mark.parametrize(
    "query",
    [{"atlas": "<b>"}, {"atlas_order": "x"}, {"shape": "∞"}, {"channel": "99999"}, {"block": "SE_9_9"}],
    ids=str,
)
def test_a_wrong_address_still_shows_a_result(query: dict[str, str]) -> None:
    assert chart(open_app("atlas", **query), "gate: 16 blocks")


def test_choices_stand_in_the_address_and_outlive_a_change_of_page() -> None:
    app = open_app("atlas")
    app.selectbox(key="atlas").set_value("distance").run()
    app.selectbox(key="block").set_value("SE_5_1").run()
    assert app.query_params["atlas"] in ("distance", ["distance"])
    app.switch_page("pages/explore.py").run()
    assert_healthy(app)
    assert app.selectbox(key="block").value == "SE_5_1"
    app.switch_page("pages/atlas.py").run()
    assert_healthy(app)
    assert app.selectbox(key="atlas").value == "distance"


def test_the_csv_says_what_it_is_about_and_cannot_run_as_a_formula(engine: Engine) -> None:
    view = view_of(engine, "SE_2_1=off")
    trace: Trace = engine.trace(view.picture, view.plan)
    rows, limits = shapes_of(view, trace)
    file = file_table(lambda: shape_file(rows, limits), lambda: about_gates(view))
    table = pd.read_csv(io.StringIO(csv_text(file)))
    assert table["Edits"].unique().tolist() == ["SE_2_1=off"]
    assert table["Network"].unique().tolist() == [engine.network.id]
    assert table["Share 0.9375 to 1"][0] == 1
    shares = table[[name for name in table if name.startswith("Share")]]
    assert shares.shape == (16, 16)
    assert shares.sum(axis=1).tolist() == pytest.approx([1] * 16)


def test_widths_are_told_once_for_each_size() -> None:
    rows = bin_network([np.zeros(count) for count in (8, 300, 8, 2048, 512, 400)])
    assert tell_widths(rows) == (
        "a cell is 1 channel in blocks of 8; a cell is 1 or 2 channels in blocks of 300 and 400; a cell is 2 channels "
        "in blocks of 512; a cell is 8 channels in blocks of 2048"
    )
