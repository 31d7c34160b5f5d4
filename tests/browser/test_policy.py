"""The app in Chromium under the headers that the committed reverse proxies send: nothing of it is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Route, expect

from tests.browser.actions import headline, open_page, photo, upload
from tests.browser.places import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CONF = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "se-explorer.conf"
HEADERS = dict(re.findall(r'add_header ([\w-]+) "(.*)" always;', CONF.read_text(encoding="utf-8")))
REFUSED = re.compile("Content Security Policy|Permissions policy|refused to", re.IGNORECASE)


@pytest.fixture
def refused(page: Page) -> list[str]:
    """What the browser refuses; every document of the page comes with the headers."""
    told: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if REFUSED.search(message.text):
            told.append(message.text)

    def with_headers(route: Route) -> None:
        if route.request.resource_type != "document":
            route.continue_()
            return
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, **HEADERS})

    page.on("console", note)
    page.route("**/*", with_headers)
    return told


@pytest.mark.parametrize("name", ["explore", "ablate", "learn", "evidence"])
def test_pages_work_within_the_policy(page: Page, address: str, refused: list[str], name: str) -> None:
    assert "Content-Security-Policy" in HEADERS
    open_page(page, f"{address}/{PAGES[name].path}", PAGES[name].sign)
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    assert refused == []


def test_an_upload_works_and_a_foreign_script_does_not(page: Page, address: str, refused: list[str]) -> None:
    open_page(page, address)
    first = headline(page)
    upload(page, "mine.jpg", photo())
    assert headline(page) != first
    assert refused == []
    page.evaluate(
        "document.head.appendChild(Object.assign(document.createElement('script'), {src: 'https://a.invalid'}))"
    )
    page.wait_for_timeout(500)
    assert len(refused) == 1
