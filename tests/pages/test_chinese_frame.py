"""The side bar in Chinese in states that no page shows at first: own pictures, plans, other networks, files."""

from __future__ import annotations

import weakref

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.engine import EditPlan, Engine, Mode
from se_explorer.images import open_sample
from se_explorer.language import language
from se_explorer.models.cards import cards
from se_explorer.ui import sidebar_network, waiting
from se_explorer.ui.downloads import figure_name
from se_explorer.ui.take_away import Order, make_report
from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.spoken import english_left, words
from tests.pages.test_chinese import names


def left(app: AppTest) -> dict[str, list[str]]:
    assert_healthy(app)
    return english_left(app, *names())


def test_own_pictures_and_their_widgets_are_said_in_chinese(photo: bytes) -> None:
    app = open_app("results", lang="zh-Hans")
    app.segmented_control(key="source").set_value("upload").run()
    app.file_uploader(key="_upload").upload("kept.png", photo, "image/png").run()
    assert left(app) == {}
    app.segmented_control(key="source").set_value("camera").run()
    assert left(app) == {}


def test_random_weights_are_warned_of_in_chinese() -> None:
    app = open_app("results", lang="zh-Hans", model="seresnet50-imagenette", weights="random:3")
    assert "随机" in texts(app)
    assert left(app) == {}


def test_the_accuracy_of_a_network_says_in_chinese_who_published_it() -> None:
    with language("zh-Hans"):
        for card in cards().values():
            told = sidebar_network._accuracy(card)
            assert words(told, *names()) == [], told


@pytest.mark.parametrize(("place", "told"), [(-1, "正在计算。"), (2, "排在第 3 位")])
def test_waiting_is_said_in_chinese(place: int, told: str) -> None:
    with language("zh-Hans"):
        assert told in waiting._told(place)


def test_files_are_named_after_figures_in_the_language_of_the_page() -> None:
    figure = go.Figure().update_layout(title="门控值 s：<b>SE_4_6</b>")
    assert figure_name(figure) == "门控值-s-se_4_6"
    untitled = go.Figure().update_layout(meta={"alt": "16 个块的门控值：最低的是 SE_5_1"})
    assert figure_name(untitled) == "16-个块的门控值"


def test_files_made_on_another_thread_speak_the_language_of_the_order(engine: Engine) -> None:
    picture = open_sample("golf-ball")
    sweep = (engine.serial, picture.digest, "leave-one-out", "zero", "", -1)
    order = Order(
        weakref.ref(engine), picture, EditPlan(), {}, Mode("zero"), "SE_9_9", None, None, sweep, None, "zh-Hans"
    )  # fmt: skip
    assert "没有报告" in make_report(order)
    assert "No report" in make_report(Order(**{**order.__dict__, "language": "en"}))
