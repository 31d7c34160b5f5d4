"""What a person does on the pages."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

CHART = ".js-plotly-plot .main-svg"


def settle(page: Page) -> None:
    """Until the app has run and everything is drawn, what stood for late elements too."""
    page.wait_for_timeout(300)
    still = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    for _ in range(1000):  # a limit against hangs: a run may begin later, on a busy machine
        still.wait_for()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        page.wait_for_timeout(500)
        if still.count():
            return
    raise AssertionError("the app runs and runs")


def open_page(page: Page, address: str, wait_for: str = CHART) -> None:
    """Go there and wait for the result."""
    page.goto(address)
    page.wait_for_selector(wait_for)
    settle(page)


def side_bar(page: Page) -> Locator:
    """The side bar, opened if the screen is narrow."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
        page.wait_for_timeout(600)
    return page.get_by_test_id("stSidebar")


def close_side_bar(page: Page) -> None:
    """Out of the way on a narrow screen."""
    viewport = page.viewport_size
    if viewport and viewport["width"] < 768:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        page.wait_for_timeout(600)


def photo() -> bytes:
    """A JPEG of soft coloured noise."""
    pixels = np.random.default_rng(3).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((320, 240), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    """Bring a file through the side bar."""
    bar = side_bar(page)
    bar.get_by_role("radio", name="Upload").or_(bar.get_by_role("button", name="Upload", exact=True)).first.click()
    settle(page)
    page.locator('[data-testid="stSidebar"] [data-testid="stFileUploaderDropzoneInput"]').set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": data}
    )
    expect(bar.get_by_text(re.compile(re.escape(name))).first).to_be_visible()
    settle(page)
    close_side_bar(page)


def headline(page: Page) -> str:
    """The answer of the Explore page, such as "golf ball, 97.1%"."""
    return page.locator("h2").filter(has_text="%").first.inner_text()


def click_chart(page: Page, chart: int, x: float, y: float) -> None:
    """Click at a place of a chart's plot area, given in shares of its width and height."""
    plot = page.locator(".js-plotly-plot").nth(chart).locator(".nsewdrag").first
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    settle(page)


def nothing_sticks_out(page: Page) -> None:
    """The page is no wider than the screen."""
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 1


def fits(page: Page) -> bool:
    """All of the page is seen at once."""
    main = page.get_by_test_id("stMain")
    return bool(main.evaluate("element => element.scrollHeight <= element.clientHeight + 1"))
