"""A real server and the system's Chromium."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.server import PATIENCE, chromium, serving


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a server of our own."""
    with serving() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, found on the path."""
    with chromium() as opened:
        yield opened


def foreign(address: str) -> list[str]:
    """An address that is asked although nothing but this machine's is needed."""
    place = urllib.parse.urlsplit(address)
    return [address] if place.scheme.startswith("http") and place.hostname not in ("127.0.0.1", "localhost") else []


@pytest.fixture(params=[(1440, "light"), (390, "dark")], ids=["wide-light", "narrow-dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a new person, who sees no traceback, no error in the console and asks no other machine for anything."""
    width, theme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE * 1000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda request: faults.extend(foreign(request.url)))
    yield opened
    assert not faults
    assert opened.locator('[data-testid="stException"]').count() == 0
    context.close()


@pytest.fixture
def beamer(browser: Browser) -> Iterator[BrowserContext]:
    """A person with a projector of 1280 x 720."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()
