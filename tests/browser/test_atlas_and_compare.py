"""Gate atlas and Compare in Chromium: a click on a cell or a point leads to what it shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, photo, settle
from tests.browser.test_ablate_ranking import chart, click

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def field(page: Page) -> Locator:
    """Where the channel's number stands."""
    return page.get_by_role("spinbutton", name=re.compile("Channel"))


def test_a_cell_leads_to_its_block_and_channel(page: Page, address: str) -> None:
    open_page(page, f"{address}/gates?atlas_order=channel")
    expect(page.get_by_role("heading", name="Gate atlas", exact=True)).to_be_visible()
    nothing_sticks_out(page)

    atlas = chart(page, "gate: 16 blocks")
    click(page, atlas, 0.5, 0.5 / 16)
    expect(page.get_by_role("heading", name=re.compile("^Channel 4[78] of SE_2_1$"))).to_be_visible()
    assert "block=SE_2_1" in page.url
    click(page, chart(page, "gate: 16 blocks"), 0.999, 15.5 / 16)
    expect(page.get_by_role("heading", name=re.compile("^Channel 76[567] of SE_5_3$"))).to_be_visible()
    click(page, chart(page, "gate: 16 blocks"), 0.001, 7.2 / 16)
    expect(page.get_by_role("heading", name="Channel 0 of SE_4_1")).to_be_visible()

    click(page, chart(page, "entropy of the gates"), 0.3, 4.5 / 16)
    assert "block=SE_3_2" in page.url
    expect(page.get_by_role("heading", name=re.compile("of SE_3_2$"))).to_be_visible()
    nothing_sticks_out(page)


def test_points_and_bars_lead_to_channels_and_blocks_and_the_right_takes_a_picture(page: Page, address: str) -> None:
    open_page(page, f"{address}/versus")
    expect(page.get_by_role("heading", name=re.compile("^Right: parachute"))).to_be_visible()
    nothing_sticks_out(page)

    before = field(page).input_value()
    click(page, chart(page, "Gates s"), 0.3, 0.6)
    assert field(page).input_value() != before
    expect(
        page.get_by_role("heading", name=f"Channel {field(page).input_value()} of SE_4_6 on both sides")
    ).to_be_visible()

    click(page, chart(page, "Pearson's correlation"), 0.3, 0.5 / 16)
    assert "block=SE_2_1" in page.url
    expect(page.get_by_role("heading", name=re.compile("of SE_2_1 on both sides$"))).to_be_visible()

    page.get_by_role("radio", name="Upload").or_(page.get_by_role("button", name="Upload", exact=True)).last.click()
    settle(page)
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(
        {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    expect(page.get_by_text("It is in no link.")).to_be_visible()
    settle(page)
    expect(page.get_by_role("heading", name=re.compile("^Left: golf ball"))).to_be_visible()
    nothing_sticks_out(page)
