"""Compare in Chinese: another picture, plan and network on the right, an upload, and what each of them tells."""

from __future__ import annotations

import pytest

from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.spoken import english_left, labels_of
from tests.pages.test_chinese import names
from tests.pages.test_compare import TWIN


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"agreement": "spearman", "edits": "SE_2_1=off", "block": "SE_3_2"}, "没有相关系数"),
        ({"versus": "plan", "agreement": "rms"}, "两侧的方案相同"),
        ({"versus": "plan", "versus_edits": "SE_4_6=off"}, "无编辑"),
        ({"versus": "network"}, "随机权重"),
        ({"versus": "network", "versus_network": TWIN, "agreement": "pearson"}, "大小不同"),
        ({"versus": "network", "versus_network": TWIN, "block": "SE_3_3"}, "只在左侧"),
    ],
    ids=str,
)
def test_every_state_speaks_chinese_alone(query: dict[str, str], said: str) -> None:
    app = open_app("compare", lang="zh-Hans", **query)
    others = labels_of(TWIN.partition("|")[0]) if query.get("versus_network") == TWIN else ()
    assert english_left(app, *names(), *others) == {}
    assert said in texts(app)


def test_an_upload_is_told_in_chinese(photo: bytes) -> None:
    app = open_app("compare", lang="zh-Hans", versus_source="upload")
    app.file_uploader(key="_versus_upload").set_value(("mine.png", photo, "image/png")).run()
    assert_healthy(app)
    assert "mine.png：200 × 150 px。它不包含在任何链接中。" in texts(app)
    assert english_left(app, *names()) == {}
