"""The Compare page, driven as a session."""

from __future__ import annotations

import json
from typing import Any

import pytest

from se_explorer.analysis import Contrast, contrast, contrast_logits
from se_explorer.engine import Engine
from se_explorer.images import decode_picture, open_sample, samples
from tests.pages.driver import assert_healthy, open_app, texts

FIRST, SECOND = samples()[0].id, samples()[1].id
TWIN = "timm:efficientnet_b0|random:0"


def chart(app: Any, alt: str) -> Any:
    """The specification of the chart whose alternative text begins so."""
    (found,) = [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith(alt)]
    return json.loads(found.proto.spec)


def expected(engine: Engine, left: str = "", right: str = "", sample: str = SECOND) -> Contrast:
    """What the page must show for two samples and two plans."""
    return contrast(engine.trace(open_sample(FIRST), left), engine.trace(open_sample(sample), right))


def assert_shows(app: Any, found: Contrast) -> None:
    """The table is the comparison's, up to the rounding of another thread count."""
    table = app.dataframe[-1].value
    assert table["Block"].tolist() == [row.name for row in found.blocks]
    for place, row in enumerate(found.blocks):
        shown = table.iloc[place]
        assert shown["Distance of distributions"] == pytest.approx(row.quantile_distance, abs=1e-4)
        if row.distance is not None:
            assert shown["Distance"] == pytest.approx(row.distance, abs=1e-4)
        if row.pearson is not None:
            assert shown["Correlation"] == pytest.approx(row.pearson, abs=1e-3)


def headlines(app: Any) -> list[str]:
    """The answers of both sides."""
    return [element.value for element in app.markdown if element.value.startswith(("## Left", "## Right"))]


def answer(engine: Engine, side: str, picture: Any, plan: str = "") -> str:
    best = engine.trace(picture, plan).top(1)[0]
    return f"## {side}: {best.label}, {best.probability:.1%}"


def test_the_first_visit_compares_with_another_sample(engine: Engine) -> None:
    app = open_app("compare")
    assert headlines(app) == [
        answer(engine, "Left", open_sample(FIRST)),
        answer(engine, "Right", open_sample(SECOND)),
    ]
    found = expected(engine)
    assert_shows(app, found)
    bars = chart(app, "Pearson's correlation of the gates: 16 bars")["data"][0]
    assert bars["customdata"] == [row.name for row in found.blocks]
    assert chart(app, "Gates s: 384 points")
    assert chart(app, "Logits: 10 points")
    logits = contrast_logits(engine.trace(open_sample(FIRST)), engine.trace(open_sample(SECOND)))
    assert logits.kl is not None
    shown = {element.label: element.value for element in app.metric}
    assert float(shown["KL (nats)"]) == pytest.approx(logits.kl, rel=1e-3)
    assert shown["Same answer"] == "no"
    assert len(app.get("image")) == 6, "two crops, a channel on both sides, nine channels on both sides"
    assert all(drawn.proto.alt for drawn in app.get("plotly_chart"))


def test_the_right_never_is_the_lefts_sample(engine: Engine) -> None:
    app = open_app("compare", picture=SECOND)
    assert app.selectbox(key="versus_picture").value == FIRST
    app.selectbox(key="picture").set_value(FIRST).run()
    assert_healthy(app)
    assert app.selectbox(key="versus_picture").value == SECOND
    assert "parachute" not in headlines(app)[0]
    app.selectbox(key="versus_picture").set_value("church").run()
    assert_healthy(app)
    assert headlines(app)[1] == answer(engine, "Right", open_sample("church"))
    assert app.query_params["versus_picture"] in ("church", ["church"])


def test_both_sides_have_the_plan_at_hand(engine: Engine) -> None:
    app = open_app("compare", edits="SE_2_1=off", block="SE_3_2", channel="3")
    assert_shows(app, expected(engine, "SE_2_1=off", "SE_2_1=off"))
    said = texts(app)
    assert "Without a correlation, since all gates of one side are the same: SE_2_1." in said
    assert "Channel 3 of SE_3_2 on both sides" in said


def test_two_plans(engine: Engine) -> None:
    app = open_app("compare", versus="plan")
    assert "Both sides have the same plan" in texts(app)
    assert "No gate of SE_4_6 differs" in texts(app)
    app.button(key="_versus_bypass").click().run()
    assert_healthy(app)
    assert app.text_input(key="versus_edits").value == "SE_4_6=off"
    assert_shows(app, expected(engine, "", "SE_4_6=off", FIRST))
    assert "Both sides have the same plan" not in texts(app)
    app.text_input(key="versus_edits").set_value("SE_4_6=nonsense").run()
    assert_healthy(app)
    assert "one of the modes" in app.error[0].value
    assert "Until the plan can be read, the right runs without edits" in texts(app)
    app.text_input(key="versus_edits").set_value(f"SE_5_1=donor:{SECOND}").run()
    assert_healthy(app)
    assert not app.error


