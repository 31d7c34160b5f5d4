"""Each page in Chromium: a real upload, a click on a bar, a toggle, and figures that change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import (
    CHART,
    click_chart,
    headline,
    nothing_sticks_out,
    open_page,
    photo,
    settle,
    side_bar,
    upload,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STRIP, SQUEEZE, GATES, WHY = 1, 2, 4, 5


def channel_of(page: Page) -> str:
    """The number in the channel's field."""
    return page.get_by_role("spinbutton", name=re.compile("Channel")).input_value()


def test_a_link_to_the_second_page_works_on_a_server_that_nobody_has_visited(page: Page, address: str) -> None:
    open_page(page, f"{address}/ablation?edits=SE_2_1%3Doff")
    expect(page.get_by_role("heading", name="Ablate", exact=True)).to_be_visible()
    expect(side_bar(page).get_by_role("link", name="Explore")).to_be_visible()
    expect(page.get_by_role("textbox", name="Edit plan")).to_have_value("SE_2_1=off")


def test_explore(page: Page, address: str) -> None:
    open_page(page, address)
    first = headline(page)
    nothing_sticks_out(page)

    before = channel_of(page)
    click_chart(page, GATES, 0.3, 0.8)
    assert channel_of(page) != before, "a click on a bar leads to its channel"
    expect(page.get_by_text(re.compile(f"^Gate {channel_of(page)} of SE_4_6 is"))).to_be_visible()

    click_chart(page, STRIP, 0.02, 0.5)
    expect(page.get_by_text(re.compile("^SE_2_1: 96 channels"))).to_be_visible()
    assert "block=SE_2_1" in page.url

    upload(page, "mine.jpg", photo())
    assert headline(page) != first
    expect(page.get_by_text(re.compile("^SE_2_1: 96 channels"))).to_be_visible()
    answer = headline(page)

    upload(page, "broken.jpg", photo()[:500])
    side_bar(page)
    expect(page.get_by_text(re.compile("Expected .* but got")).first).to_be_visible()
    assert headline(page) == answer
    nothing_sticks_out(page)


def test_ablate(page: Page, address: str) -> None:
    open_page(page, f"{address}/ablation")
    upload(page, "mine.jpg", photo())
    nothing_sticks_out(page)
    logit = page.get_by_test_id("stMetricValue").nth(1)
    unedited = logit.inner_text()
    page.locator("label").filter(has_text=re.compile("^SE_2_2$")).click()
    settle(page)
    expect(logit).not_to_have_text(unedited)
    edited = logit.inner_text()
    assert "edits=SE_2_2%3Doff" in page.url
    expect(page.get_by_text("Download as CSV")).to_be_visible()

    side_bar(page).get_by_role("link", name="Explore").click()
    settle(page)
    expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_visible()
    assert "edits=SE_2_2%3Doff" in page.url
    side_bar(page).get_by_role("link", name="Ablate").click()
    settle(page)
    expect(logit).to_have_text(edited)
    nothing_sticks_out(page)


def test_networks(page: Page, address: str) -> None:
    open_page(page, f"{address}/catalog?card=timm:mobilenetv3_small_050.lamb_in1k", wait_for="h3")
    expect(page.get_by_role("heading", name="MobileNetV3-Small 0.5, timm lamb_in1k")).to_be_visible()
    expect(page.get_by_text("We have not measured it")).to_be_visible()
    nothing_sticks_out(page)
    page.get_by_role("button", name="Open with random weights").click()
    settle(page)
    assert "weights=random" in page.url
    side_bar(page).get_by_role("link", name="Explore").click()
    page.wait_for_selector(CHART)
    settle(page)
    expect(page.get_by_text(re.compile("^These weights are random"))).to_be_visible()
    headline(page)
    nothing_sticks_out(page)


def test_architecture(page: Page, address: str) -> None:
    open_page(page, f"{address}/network")
    expect(page.get_by_text("SE fc, [24, 384]").first).to_be_visible()
    expect(page.get_by_text(re.compile("Equation 5 gives 353,664; counted 353,664"))).to_be_visible()
    nothing_sticks_out(page)
