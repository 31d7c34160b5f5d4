"""Train in Chromium: the digits' pair starts, its curves come, it stops, goes on, is kept, and opens on other pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from se_explorer.training.pairs import RUNS
from tests.browser.actions import CHART, nothing_sticks_out, open_page
from tests.browser.server import PATIENCE, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EPOCHS = 30  # half a minute of two free cores: long enough to be stopped on the way
BLOCKS = ("SE_1_1", "SE_3_1")  # by the size of their maps, of pictures of 16 pixels
AT_ONCE, TRAINED = 1000 * PATIENCE, 3000 * PATIENCE  # milliseconds; limits against hangs on a busy machine


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this server keeps its trainings."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def trainer(runs: Path) -> Iterator[str]:
    """The address of a server on which nobody has trained yet."""
    with serving(**{RUNS: str(runs)}) as opened:
        yield opened


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A person at a wide screen, who sees no traceback and no error in the console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(AT_ONCE)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert not faults
    assert opened.locator('[data-testid="stException"]').count() == 0
    context.close()


def button(page: Page, key: str) -> Locator:
    """A button by its key: the app's own header has a "Stop" too while a page runs."""
    return page.locator(f".st-key-{key}").get_by_role("button")


def seen(found: Locator, patience: int = AT_ONCE) -> None:
    """Until it is there to be seen."""
    expect(found.first).to_be_visible(timeout=patience)


def start_and_stop(page: Page, address: str) -> None:
    """Start the pair, watch epochs come on both sides, and stop."""
    open_page(page, f"{address}/training?train_epochs={EPOCHS}", ".st-key-_train_start")
    button(page, "_train_start").click()
    for side in ("with SE", "without SE"):
        seen(page.get_by_text(re.compile(rf"^{side}: epoch \d+ of {EPOCHS}, step \d+ of \d+")), TRAINED)
    seen(page.locator(CHART), TRAINED)
    for title in ("Loss", "Accuracy", *BLOCKS):
        seen(page.locator(".js-plotly-plot").filter(has_text=title), TRAINED)
    nothing_sticks_out(page)
    button(page, "_train_stop").click()
    seen(page.get_by_text("Stopped. What was done until the last whole epoch is kept"))


def test_the_digits_in_class(visitor: Page, trainer: str, runs: Path) -> None:
    start_and_stop(visitor, trainer)
    assert not list(runs.glob("pairs/*/*/run.json"))
    visitor.reload()  # a closed tab comes back, and the browser still knows whose training it is
    expect(button(visitor, "_train_resume")).to_be_enabled()
    button(visitor, "_train_resume").click()
    seen(button(visitor, "_train_stop"))
    seen(visitor.get_by_text("Right on the whole test split"), TRAINED)
    assert len(list(runs.glob("pairs/*/*/run.json"))) == 2
    expect(visitor.locator(".js-plotly-plot")).to_have_count(4, timeout=AT_ONCE)
    nothing_sticks_out(visitor)

    name = visitor.get_by_role("textbox", name="Name, to keep it")
    name.fill("in class")
    name.press("Enter")
    button(visitor, "_train_keep").click()
    seen(visitor.get_by_text("Kept in"))

    button(visitor, "_train_open").click()
    seen(visitor.get_by_role("heading", name="Explore", exact=True))
    seen(visitor.locator(CHART))
    visitor.get_by_role("link", name="Ablate").click()
    seen(visitor.get_by_role("heading", name="Ablate", exact=True))
    for block in BLOCKS:
        seen(visitor.get_by_text(block, exact=True))
