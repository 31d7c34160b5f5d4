"""Presenter mode on a projector of 1280 x 720: every screen is seen at once, in large letters and both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from se_explorer.language import LANGUAGES
from se_explorer.ui.learn_steps import SCREENS, STEPS
from tests.browser.actions import fits, nothing_sticks_out, open_page, settle
from tests.browser.server import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LETTERS = 24  # px that running text is at least high


def smallest_text(page: Page) -> float:
    """The size of the smallest running text in px; captions, tables and the names of controls are no such text."""
    told = page.locator('[data-testid="stMain"] [data-testid="stMarkdown"] :is(p, li)').filter(has_text=" ")
    sizes = told.evaluate_all(
        "all => all.filter(one => !one.closest('[data-testid=stCaptionContainer], table, .st-key-_presenter_bar'))"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    return min(sizes, default=float("inf"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits(beamer: BrowserContext, address: str, language: str) -> None:
    page = beamer.new_page()
    open_page(page, f"{address}/lesson?present=1&lang={language}", wait_for="h2")
    faults = []
    for place, (step, part) in enumerate(SCREENS):
        expect(page.get_by_text(f"{place + 1} / {len(SCREENS)}", exact=True)).to_be_visible(timeout=PATIENCE * 1000)
        settle(page)
        nothing_sticks_out(page)
        if not fits(page) or smallest_text(page) < LETTERS:
            faults.append((step, part, smallest_text(page)))
        page.keyboard.press("ArrowRight")
    assert faults == []


def test_every_revealed_answer_fits(beamer: BrowserContext, address: str) -> None:
    page = beamer.new_page()
    faults = []
    for step in STEPS:
        open_page(page, f"{address}/lesson?present=1&step={step}&part=question", wait_for="h2")
        page.get_by_test_id("stRadio").locator("label").nth(1).click()
        settle(page)
        page.get_by_role("button", name="Reveal").click()
        page.get_by_role("button", name="Hide the answer").wait_for()
        settle(page)
        if not fits(page):
            faults.append(step)
    assert faults == []
