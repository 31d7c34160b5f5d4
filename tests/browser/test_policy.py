"""The public app in Chromium behind nginx with the committed configuration: nothing of it is refused by its policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser.actions import headline, open_page, photo, upload
from tests.browser.conftest import foreign
from tests.browser.places import PAGES
from tests.browser.server import PATIENCE
from tests.deploy.proxied import NGINX, proxied

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light"),
]

PUBLIC = Path(__file__).resolve().parents[2] / "deploy" / "public.py"
REFUSED = re.compile("Content Security Policy|Permissions policy|refused to", re.IGNORECASE)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public app's address, over TLS."""
    with proxied(tmp_path_factory.mktemp("nginx"), PUBLIC, {"OMP_NUM_THREADS": "1"}) as front:
        yield front.address


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[Page]:
    """A person who trusts the certificate."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, ignore_https_errors=True)
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture
def refused(stranger: Page) -> Iterator[list[str]]:
    """What the browser refuses from now on, and what it asks of other machines."""
    told: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if REFUSED.search(message.text):
            told.append(message.text)

    def look(request: Request) -> None:
        told.extend(foreign(request.url))

    stranger.on("console", note)
    stranger.on("request", look)
    yield told
    stranger.remove_listener("request", look)
    stranger.remove_listener("console", note)


@pytest.mark.parametrize("name", ["explore", "learn", "evidence"])
def test_pages_work_within_the_policy(stranger: Page, public: str, refused: list[str], name: str) -> None:
    open_page(stranger, f"{public}/{PAGES[name].path}", PAGES[name].sign)
    expect(stranger.get_by_test_id("stAppViewContainer")).to_be_visible()
    assert refused == []


def test_an_upload_works_and_a_foreign_script_does_not(stranger: Page, public: str, refused: list[str]) -> None:
    open_page(stranger, public)
    first = headline(stranger)
    upload(stranger, "mine.jpg", photo())
    assert headline(stranger) != first
    assert refused == []
    with stranger.expect_console_message(lambda message: bool(REFUSED.search(message.text))):
        stranger.evaluate(
            "document.head.appendChild(Object.assign(document.createElement('script'), {src: 'https://a.invalid'}))"
        )
