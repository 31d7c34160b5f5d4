"""The Architecture page, driven as a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.analysis.complexity import architecture_of
from se_explorer.engine import EditPlan, Engine
from se_explorer.images import open_sample, samples
from se_explorer.models import open_network
from se_explorer.ui import sidebar
from se_explorer.ui.architecture import architecture
from se_explorer.ui.state import View
from tests.networks import Untraceable, open_toy
from tests.pages.driver import ROOT, TIMEOUT, assert_healthy, metric, open_app, texts


def terms(app: AppTest) -> dict[str, str]:
    """The sum of equation 5 and the count."""
    return dict(zip(app.table[0].value["Term"], app.table[0].value["Parameters"], strict=True))


@contextmanager
def opened(engine: Engine) -> Iterator[AppTest]:
    """The page for a network that is not in the side bar's list."""
    first = samples()[0].id
    view = View(engine, open_sample(first), first, EditPlan(), "light", {})
    with patch.object(sidebar, "open_view", lambda: view):
        app = AppTest.from_file(str(ROOT / "pages" / "architecture.py"), default_timeout=TIMEOUT).run()
        assert_healthy(app)
        yield app


def test_the_bundled_network(engine: Engine) -> None:
    app = open_app("architecture")
    found = architecture_of(engine.network)
    assert metric(app, "Parameters").value == f"{found.parameters:,}" == "3,681,826"
    assert metric(app, "Parameters of SE").value == "353,664"
    assert metric(app, "Parameters of SE").delta == "+10.6% on the network without SE"
    assert metric(app, "Multiply-adds").value == "197.1 M"
    said = texts(app)
    assert "16 SE blocks, 10 classes, one picture of 128 x 128 px" in said
    assert "Equation 5 gives **353,664**; counted **353,664**. They agree." in said
    assert "**62.5%**" in said
    assert "Table 1" not in said
    table = app.dataframe[0].value
    assert list(table["Block"]) == [block.name for block in engine.blocks]
    assert table["Parameters"].sum() == 353_664
    totals = app.dataframe[1].value
    assert list(totals["Parameters"]) == [353_664, 3_328_162, 3_681_826]
    assert terms(app) == {"Equation 5": "353,664", "= counted": "353,664"}
    html = app.get("html")[0]  # the last mends the contrast of every page
    assert "SE fc, [6, 96]" in html.proto.body
    (image,) = app.get("image")
    assert image.proto.imgs[0].alt.startswith("X goes through 1x1, 96; 3x3, 96; 1x1, 384, SE_4_6")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_a_files_name_is_its_sessions_alone(engine: Engine) -> None:
    """Two people bring the same file under two names; what was read off the layers is kept for both."""
    for title in ("SE-ResNet-50, anna.safetensors", "SE-ResNet-50, mine.safetensors"):
        network = replace(engine.network, title=title, weights="file:0123456789ab")
        view = View(Engine(network, "cpu"), open_sample("church"), "church", EditPlan(), "light", {})
        assert architecture(view).title == title


def test_the_slider_and_the_block_are_in_the_address() -> None:
    app = open_app("architecture", r="2", block="SE_2_1")
    assert app.select_slider(key="r").value == "2"
    assert "**SE_2_1**, module `layer1.0.se`" in texts(app)
    assert terms(app) == {"Equation 5": "2,829,312", "= what the layers would hold": "2,829,312"}
    app.select_slider(key="r").set_value("64").run()
    assert_healthy(app)
    assert app.query_params["r"] == "64"
    assert "the same layers with this r would hold **88,128**" in texts(app)
    assert list(terms(app).values()) == ["88,416", "−288", "88,128"]
    app.selectbox(key="block").set_value("SE_5_3").run()
    assert "**SE_5_3**, module `layer4.2.se`" in texts(app)
    assert app.query_params["block"] == "SE_5_3"


@pytest.mark.parametrize("r", ["3", "-1", "0", "NaN", "<script>", "9" * 500])
def test_a_strange_r_is_ignored(r: str) -> None:
    app = open_app("architecture", r=r)
    assert app.select_slider(key="r").value == "16"


@pytest.mark.slow
def test_se_resnet_50_beside_what_the_paper_prints() -> None:
    with opened(Engine(open_network("timm:seresnet50", "random:0"), "cpu")) as app:
        said = texts(app)
    assert metric(app, "Parameters").value == "28,088,024"
    assert metric(app, "Parameters of SE").delta == "+9.9% on the network without SE"
    assert "Equation 5 gives **2,514,944**; counted **2,530,992**" in said
    assert "Stage 5 holds **62.5%**" in said
    assert "without those of stage 5 it is **+3.7%**" in said
    assert "These are the rows of SE-ResNet-50 in the paper's Table 1" in said
    assert "ResNet v1.5" in said
    assert list(app.table[1].value["Printed in Table 2 of the paper"]) == ["3.86 G", "3.87 G"]
    assert list(app.table[1].value["This network, counted"]) == ["4.089 G", "4.092 G"]
    published = app.dataframe[3].value
    assert list(published["Paper: parameters (M)"]) == [45.7, 35.7, 30.7, 28.1, 26.9, 25.6]
    assert published["This network (M)"].iloc[3] == pytest.approx(28.088024)


def test_a_network_run_by_hooks() -> None:
    engine = Engine(open_toy(Untraceable), "cpu")
    assert not engine.traced
    with opened(engine) as app:
        assert list(app.dataframe[0].value["Block"]) == ["SE_1_1", "SE_2_1"]
        assert app.select_slider(key="r").value == "4"
