"""Every page in Chinese: nothing that a person reads on it is English."""

from __future__ import annotations

import pytest

from se_explorer.models import bundled_cards
from se_explorer.models.cards import cards
from se_explorer.models.published import published
from se_explorer.ui.escaping import plain_markdown
from tests.pages.driver import open_app
from tests.pages.spoken import english_left

#: Pages whose texts are all translated.
PAGES: list[str] = ["ablate", "atlas", "classes", "compare", "evidence", "learn", "results"]


def names() -> list[str]:
    """Titles and ids, class labels and titles of what is cited, which are names in either language."""
    bundled = bundled_cards().values()
    return (
        [card.title for card in cards().values()]
        + [plain_markdown(name) for name in bundled_cards()]
        + [entry.label for card in bundled for entry in card.classes]
        + [source.name for source in published().sources.values()]
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_chinese_alone(page: str) -> None:
    assert english_left(open_app(page, lang="zh-Hans"), *names()) == {}
