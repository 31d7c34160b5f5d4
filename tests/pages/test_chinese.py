"""Every page in Chinese: what a person reads on it is Chinese, what a program reads of it English."""

from __future__ import annotations

import pytest

from se_explorer.models import bundled_cards
from se_explorer.models.cards import cards
from se_explorer.models.published import published
from se_explorer.ui.escaping import plain_markdown
from tests.pages.driver import open_app
from tests.pages.handed_out import chinese_in, handed_out
from tests.pages.spoken import english_left

#: Pages whose texts are all translated.
PAGES: list[str] = [
    "ablate",
    "architecture",
    "atlas",
    "classes",
    "compare",
    "evidence",
    "explore",
    "learn",
    "networks",
    "results",
]


def names() -> list[str]:
    """Names in either language: of networks, their ids and families, classes and what is cited."""
    bundled = bundled_cards().values()
    return (
        [name for card in cards().values() for name in (card.title, card.id, card.family)]
        + [plain_markdown(name) for name in bundled_cards()]
        + [entry.label for card in bundled for entry in card.classes]
        + [source.name for source in published().sources.values()]
    )


#: Files that a page offers when it is opened.
FILES = {
    "ablate": {"blocks-over-data", "ranking"},
    "architecture": {"blocks", "equation-5-stages", "equation-5-sum", "stages", "totals"},
    "atlas": {"gates"},
    "classes": {"claims", "class-distances", "class-specificity"},
    "compare": {"channels", "comparison"},
    "evidence": {"agreements", "evidence"},
    "explore": {"open-it-least", "open-it-most"},
    "learn": set(),
    "networks": {"networks"},
    "results": {"catalog", "measured", "table-2"},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_chinese_alone_and_its_files_english(page: str) -> None:
    with handed_out() as files:
        app = open_app(page, lang="zh-Hans")
    assert english_left(app, *names()) == {}
    assert {f"se-explorer-{name}.csv" for name in FILES[page]} <= set(files)
    assert chinese_in(files) == {}
