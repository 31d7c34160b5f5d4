"""Ablate in Chromium: a point of the blocks over data leads to its block."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, settle
from tests.browser.test_ablate_ranking import chart, click, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_point_leads_to_its_block(page: Page, address: str) -> None:
    open_page(page, f"{address}/ablation?order=depth")
    expect(page.get_by_role("heading", name="SE_4_6 over the data")).to_be_visible()
    settle(page)
    nothing_sticks_out(page)
    click(page, chart(page, "change of the accuracy"), 0.5, 0.5 / 16)
    expect(page.get_by_role("heading", name="SE_2_1 over the data")).to_be_visible()
    assert looked_at(page) == "SE_2_1"
    assert "block=SE_2_1" in page.url
    click(page, chart(page, "change of the accuracy"), 0.2, 13.5 / 16)
    expect(page.get_by_role("heading", name="SE_5_1 over the data")).to_be_visible()
    nothing_sticks_out(page)
