"""Learn in Chromium: keys in presenter mode, clicks on maps and places, both languages, a link opened elsewhere."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.actions import click_chart, fits, nothing_sticks_out, open_page, settle, side_bar

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def heading(page: Page) -> str:
    return page.locator("h2").first.inner_text()


def test_clicks_choose_the_place_and_the_channel(page: Page, address: str) -> None:
    open_page(page, f"{address}/lesson?step=convolution")
    assert page.locator(".katex-error").count() == 0
    nothing_sticks_out(page)
    click_chart(page, 0, 0.5, 0.9)
    assert "place=7." in page.url
    channel = page.get_by_role("spinbutton", name=re.compile("Channel")).input_value()
    click_chart(page, 1, 0.38, 0.2)
    assert page.get_by_role("spinbutton", name=re.compile("Channel")).input_value() != channel
    nothing_sticks_out(page)


def crossing(chart: Locator) -> list[tuple[str, str]]:
    """The pairs of a chart's texts that lie on each other."""
    told = "all => all.map(one => [one.textContent, one.getBoundingClientRect()])"
    boxes = chart.locator(".annotation-text").evaluate_all(told)
    assert boxes
    return [
        (text, other)
        for (text, a), (other, b) in itertools.combinations(boxes, 2)
        if min(a["right"], b["right"]) > max(a["left"], b["left"])
        and min(a["bottom"], b["bottom"]) > max(a["top"], b["top"])
    ]


@pytest.mark.parametrize("step", ["overview", "squeeze", "scale"])
def test_letters_under_maps_keep_apart(page: Page, address: str, step: str) -> None:
    open_page(page, f"{address}/lesson?step={step}")
    charts = page.get_by_test_id("stPlotlyChart").filter(has=page.locator(".annotation-text"))
    assert charts.count()
    assert [crossing(charts.nth(place)) for place in range(charts.count())] == [[]] * charts.count()


def test_the_language_is_switched_and_stays(page: Page, address: str) -> None:
    open_page(page, f"{address}/lesson?step=squeeze")
    bar = side_bar(page)
    bar.get_by_text("简体中文").click()
    settle(page)
    assert "lang=zh-Hans" in page.url
    expect(page.get_by_role("heading", name="3 · 挤压")).to_be_visible()
    nothing_sticks_out(page)


def test_keys_go_through_the_screens_and_a_link_opens_the_same_one(beamer: BrowserContext, address: str) -> None:
    page = beamer.new_page()
    open_page(page, f"{address}/lesson?present=1&picture=parachute&edits=SE_5_1%3Doff", wait_for="h2")
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()
    assert heading(page) == "1 · Overview: The idea"
    said = page.get_by_test_id("stMain").locator("p").filter(has_text="convolutional")
    size = said.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 24
    for key, wanted in (
        ("ArrowRight", "1 · Overview: In numbers"),
        ("PageDown", "1 · Overview: Try it"),
        ("ArrowLeft", "1 · Overview: In numbers"),
        ("PageUp", "1 · Overview: The idea"),
        ("ArrowLeft", "1 · Overview: The idea"),
    ):
        page.keyboard.press(key)
        settle(page)
        assert heading(page) == wanted
        assert fits(page)
    for _ in range(9):
        page.keyboard.press("ArrowRight")
        settle(page)
    assert heading(page) == "3 · Squeeze: In numbers"
    told = page.get_by_text(re.compile("edits SE_5_1=off")).inner_text()
    other = beamer.new_page()
    open_page(other, page.url, wait_for="h2")
    assert heading(other) == heading(page)
    assert other.get_by_text(re.compile("edits SE_5_1=off")).inner_text() == told
    assert other.locator("table").inner_text() == page.locator("table").inner_text()
    other.close()
    page.keyboard.press("Escape")
    settle(page)
    expect(page.get_by_role("heading", name="Learn", exact=True)).to_be_visible()


def test_arrows_on_a_slider_move_the_slider(beamer: BrowserContext, address: str) -> None:
    page = beamer.new_page()
    open_page(page, f"{address}/lesson?present=1&step=cost&part=try", wait_for="h2")
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert heading(page) == "8 · What it costs: Try it"
    expect(page.get_by_text("176,832").first).to_be_visible()
