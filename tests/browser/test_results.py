"""Results in Chromium: a click on a point leads to its system, and on to its architecture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_point_leads_to_its_system_and_to_its_architecture(page: Page, address: str) -> None:
    open_page(page, f"{address}/tables?table=3")
    nothing_sticks_out(page)
    expect(page.get_by_text("A click on a point")).to_be_visible()
    plot = page.locator(".js-plotly-plot").first
    plot.locator(".points path").nth(1).click(force=True)
    settle(page)
    expect(page.get_by_role("heading", name="SE-ShuffleNet")).to_be_visible()
    assert "system=table3-shufflenet-se" in page.url
    nothing_sticks_out(page)

    page.get_by_role("button", name="Open on the Architecture page").click()
    expect(page.get_by_role("heading", name="Architecture", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^SE-ShuffleNet, Table 3 of the paper: 16 SE blocks"))).to_be_visible()
    settle(page)
    assert "model=paper%3Atable3-shufflenet-se" in page.url
    nothing_sticks_out(page)


def test_tables_can_be_changed_and_stay_in_the_address(page: Page, address: str) -> None:
    open_page(page, f"{address}/tables")
    page.get_by_test_id("stPills").get_by_role("button", name="14", exact=True).or_(
        page.get_by_test_id("stButtonGroup").get_by_text("14", exact=True)
    ).first.click()
    settle(page)
    expect(page.get_by_role("heading", name=re.compile("^Table 14"))).to_be_visible()
    assert "table=14" in page.url
    expect(page.get_by_text("Printed figures as CSV")).to_be_visible()
    nothing_sticks_out(page)
