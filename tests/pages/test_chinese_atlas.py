"""The Gate atlas in Chinese: every choice of it, and a network without means of its gates."""

from __future__ import annotations

import pytest

from tests.pages.driver import open_app, texts
from tests.pages.spoken import english_left, labels_of
from tests.pages.test_chinese import names

OTHER = "timm:mobilenetv3_small_050"


@pytest.mark.parametrize(
    "query",
    [
        {"atlas": "distance", "atlas_order": "channel", "shape": "standardised"},
        {"shape": "shut", "edits": "SE_3_1=zero;SE_2_2=off"},
        {"atlas": "distance", "model": OTHER, "weights": "random:0"},
    ],
    ids=str,
)
def test_every_state_speaks_chinese_alone(query: dict[str, str]) -> None:
    app = open_app("atlas", lang="zh-Hans", **query)
    others = labels_of(OTHER) if "model" in query else ()
    assert english_left(app, *names(), *others) == {}
    assert "一格" in texts(app)
