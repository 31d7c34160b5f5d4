"""A link is copied where a person is, and opened by somebody else: both see the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from se_explorer.ui.learn_steps import STEPS
from tests.browser.actions import open_page, settle, side_bar
from tests.browser.places import PAGES
from tests.browser.server import PATIENCE, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WINDOW = {"width": 1280, "height": 900}
PLAN = "SE_5_1=off;SE_3_2.5=0.2"
SHOWN = """() => ({
  headings: [...document.querySelectorAll('h1, h2, h3, h4')].map(one => one.innerText),
  chosen: [...document.querySelectorAll('[role=radio][aria-checked=true]')].map(one => one.innerText),
  fields: [...document.querySelectorAll('input:not([type=file])')].map(
    one => [one.getAttribute('aria-label'), ['checkbox', 'radio'].includes(one.type) ? one.checked : one.value]),
  pictures: [...document.querySelectorAll('[data-testid=stImage] img')].map(one => one.alt),
})"""


def opened(browser: Browser) -> Page:
    """A page of a new person."""
    context = browser.new_context(viewport=WINDOW)
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


def pick(page: Page, field: str, value: str) -> None:
    """Choose in a list by its letters."""
    box = page.get_by_role("combobox", name=field, exact=True)
    box.click()
    box.fill(value)
    page.keyboard.press("Enter")
    settle(page)


@pytest.fixture(scope="module")
def sender(browser: Browser, address: str) -> Iterator[Page]:
    """A person who chose a picture, a block, a channel, a plan and Chinese, each with its control."""
    page = opened(browser)
    open_page(page, address)
    pick(page, "Sample picture", "Parachute")
    pick(page, "Block", "SE_3_2")
    channel = page.get_by_role("spinbutton", name=re.compile("^Channel"))
    channel.fill("7")
    channel.press("Enter")
    settle(page)
    plan = page.get_by_role("textbox", name="Edit plan")
    plan.fill(PLAN)
    plan.press("Enter")
    settle(page)
    side_bar(page).get_by_role("radio", name="简体中文").click()
    settle(page)
    yield page
    page.context.close()


def assert_the_link_shows_the_same(sender: Page, browser: Browser, sign: str) -> dict[str, Any]:
    """Open the sender's address as somebody else; gives what both see, once all of it is drawn."""
    receiver = opened(browser)
    open_page(receiver, sender.url, wait_for=sign)
    try:
        for _turn in range(PATIENCE // 4):
            mine, theirs = sender.evaluate(SHOWN), receiver.evaluate(SHOWN)
            if theirs == mine:
                break
            receiver.wait_for_timeout(1000)
        assert theirs == mine
        assert receiver.url == sender.url
    finally:
        receiver.context.close()
    return dict(mine)


def values(shown: dict[str, Any]) -> list[Any]:
    return [value for _name, value in shown["fields"]]


@pytest.mark.parametrize("name", PAGES)
def test_of_a_page(sender: Page, browser: Browser, name: str) -> None:
    sender.get_by_test_id("stSidebarNav").get_by_role("link").nth(list(PAGES).index(name)).click()
    sender.wait_for_selector(PAGES[name].sign)
    settle(sender)
    shown = assert_the_link_shows_the_same(sender, browser, PAGES[name].sign)
    assert "简体中文" in shown["chosen"]
    if name not in ("networks", "results", "train", "experiments"):  # which are about no picture
        assert PLAN in values(shown)
    for part in ("picture=parachute", "block=SE_3_2", "channel=7", "lang=zh-Hans", "edits="):
        assert part in sender.url, "what other pages hold stays in the link"


@pytest.mark.parametrize("step", STEPS)
def test_of_a_step(sender: Page, browser: Browser, step: str) -> None:
    place = list(STEPS).index(step)
    if "/lesson" not in sender.url:
        sender.get_by_test_id("stSidebarNav").get_by_role("link").nth(list(PAGES).index("learn")).click()
        sender.wait_for_selector("h2")
        settle(sender)
    sender.get_by_role("radio", name=re.compile(rf"^{place + 1} · ")).click()
    expect(sender.locator("h2").first).to_have_text(re.compile(rf"^{place + 1} · "), timeout=PATIENCE * 1000)
    settle(sender)
    shown = assert_the_link_shows_the_same(sender, browser, "h2")
    assert any(heading.startswith(f"{place + 1} · ") for heading in shown["headings"])
    assert {PLAN, "SE_3_2"} <= set(values(shown))


def test_of_another_network(browser: Browser, address: str) -> None:
    page = opened(browser)
    open_page(page, f"{address}/catalog?card=timm:mobilenetv3_small_050.lamb_in1k", wait_for="h3")
    page.get_by_role("button", name="Open with random weights").click()
    settle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link").first.click()
    page.wait_for_selector(PAGES["explore"].sign)
    settle(page)
    shown = assert_the_link_shows_the_same(page, browser, PAGES["explore"].sign)
    assert any("MobileNetV3-Small 0.5" in str(value) for value in values(shown))
    page.context.close()


def test_the_first_visitor_of_a_server_comes_by_a_link(browser: Browser) -> None:
    with serving() as fresh:
        page = opened(browser)
        open_page(page, f"{fresh}/lesson?step=squeeze", wait_for="h2")
        expect(page.locator("h2").first).to_have_text(re.compile("^3 · "))
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.context.close()
