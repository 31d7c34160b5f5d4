"""Every page in Chinese: what a person reads on it is Chinese, what a program reads of it English."""

from __future__ import annotations

from pathlib import Path

import pytest

from se_explorer.models import bundled_cards
from se_explorer.models.cards import cards
from se_explorer.models.published import published
from se_explorer.training.experiments import committed_records
from se_explorer.training.pairs import RUNS
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
    "experiments",
    "explore",
    "learn",
    "networks",
    "results",
    "train",
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


def names_on(page: str) -> list[str]:
    """And those of one page: Experiments shows recipes as they are written."""
    return names() + ([record.recipe.strip() for record in committed_records()] if page == "experiments" else [])


@pytest.fixture(autouse=True)
def nobody_has_trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What Train and Experiments show of this machine's own trainings is no text of the project."""
    monkeypatch.setenv(RUNS, str(tmp_path))


#: Files that a page offers when it is opened, by the beginnings of their names.
FILES = {
    "ablate": {"blocks-over-data", "ranking"},
    "architecture": {"blocks", "equation-5-stages", "equation-5-sum", "stages", "totals"},
    "atlas": {"gates"},
    "classes": {"claims", "class-distances", "class-specificity"},
    "compare": {"channels", "comparison"},
    "evidence": {"agreements", "evidence"},
    "experiments": {"accuracy", "cost", "experiment", "gates"},
    "explore": {"open-it-least", "open-it-most"},
    "learn": set(),
    "networks": {"networks"},
    "results": {"catalog", "measured", "table-2"},
    "train": set(),
}


def assert_english(page: str, files: dict[str, str]) -> None:
    """The page's files are there, and a program can read them."""
    for name in FILES[page]:
        assert any(file.startswith(f"se-explorer-{name}") for file in files), name
    assert chinese_in(files) == {}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_chinese_alone_and_its_files_english(page: str) -> None:
    with handed_out() as files:
        app = open_app(page, lang="zh-Hans")
    assert english_left(app, *names_on(page)) == {}
    assert_english(page, files)
