"""Take away in Chromium: charts as PNG and SVG, tables as CSV, and a report that opens without a network."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.actions import close_side_bar, nothing_sticks_out, open_page, settle, side_bar
from tests.browser.server import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PRINT = 2400
SVG = "{http://www.w3.org/2000/svg}svg"


def taken(page: Page, button: Locator) -> tuple[str, bytes]:
    """Name and content of the file that a click gives."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def png(content: bytes) -> Image.Image:
    """A picture that is whole."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.format == "PNG"
    return picture


def is_printable(content: bytes, ground: tuple[int, int, int]) -> None:
    """Wide enough for print, on an opaque ground, and not empty."""
    picture = png(content).convert("RGBA")
    assert picture.width == PRINT
    pixels = np.asarray(picture)
    assert tuple(pixels[0, -1]) == (*ground, 255)
    assert len(np.unique(pixels[::4, ::4].copy().view(np.uint32))) > 8


def from_menu(page: Page, holder: Locator, kind: str) -> tuple[str, bytes]:
    """The file of a chart or picture."""
    menu = holder.locator("> .se-download")
    menu.locator("summary").click()
    return taken(page, menu.get_by_text(kind, exact=True))


def test_every_chart_as_png_and_svg_and_pictures_as_png(page: Page, address: str) -> None:
    open_page(page, address)
    charts = page.get_by_test_id("stPlotlyChart")
    expect(page.locator(".stPlotlyChart > .se-download")).to_have_count(charts.count())
    nothing_sticks_out(page)
    wide = (page.viewport_size or {"width": 0})["width"] > 1000
    names = set()
    for place in range(charts.count()):
        name, content = from_menu(page, charts.nth(place), "PNG")
        is_printable(content, (255, 255, 255) if wide else (14, 17, 23))
        other, drawing = from_menu(page, charts.nth(place), "SVG")
        assert ElementTree.fromstring(drawing).tag == SVG
        assert (name.removesuffix(".png"), other[-4:]) == (other.removesuffix(".svg"), ".svg")
        assert re.fullmatch(r"explore-[a-z0-9_-]+-seresnet50-imagenette\.png", name)
        names.add(name)
    assert len(names) == charts.count() == 7

    pictures = page.get_by_test_id("stImageContainer")
    assert pictures.count() == 10
    dressed = page.locator('[data-testid="stImageContainer"] > .se-download')
    expect(dressed).to_have_count(8)  # the two colour scales are a part of their pictures, and too low for an arrow
    name, content = from_menu(page, pictures.first, "PNG")
    assert png(content).size == (128, 128)
    assert name.startswith("explore-golf-ball")


def test_a_drawing_as_png_and_a_table_as_csv(page: Page, address: str) -> None:
    open_page(page, f"{address}/network")
    drawing = page.get_by_test_id("stImageContainer").first
    arrow, around = drawing.locator("> .se-download").bounding_box(), drawing.bounding_box()
    assert arrow
    assert around
    assert arrow["x"] > around["x"] + around["width"] / 2  # a drawing begins at the left
    _, content = from_menu(page, drawing, "PNG")
    assert png(content).width == PRINT
    buttons = page.get_by_test_id("stDownloadButton").filter(has_text=re.compile("CSV$"))
    tables = {}
    for place in range(buttons.count()):
        name, content = taken(page, buttons.nth(place).get_by_role("button"))
        tables[name] = pd.read_csv(io.BytesIO(content))
    assert len(tables["se-explorer-blocks.csv"]) == 16
    assert tables["se-explorer-totals.csv"]["Parameters"].iloc[-1] > 3_000_000
    assert {"se-explorer-stages.csv", "se-explorer-equation-5-sum.csv", "se-explorer-equation-5-stages.csv"} <= set(
        tables
    )


def hands_everything_over(report: Page) -> None:
    """All charts are drawn; each chart, a table and a picture come as files."""
    charts = report.locator(".chart")
    assert charts.count() == 8
    for place in range(charts.count()):
        expect(charts.nth(place).locator(".main-svg").first).to_be_visible()
    assert report.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    for place in range(charts.count()):
        _, picture = taken(report, charts.nth(place).get_by_text("PNG", exact=True))
        is_printable(picture, (255, 255, 255))
        _, drawing = taken(report, charts.nth(place).get_by_text("SVG", exact=True))
        assert ElementTree.fromstring(drawing).tag == SVG
    _, table = taken(report, report.locator('[data-name="channels-SE_4_2"]').get_by_text("CSV", exact=True))
    assert list(pd.read_csv(io.BytesIO(table)).columns)[:2] == ["Channel", "Squeeze z"]
    _, picture = taken(report, report.locator('[data-name="seen"]').get_by_text("PNG", exact=True))
    assert png(picture).size == (128, 128)


def test_the_report_opens_with_no_network_and_asks_for_nothing(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    open_page(page, f"{address}/?edits=SE_3_4%3Doff&block=SE_4_2&channel=7")
    side_bar(page).get_by_role("button", name="Take away").click()
    name, content = taken(page, page.get_by_role("button", name="Report (HTML)"))
    assert name == "se-explorer-report-seresnet50-imagenette.html"
    assert len(content) < 8_000_000
    _, maps = taken(page, page.get_by_role("button", name=re.compile(r"Maps of SE_4_2")))
    assert np.load(io.BytesIO(maps)).ndim == 3
    page.keyboard.press("Escape")
    settle(page)
    close_side_bar(page)

    file = tmp_path / "report.html"
    file.write_bytes(content)
    size = page.viewport_size
    assert size
    context = browser.new_context(offline=True, viewport=size)
    context.set_default_timeout(PATIENCE * 1000)
    report = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    report.on("pageerror", lambda error: said.append(str(error)))
    report.goto(file.as_uri())
    expect(report.locator(".chart .main-svg").first).to_be_visible()
    hands_everything_over(report)
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not said
    context.close()