def test_a_long_plan_is_cut_on_the_axes_and_whole_beside_the_answer() -> None:
    app = open_app("compare", versus="plan", versus_edits="SE_4_*=mean")
    title = chart(app, "Gates s: 384 points")["layout"]["yaxis"]["title"]["text"]
    assert "SE_4_1=mean;SE_4_2=mean" in title
    assert title.endswith("…")
    assert max(len(line) for line in title.split("<br>")) <= 60
    assert "`SE_4_1=mean;SE_4_2=mean;SE_4_3=mean;SE_4_4=mean;SE_4_5=mean;SE_4_6=mean`" in texts(app)


def test_the_untrained_twin(engine: Engine) -> None:
    app = open_app("compare", versus="network")
    assert app.selectbox(key="versus_network").value == f"{engine.network.id}|random:0"
    assert headlines(app)[0] == answer(engine, "Left", open_sample(FIRST))
    said = texts(app)
    assert "These weights are random (random:0)" in said
    assert "Channels of two networks are matched by number alone" in said
    assert chart(app, "Gates s: 384 points")


def test_a_network_of_other_widths_and_classes(engine: Engine) -> None:
    app = open_app("compare", versus="network", versus_network=TWIN, edits="SE_3_4=off")
    said = texts(app)
    assert "The edit plan does not fit the network on the right" in said
    assert "SE_4_6 (384 and 672 channels)" not in said, "the distributions of two sizes have a bar"
    assert "Only on the left: SE_2_3, SE_3_3, SE_3_4." in said
    assert "Only on the right: SE_1_1, SE_5_4, SE_5_5." in said
    assert chart(app, "Quantiles of the gates: quantiles of 384 and 672 values")
    assert chart(app, "root mean square distance of the quantiles: 13 bars")
    assert "Of the 2 classes whose names both networks have" in said
    assert "differ most" not in said
    app.selectbox(key="agreement").set_value("pearson").run()
    assert_healthy(app)
    assert "SE_4_6 (384 and 672 channels)" in texts(app)
    app.selectbox(key="block").set_value("SE_3_3").run()
    assert_healthy(app)
    assert "SE_3_3 is only on the left" in texts(app)


def test_an_upload_stands_on_the_right_alone_and_a_bad_one_is_explained(engine: Engine, photo: bytes) -> None:
    app = open_app("compare", versus_source="upload")
    assert headlines(app)[1] == answer(engine, "Right", open_sample(SECOND)), "until there is one, a sample"
    uploader = app.file_uploader(key="_versus_upload")
    uploader.set_value(("mine.png", photo, "image/png")).run()
    assert_healthy(app)
    mine = [answer(engine, "Left", open_sample(FIRST)), answer(engine, "Right", decode_picture(photo))]
    assert headlines(app) == mine
    assert "mine.png: 200 x 150 px. It is in no link." in texts(app)
    for data in (b"Dear diary", photo[:80], b""):
        app.file_uploader(key="_versus_upload").set_value(("bad.png", data, "image/png")).run()
        assert_healthy(app)
        assert len(app.error) == 1
        assert headlines(app) == mine, "the picture before stays"
    app.switch_page("pages/explore.py").run()
    app.switch_page("pages/compare.py").run()
    assert_healthy(app)
    assert headlines(app) == mine


@pytest.mark.parametrize(
    "query",
    [
        {"versus": "x"},
        {"versus_picture": "../../etc/passwd"},
        {"versus": "network", "versus_network": "<script>|pretrained"},
        {"versus": "network", "versus_network": "seresnet50-imagenette|pretrained"},
        {"versus": "plan", "versus_edits": "SE_9_9=off"},
        {"versus": "plan", "versus_edits": "🙂" * 1000},
        {"versus_source": "camera"},
        {"agreement": "-1"},
    ],
    ids=str,
)
def test_a_wrong_address_still_compares(query: dict[str, str]) -> None:
    app = open_app("compare", **query)
    assert len(headlines(app)) == 2


def test_a_network_that_is_not_there_is_explained_and_another_can_be_chosen() -> None:
    app = open_app("compare", versus="network", versus_network="timm:nope|random:0")
    assert "got 'nope'" in app.error[0].value
    app.selectbox(key="versus_network").set_value("seresnet50-imagenette|random:0").run()
    assert_healthy(app)
    assert len(headlines(app)) == 2
