"""Ablate in Chromium: a bar of the ranking leads to its block, and pairs come when they are asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def chart(page: Page, alt: str) -> Locator:
    """The plot area of the chart whose alternative text begins so."""
    named = page.locator(f'[aria-label^="{alt}"]').or_(page.locator(f'[alt^="{alt}"]')).first
    return page.locator(".js-plotly-plot").filter(has=named).or_(named.locator(".js-plotly-plot")).first


def click(page: Page, plot: Locator, x: float, y: float) -> None:
    """At a place of a chart's plot area, in shares of its width and height."""
    area = plot.locator(".nsewdrag").first
    area.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = area.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    settle(page)


def looked_at(page: Page) -> str:
    """The block that the page looks at, as its slider says."""
    text = page.get_by_text(re.compile(r"^Gate of channel \d+ in SE_")).first.inner_text()
    return text.rpartition(" ")[2]


def test_a_bar_leads_to_its_block_and_pairs_come_when_asked(page: Page, address: str) -> None:
    open_page(page, f"{address}/ablation?order=depth")
    expect(page.get_by_text("Ranking as CSV")).to_be_visible()
    settle(page)
    nothing_sticks_out(page)
    assert looked_at(page) == "SE_4_6"

    click(page, chart(page, "change of the logit"), 0.5, 0.5 / 16)
    assert looked_at(page) == "SE_2_1"
    assert "block=SE_2_1" in page.url
    click(page, chart(page, "change of the logit"), 0.9, 4.5 / 16)
    assert looked_at(page) == "SE_3_2"

    page.get_by_role("button", name="Measure pairs of blocks").click()
    expect(page.get_by_text("Pairs as CSV")).to_be_visible()
    settle(page)
    nothing_sticks_out(page)
    click(page, chart(page, "interaction"), 2.5 / 16, 10.5 / 16)
    expect(page.get_by_role("heading", name="SE_2_3 and SE_4_4")).to_be_visible()
    assert looked_at(page) == "SE_4_4"
    click(page, chart(page, "interaction"), 14.5 / 16, 0.5 / 16)
    expect(page.get_by_role("heading", name="SE_2_1 and SE_5_2")).to_be_visible()
    assert looked_at(page) == "SE_5_2"
