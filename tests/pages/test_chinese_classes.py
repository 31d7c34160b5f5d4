"""Classes in Chinese: every choice of it, a person's own profile, and a network that has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from se_explorer.analysis import bundled_profile
from se_explorer.engine import Engine
from tests.pages.driver import open_app, texts
from tests.pages.spoken import english_left
from tests.pages.test_chinese import names
from tests.pages.test_classes import as_bytes, bring


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"pick": "specific", "band": "quantiles", "every": "yes", "edits": "SE_2_1=off"}, "当前的编辑方案不在其中"),
        ({"pick": "mean", "picture": "church", "channel": "1"}, "通道 1 不在其中"),
        ({"weights": "random:3"}, "没有"),
    ],
    ids=str,
)
def test_every_state_speaks_chinese_alone(query: dict[str, str], said: str) -> None:
    app = open_app("classes", lang="zh-Hans", **query)
    assert english_left(app, *names()) == {}
    assert said in texts(app)


def test_an_own_profile_is_told_in_chinese(engine: Engine, tmp_path: Path) -> None:
    profile = bundled_profile(engine.network)
    assert profile is not None
    app = open_app("classes", lang="zh-Hans")
    bring(app, as_bytes(profile, tmp_path, weights="random:1"))
    assert english_left(app, *names()) == {}
    assert "你的文件：" in texts(app)
    assert "不一定成立" in texts(app)
