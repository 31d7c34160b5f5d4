"""Evidence in Chinese: every way of attributing, before it is asked for and after, and a network without means."""

from __future__ import annotations

import pytest

from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.handed_out import chinese_in, handed_out
from tests.pages.spoken import english_left, labels_of
from tests.pages.test_chinese import names
from tests.pages.test_evidence import click

OTHER = "timm:mobilenetv3_small_050.lamb_in1k"


@pytest.mark.parametrize("method", ["integrated", "conductance", "shapley"])
def test_a_method_that_waits_speaks_chinese_alone(method: str) -> None:
    app = open_app("evidence", lang="zh-Hans", evidence=method, target="4", edits="SE_2_1=off")
    assert english_left(app, *names()) == {}
    assert "当前的编辑方案不在其中" in texts(app)


def test_what_was_worked_out_speaks_chinese_alone() -> None:
    with handed_out() as files:
        app = open_app("evidence", lang="zh-Hans")
        click(app, "逐个编辑门控（置零）")
        click(app, "计算图片的积分梯度")
        click(app, "也计算其余方法")
    assert "se-explorer-gates.csv" in files
    assert chinese_in(files) == {}
    assert english_left(app, *names()) == {}
    assert app.dataframe[0].value["归因"].nunique() == 4
    for method, said in (("conductance", "最后一次加倍步数"), ("shapley", "种随机次序"), ("integrated", "差额")):
        app.segmented_control(key="evidence").set_value(method).run()
        assert_healthy(app)
        assert english_left(app, *names()) == {}
        assert said in texts(app)


def test_a_network_without_means_speaks_chinese_alone() -> None:
    app = open_app("evidence", lang="zh-Hans", model=OTHER, weights="random:0", evidence="conductance")
    assert english_left(app, *names(), *labels_of(OTHER)) == {}
    assert "没有人测过" in texts(app)
