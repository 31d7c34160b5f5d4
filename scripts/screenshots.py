"""Pictures of every page, both languages, both themes, three widths: ``make screenshots``.

``--readme`` takes the few that the README shows instead, and writes them with a palette into ``assets/screenshots``.
"""

from __future__ import annotations

import argparse
import io
import sys
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from se_explorer.language import LANGUAGES  # noqa: E402
from tests.browser.actions import CHART, open_page, settle  # noqa: E402
from tests.browser.places import PAGES, Place  # noqa: E402
from tests.browser.server import PATIENCE, chromium, serving  # noqa: E402

FOLDER = ROOT / "build" / "screenshots"
README = ROOT / "assets" / "screenshots"
THEMES = ("light", "dark")
WIDTHS = {390: 844, 820: 1180, 1280: 800}  # px, each with the height of such a screen
MOST = 12_000  # px; a page is drawn in full, up to here
HEAVIEST = 250 * 1024  # bytes of a picture in the README

#: What the README shows: name, place, theme, language.
CHOSEN = (
    ("explore", PAGES["explore"], "light", "en"),
    ("ablate", Place("ablation?edits=SE_2_1%3Doff%3BSE_4_6%3Doff", CHART), "light", "en"),
    ("atlas", PAGES["atlas"], "dark", "en"),
    ("learn-zh", Place("lesson?step=squeeze", "h2"), "light", "zh-Hans"),
    ("results", PAGES["results"], "light", "en"),
)


def go(page: Page, address: str, place: Place, language: str) -> None:
    """Open the place in a language, and wait until all of it is drawn."""
    join = "&" if "?" in place.path else "?"
    open_page(page, f"{address}/{place.path}{join}lang={language}", wait_for=place.sign)
    page.evaluate("document.fonts.ready")


def whole_page(page: Page, width: int, height: int) -> bytes:
    """All of the page as PNG: the window is made as high as the page, as it scrolls inside of itself."""
    page.set_viewport_size({"width": width, "height": height})
    settle(page)
    full = int(page.get_by_test_id("stMain").evaluate("element => element.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(height, min(full, MOST))})
    settle(page)
    return page.screenshot()


def take_all(browser: Browser, address: str, names: list[str], folder: Path, missing: bool) -> None:
    """One file for each page, language, theme and width; with ``missing`` those alone that are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, theme, name, width in product(LANGUAGES, THEMES, names, WIDTHS):
        file = folder / f"{name}-{language}-{theme}-{width}.png"
        if missing and file.exists():
            continue
        height = WIDTHS[width]
        # A new visit each, since a narrow one begins without a side bar.
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        go(page, address, PAGES[name], language)
        file.write_bytes(whole_page(page, width, height))
        context.close()
        print(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file, flush=True)


def compressed(png: bytes) -> bytes:
    """The picture with as many colours of a palette as its size allows.

    Raises:
        ValueError: it is too heavy even with few.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        file = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= HEAVIEST:
            return file.getvalue()
    raise ValueError(f"more than {HEAVIEST} bytes with 32 colours")


def take_chosen(browser: Browser, address: str) -> None:
    """The README's pictures: the first screen of each, 1280 px wide."""
    README.mkdir(parents=True, exist_ok=True)
    for name, place, theme, language in CHOSEN:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        go(page, address, place, language)
        file = README / f"{name}.png"
        file.write_bytes(compressed(page.screenshot()))
        context.close()
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1024:.0f} KiB", flush=True)


def main() -> None:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PAGES, action="append", help="this page alone; can be given again")
    parser.add_argument("--missing", action="store_true", help="those alone that the folder lacks")
    parser.add_argument("--readme", action="store_true", help="the README's pictures")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder (default: build/screenshots)")
    options = parser.parse_args()
    with serving() as address, chromium() as browser:
        if options.readme:
            take_chosen(browser, address)
        else:
            take_all(browser, address, options.only or list(PAGES), options.out, options.missing)


if __name__ == "__main__":
    main()
