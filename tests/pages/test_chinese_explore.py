"""Explore in Chinese in states that the page does not show at first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from se_explorer.analysis import SqueezeParts, bundled_profile
from se_explorer.engine import Engine
from se_explorer.figures.wording import wrap
from se_explorer.language import language
from se_explorer.models import open_network
from se_explorer.ui.channel_squeeze import tell_parts
from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.spoken import english_left, words
from tests.pages.test_chinese import names

SMALL = "timm:mobilenetv3_small_050.lamb_in1k"


def left(app: AppTest, *others: str) -> dict[str, list[str]]:
    assert_healthy(app)
    return english_left(app, *names(), *others)


@pytest.mark.parametrize("sort", ["channel", "z", "energy"])
def test_another_block_channel_order_and_plan(sort: str) -> None:
    app = open_app(lang="zh-Hans", block="SE_2_1", channel="17", sort=sort, scale="pair", edits="SE_2_1.17=0.2")
    assert "单个通道" in texts(app)
    assert left(app) == {}
    app.segmented_control(key="scale").set_value("network").run()
    app.text_input(key="edits").set_value("SE_2_1=off;SE_3_1=mean").run()
    assert left(app) == {}


def test_another_network_without_a_profile() -> None:
    app = open_app(lang="zh-Hans", model=SMALL, weights="random:0")
    assert "没有这个网络的统计档案" in texts(app)
    labels = open_network(SMALL, "random:0").labels
    assert left(app, *labels, *(line for label in labels for line in wrap(label, 17).split("<br>"))) == {}


def test_thumbnails_of_the_data(tmp_path: Path, engine: Engine) -> None:
    profile = bundled_profile(engine.network)
    assert profile is not None
    block = profile.block("SE_4_6")
    for place in {*block.highest.pictures[:, 17].tolist(), *block.lowest.pictures[:, 17].tolist()}:
        path = tmp_path / profile.header.pictures[place]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (place % 256, 90, 200)).save(path)
    app = open_app(lang="zh-Hans", block="SE_4_6", channel="17")
    app.text_input(key="_data_folder_typed").set_value(str(tmp_path)).run()
    assert left(app) == {}


@pytest.mark.parametrize(
    ("squeeze", "values"),
    [
        ("average", (0.5, 0.25, 0.25)),
        ("average", (2.0, -0.5, -0.5)),
        ("average", (-1.5, -1.0, 0.5)),
        ("average", (-3.0, -1.0)),
        ("average", (1.0, -1.0)),
        ("max", (2.0, 0.0)),
        ("average + max", (2.0, 1.0)),
    ],
)
def test_where_z_comes_from(squeeze: str, values: tuple[float, ...]) -> None:
    row = np.array([values])
    with language("zh-Hans"):
        assert words(tell_parts(SqueezeParts(row, float(row.sum())), squeeze)) == []
