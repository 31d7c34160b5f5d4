"""What a machine can tell of accessibility: axe-core on every page, and the keyboard alone (docs/accessibility.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.actions import CHART, open_page, settle
from tests.browser.places import PAGES, Place
from tests.browser.server import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: Each page, a step with all that a step can hold, and a screen of presenter mode.
LOOKED_AT = {
    **PAGES,
    "convolution": Place("lesson?step=convolution", CHART),
    "presenter": Place("lesson?present=1&step=gain&part=question", "h2"),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FOUND = ("serious", "critical")
#: Streamlit's own, which cannot be mended from outside: docs/accessibility.md says why each is here.
EXCLUDED = {"scrollable-region-focusable": ".katex-display"}
MOST = 120  # stops of the tab key on a page, from its top to what is looked for


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A page of a person whose browser prefers light."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def is_excluded(page: Page, rule: str, node: dict[str, Any]) -> bool:
    return rule in EXCLUDED and all(
        page.locator(target).and_(page.locator(EXCLUDED[rule])).count() for target in node["target"]
    )


def findings(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    options = {"resultTypes": ["violations"], "runOnly": RULES}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in FOUND
        for node in rule["nodes"]
        if not is_excluded(page, rule["id"], node)
    ]


def unnamed(page: Page) -> list[str]:
    """Charts and pictures without alternative text."""
    return page.locator('[data-testid="stPlotlyChart"], [data-testid="stImage"] img').evaluate_all(
        "all => all.filter(one => !(one.getAttribute('aria-label') || one.alt)).map(one => one.outerHTML.slice(0, 200))"
    )


def speak_chinese(page: Page, address: str, place: Place) -> None:
    """By the switch of the side bar, or by the address where there is none."""
    switch = page.get_by_role("radio", name="简体中文")
    if switch.is_visible():
        switch.click()
        page.mouse.move(0, 0)
        settle(page)
    else:
        open_page(page, f"{address}/{place.path}&lang=zh-Hans", wait_for=place.sign)


@pytest.mark.parametrize("name", LOOKED_AT)
def test_nothing_serious_is_found_in_both_themes_and_languages(reader: Page, address: str, name: str) -> None:
    place = LOOKED_AT[name]
    open_page(reader, f"{address}/{place.path}", wait_for=place.sign)
    html = reader.locator("html")
    expect(html).to_have_attribute("lang", "en")
    assert unnamed(reader) == []
    assert findings(reader) == []
    reader.emulate_media(color_scheme="dark")
    reader.locator("h1, h2").first.click()
    reader.keyboard.press("r")  # charts learn of another theme when the page runs again
    settle(reader)
    expect(reader.get_by_test_id("stApp")).to_have_css("background-color", "rgb(14, 17, 23)")
    assert findings(reader) == []
    speak_chinese(reader, address, place)
    expect(html).to_have_attribute("lang", "zh-Hans")
    assert unnamed(reader) == []
    assert findings(reader) == []


def tab_to(page: Page, wanted: Locator) -> None:
    """Press tab until the wanted control has the focus, and see that this is shown."""
    for _stop in range(MOST):
        page.keyboard.press("Tab")
        if wanted.count() and wanted.first.evaluate("element => element === document.activeElement"):
            break
    expect(wanted.first).to_be_focused()
    shown = wanted.first.evaluate(
        "element => [element, element.parentElement, element.parentElement.parentElement].some(one => {"
        " const style = getComputedStyle(one);"
        " return style.boxShadow !== 'none' || parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none'"
        " || parseFloat(style.borderTopWidth) > 0; })"
    )
    assert shown, "who uses the keyboard must see where they are"


def test_presenter_buttons_by_keyboard(reader: Page, address: str) -> None:
    open_page(reader, f"{address}/lesson?step=squeeze", wait_for="h2")
    tab_to(reader, reader.get_by_role("button", name="Present"))
    reader.keyboard.press("Enter")
    heading = reader.locator("h2").first
    expect(heading).to_have_text("3 · Squeeze: The idea")
    settle(reader)
    for name, key, wanted in (
        ("Next", "Enter", "3 · Squeeze: In numbers"),
        ("Back", "Space", "3 · Squeeze: The idea"),
        ("Leave", "Enter", "3 · Squeeze"),
    ):
        tab_to(reader, reader.get_by_role("button", name=name, exact=True))
        reader.keyboard.press(key)
        expect(heading).to_have_text(wanted)
        settle(reader)


def test_a_place_of_the_lesson_by_keyboard(reader: Page, address: str) -> None:
    open_page(reader, f"{address}/lesson?step=convolution&place=3.3")
    tab_to(reader, reader.get_by_role("spinbutton", name=re.compile("^Row")))
    reader.keyboard.press("ArrowUp")
    settle(reader)
    assert "place=4.3" in reader.url


def test_a_chart_is_taken_away_by_keyboard(reader: Page, address: str) -> None:
    open_page(reader, f"{address}/lesson?step=convolution")
    menu = reader.locator("details.se-download").first
    tab_to(reader, menu.locator("summary"))
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    expect(menu.get_by_role("button").first).to_be_focused()
    with reader.expect_download() as taken:
        reader.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".png")


def test_explore_and_ablate_by_keyboard(reader: Page, address: str) -> None:
    open_page(reader, address)
    tab_to(reader, reader.get_by_role("combobox", name="Block"))
    reader.keyboard.type("SE_2_1")
    reader.keyboard.press("Enter")
    settle(reader)
    assert "block=SE_2_1" in reader.url
    expect(reader.get_by_text(re.compile("^SE_2_1: 96 channels"))).to_be_visible()
    channel = reader.get_by_role("spinbutton", name=re.compile("Channel"))
    before = int(channel.input_value())
    tab_to(reader, channel)
    reader.keyboard.press("ArrowDown")
    settle(reader)
    assert int(channel.input_value()) == before - 1
    reader.get_by_role("link", name="Ablate").focus()
    reader.keyboard.press("Enter")
    settle(reader)
    tab_to(reader, reader.get_by_role("switch", name="SE_2_1", exact=True))
    reader.keyboard.press("Space")
    settle(reader)
    assert "edits=SE_2_1%3Doff" in reader.url
