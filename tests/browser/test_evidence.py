"""Evidence in Chromium: quick ones without a click, slow ones with one, a bar leads to its block."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, settle
from tests.browser.test_ablate_ranking import chart, click

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_evidence(page: Page, address: str) -> None:
    open_page(page, f"{address}/attribution", 'img[alt*="Grad-CAM of golf ball at SE_4_6"]')
    expect(page.get_by_text(re.compile(r"^Spearman 0\.\d+ \(95 % of resamples"))).to_be_visible()
    nothing_sticks_out(page)

    page.get_by_role("button", name="Integrate gradients").click()
    expect(page.get_by_text(re.compile("^They add up to .* Gap:"))).to_be_visible()
    settle(page)
    page.get_by_role("button", name=re.compile("Edit each gate alone")).click()
    expect(page.get_by_text("Gates as CSV")).to_be_visible()
    settle(page)
    nothing_sticks_out(page)

    click(page, chart(page, "Gradient x gate, logits beside"), 0.2, 0.5 / 16)
    expect(page.get_by_role("heading", name="Which gates of SE_5_1")).to_be_visible()
    assert "block=SE_5_1" in page.url
    page.get_by_role("radio", name="Shapley values").or_(
        page.get_by_role("button", name="Shapley values", exact=True)
    ).first.click()
    settle(page)
    assert "evidence=shapley" in page.url
    page.get_by_role("button", name="Work out Shapley values").click()
    expect(page.get_by_text(re.compile("24 random orders"))).to_be_visible()
    settle(page)
    nothing_sticks_out(page)
