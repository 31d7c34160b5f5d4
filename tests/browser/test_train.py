"""A pair on the digits: started, watched by two people, stopped, gone on with, finished, opened in Explore."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.actions import nothing_sticks_out, open_page, settle
from tests.browser.conftest import PATIENCE, ROOT, free_port, wait_until_healthy

pytestmark = pytest.mark.browser
LONG = PATIENCE * 1000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server whose trainings lie in a folder of their own."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    environment = {**os.environ, "SE_EXPLORER_RUNS": str(tmp_path)}
    with (tmp_path / "server.txt").open("wb") as log:
        started = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", started)
        yield f"http://127.0.0.1:{port}"
    finally:
        started.terminate()
        started.wait(30)
    assert "Traceback" not in (tmp_path / "server.txt").read_text(errors="replace")


def points(page: Page) -> int:
    """Epochs that the loss curve shows."""
    return int(
        page.locator(".js-plotly-plot").first.evaluate("graph => Math.max(...graph.data.map(line => line.x.length))")
    )


def test_a_pair_from_its_start_to_explore(server: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(LONG)
    open_page(page, f"{server}/training?train_epochs=8", "text=Train both")
    page.get_by_role("button", name="Train both").click()
    page.wait_for_selector(".js-plotly-plot", timeout=LONG)
    page.wait_for_function(
        "() => Math.max(...document.querySelector('.js-plotly-plot').data.map(line => line.x.length)) >= 2",
        timeout=LONG,
    )

    other = browser.new_context(viewport={"width": 390, "height": 900}, color_scheme="dark")
    visitor = other.new_page()
    visitor.set_default_timeout(LONG)
    open_page(visitor, f"{server}/training", ".js-plotly-plot")
    expect(visitor.get_by_text("Somebody else's training")).to_be_visible()
    expect(visitor.get_by_role("button", name="Stop")).to_be_disabled()
    nothing_sticks_out(visitor)

    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. What was done")).to_be_visible(timeout=LONG)
    before = points(page)
    assert 2 <= before < 8
    expect(visitor.get_by_text("Stopped. What was done")).to_be_visible(timeout=LONG)  # it follows by itself
    other.close()

    page.close()  # and a new tab of the same browser is still the owner's
    page = context.new_page()
    page.set_default_timeout(LONG)
    open_page(page, f"{server}/training", ".js-plotly-plot")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled(timeout=LONG)
    expect(page.get_by_text("Right on the whole test split")).to_be_visible(timeout=2 * LONG)
    settle(page)
    assert points(page) == 8
    page.get_by_role("button", name="Open it in Explore").click()
    expect(page.get_by_role("heading", name="Explore")).to_be_visible(timeout=LONG)
    settle(page)
    assert "model=own" in page.url
    assert page.locator('[data-testid="stException"]').count() == 0
    context.close()
