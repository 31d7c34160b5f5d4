"""Classes in Chromium: clicks lead to channels and blocks; a profile is brought; pictures of a channel are shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from se_explorer.analysis import load_profile
from tests.browser.actions import nothing_sticks_out, open_page, settle, side_bar
from tests.browser.server import ROOT
from tests.browser.test_ablate_ranking import chart, click

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROFILE = ROOT / "assets" / "profiles" / "seresnet50-imagenette.val.safetensors"


def channel_of(page: Page) -> str:
    """The number in the channel's field."""
    return page.get_by_role("spinbutton", name=re.compile("Channel")).input_value()


def test_clicks_lead_to_channels_and_blocks(page: Page, address: str) -> None:
    open_page(page, f"{address}/profiles?every=yes")
    expect(page.get_by_text("The paper's claims, tested on this network")).to_be_visible()
    expect(page.get_by_text("does not hold").first).to_be_visible()
    nothing_sticks_out(page)

    click(page, chart(page, "Mean gates in SE_4_6"), 0.5 / 50, 0.5)
    assert channel_of(page) == "0"
    click(page, chart(page, "Mean gates in SE_4_6"), 49.5 / 50, 0.5)
    assert channel_of(page) == "376"

    click(page, chart(page, "Variance that lies between classes"), 13.5 / 16, 0.5)
    assert "block=SE_5_1" in page.url
    expect(page.get_by_text("Mean gates in SE_5_1").first).to_be_visible()
    click(page, chart(page, "Distances to 10 classes"), 0.5 / 16, 0.5)
    assert "block=SE_2_1" in page.url
    panel = chart(page, "Mean gates by class in 16 blocks").locator(".nsewdrag").nth(1)
    box = panel.bounding_box()
    assert box is not None
    panel.click(position={"x": 0.97 * box["width"], "y": 0.5 * box["height"]})
    settle(page)
    assert "block=SE_2_2" in page.url
    assert channel_of(page) == "92"
    nothing_sticks_out(page)


def test_a_profile_is_brought_and_refused(page: Page, address: str) -> None:
    open_page(page, f"{address}/profiles")
    page.get_by_text("Another profile").click()
    field = page.locator('[data-testid="stFileUploaderDropzoneInput"]')
    whole = PROFILE.read_bytes()
    field.set_input_files({"name": "cut.safetensors", "mimeType": "application/octet-stream", "buffer": whole[:5000]})
    expect(page.get_by_text("The profile before it stays.")).to_be_visible()
    settle(page)
    expect(page.get_by_text(re.compile("^Comes with the network"))).to_be_visible()
    nothing_sticks_out(page)


def test_pictures_of_a_channel(page: Page, address: str, tmp_path: Path) -> None:
    block = load_profile(PROFILE).block("SE_4_6")
    names = load_profile(PROFILE).header.pictures
    for place in {*block.highest.pictures[:, 17].tolist(), *block.lowest.pictures[:, 17].tolist()}:
        (tmp_path / names[place]).parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 30), (place % 256, 90, 200)).save(tmp_path / names[place])
    open_page(page, f"{address}/?block=SE_4_6&channel=17")
    expect(page.get_by_role("heading", name="What channel 17 of SE_4_6 looks for")).to_be_visible()
    assert page.get_by_role("img", name=re.compile("^Number 1, ")).count() == 0
    field = page.get_by_role("textbox", name="Folder of the data")
    field.fill(str(tmp_path))
    field.press("Enter")
    expect(page.get_by_role("img", name=re.compile("^Number 8, "))).to_have_count(2)
    settle(page)
    nothing_sticks_out(page)
    side_bar(page).get_by_role("link", name="Classes").click()
    expect(page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
    settle(page)
    assert "folder" not in page.url
    assert str(tmp_path) not in page.url
