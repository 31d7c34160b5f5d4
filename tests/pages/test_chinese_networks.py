"""Networks and Architecture in Chinese in states that the pages do not show at first."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.figures.architecture_table import StageLine
from se_explorer.language import language
from se_explorer.models import LibraryCard, open_network
from se_explorer.models.cards import cards
from se_explorer.ui import architecture
from se_explorer.ui.architecture_counts import _strides
from se_explorer.ui.architecture_equation5 import _reasons
from se_explorer.ui.networks_card import card_facts
from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.spoken import english_left, words
from tests.pages.test_chinese import names

SMALL = "timm:mobilenetv3_small_050.lamb_in1k"


@pytest.fixture(autouse=True)
def empty_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights on this machine but the bundled ones."""
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(tmp_path / "own"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path / "torch"))


def published_names() -> list[str]:
    """Addresses of weights, licences and ImageNet's classes, which are names in either language."""
    known = [card for card in cards().values() if isinstance(card, LibraryCard)]
    licences = {card.licence for card in known if not card.licence.endswith(")")}
    return [card.origin.name for card in known] + [*licences, *open_network(SMALL, "random:0").labels]


def left(app: AppTest) -> dict[str, list[str]]:
    assert_healthy(app)
    return english_left(app, *names(), *published_names())


def test_a_card_with_a_download_and_random_weights() -> None:
    app = open_app("networks", lang="zh-Hans", card=SMALL)
    assert any(button.label.startswith("下载（约 ") for button in app.button)
    app.button(key="_open_random").click().run()
    assert "已以随机权重打开" in texts(app)
    assert left(app) == {}


def test_filters_that_nothing_passes() -> None:
    app = open_app("networks", lang="zh-Hans")
    app.multiselect(key="_families").set_value(["SENet-154"]).run()
    app.toggle(key="_only_here").set_value(True).run()
    assert "没有网络符合这些条件" in texts(app)
    assert left(app) == {}


def test_every_card_is_told_in_chinese() -> None:
    kept = [*names(), *published_names()]
    with language("zh-Hans"):
        for card in cards().values():
            for name, value in card_facts(card).items():
                assert words(f"{name}：{value}", *kept) == [], card.id


def told_of_download(state: str, done: int) -> None:
    """A page with nothing but a download on it."""
    from se_explorer.language import language
    from se_explorer.models import Download
    from se_explorer.ui.networks_weights import _draw_progress, _tell_end

    download = Download("timm:x", state, done, 12_000_000)
    with language("zh-Hans"):
        (_tell_end if download.is_over else _draw_progress)(download)


@pytest.mark.parametrize(("state", "done"), [("queued", 0), ("running", 3_000_000), ("cancelled", 0)])
def test_a_download_is_told_in_chinese(state: str, done: int) -> None:
    app = AppTest.from_function(told_of_download, args=(state, done), default_timeout=300).run()
    assert left(app) == {}


def test_another_ratio_and_block() -> None:
    app = open_app("architecture", lang="zh-Hans", r="2", block="SE_2_1")
    assert "将有" in texts(app)
    assert left(app) == {}


@pytest.mark.parametrize("model", [SMALL, "timm:seresnet50.ra2_in1k"])
def test_another_network(model: str) -> None:
    app = open_app("architecture", lang="zh-Hans", model=model, weights="random:0", r="8")
    assert left(app) == {}


def test_the_stage_table_and_the_account_hold_no_english(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[StageLine] = []
    real = architecture.stage_table_html
    monkeypatch.setattr(
        architecture, "stage_table_html", lambda lines, *others: seen.extend(lines) or real(lines, *others)
    )
    open_app("architecture", lang="zh-Hans", model=SMALL, weights="random:0")
    layers = [text for line in seen for cell in line.cells for text in (*cell.layers, *cell.beside)]
    assert layers
    told = [text for line in seen for text in (line.name, line.note)] + layers
    with language("zh-Hans"):
        told += [*_reasons().values(), _strides(1), _strides(3)]
    assert [text for text in told if words(text)] == []
