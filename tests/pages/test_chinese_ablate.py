"""Ablate in Chinese: no state that can be driven leaves English on the page."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from se_explorer.engine.edits import ModeKind
from se_explorer.figures.wording import wrap
from se_explorer.images import samples
from se_explorer.models import DEFAULT_MODEL, open_network
from se_explorer.ui.ablate_data_file import plain
from tests.pages.driver import assert_healthy, open_app, tables, texts
from tests.pages.handed_out import chinese_in, handed_out
from tests.pages.spoken import english_left
from tests.pages.test_ablate_data import OTHER, SHIPPED
from tests.pages.test_chinese import names

UNSURE = "astronaut"  # of no class that the network knows, so that many a block decides its answer


def left(app: Any, *others: str) -> dict[str, list[str]]:
    """What is English on the page, apart from errors, which speak for themselves."""
    assert_healthy(app)
    errors = {error.value for error in app.error}
    return {text: words for text, words in english_left(app, *names(), *others).items() if text not in errors}


def load(app: Any, data: bytes) -> Any:
    """Bring a result of one's own."""
    next(each for each in app.get("file_uploader") if "sweep DIR" in each.label).upload(
        "mine.json", data, "application/json"
    )
    return app.run()


@pytest.mark.parametrize("kind", get_args(ModeKind))
def test_every_mode_with_a_block_off_and_a_gate_turned(kind: str) -> None:
    query = {"picture": UNSURE, "edits": "SE_3_1.5=0.25", "mode": kind, "donor": samples()[1].id}
    with handed_out() as files:
        app = open_app("ablate", lang="zh-Hans", **query)
        app.toggle(key="_on_SE_5_1").set_value(False).run()
    assert left(app) == {}
    assert "se-explorer-plans.csv" in files
    assert chinese_in(files) == {}
    assert "试过的方案" in texts(app)
    assert {"方案", "预测改变"} <= set(app.dataframe[-1].value.columns)


def test_every_measure_and_order_of_the_ranking() -> None:
    app = open_app("ablate", lang="zh-Hans", picture=UNSURE, order="depth")
    for measure in ("probability", "kl"):
        app.selectbox(key="measure").set_value(measure).run()
        assert left(app) == {}


def test_pairs_before_and_after_they_are_measured() -> None:
    with handed_out() as files:
        app = open_app("ablate", lang="zh-Hans", mode="mean")
        app.button(key="_measure_pairs").click().run()
    assert "se-explorer-pairs.csv" in files
    assert chinese_in(files) == {}
    assert left(app) == {}
    assert any(chart.proto.alt.startswith("交互作用：16 个块组成 120 对") for chart in app.get("plotly_chart"))


def test_every_view_of_the_data_and_every_verdict() -> None:
    app = open_app("ablate", lang="zh-Hans", data_modes="all", order="depth")
    seen = set()
    for block in ("SE_2_1", "SE_4_3"):
        app.selectbox(key="block").set_value(block).run()
        assert left(app) == {}
        seen |= {
            verdict for verdict in ("没有观察到它随图片而变的作用", f"没有观察到 {block} 对") if verdict in texts(app)
        }
    assert len(seen) == 2
    app.selectbox(key="data_measure").set_value("loss").run()
    assert left(app) == {}
    app.selectbox(key="mode").set_value("constant").run()  # of which the result has no rows
    assert left(app) == {}
    assert "无法与排序计算秩相关" in texts(app)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"data": "mine", "split": None}, "当前显示的是你载入的结果"),
        ({"unreadable": ["a.jpg"]}, "略去无法读取的 1 张"),
        ({"weights_sha256": "0" * 64}, "不是当前的网络"),
        ({"rows": [], "contrasts": [], "modes": []}, "没有可显示的内容"),
        ({"version": 99}, "3,925 张图片"),
    ],
)
def test_a_result_of_ones_own(changed: dict[str, Any], told: str) -> None:
    record = json.loads(SHIPPED.read_text(encoding="utf-8")) | changed
    app = load(open_app("ablate", lang="zh-Hans"), json.dumps(record).encode())
    assert left(app, "mine", plain(DEFAULT_MODEL)) == {}
    assert told in "\n".join([texts(app), *(warning.value for warning in app.warning)])


def test_stages_over_data() -> None:
    stages = SHIPPED.with_name(SHIPPED.name.replace(".json", ".stages.json"))
    app = load(open_app("ablate", lang="zh-Hans"), stages.read_bytes())
    assert left(app) == {}
    (table,) = tables(app, "块")
    assert "SE_2_1 至 SE_2_3" in set(table["块"])


def test_a_network_without_a_result() -> None:
    app = open_app("ablate", lang="zh-Hans", model=OTHER, weights="random:0")
    labels = open_network(OTHER, "random:0").labels
    assert left(app, *labels, *(wrap(label, 17) for label in labels)) == {}
    assert "还没有在数据上的结果" in texts(app)


def test_a_plan_that_does_not_fit() -> None:
    app = open_app("ablate", lang="zh-Hans", edits="SE_2_1.5000=0.5")
    assert app.error
    assert left(app) == {}
