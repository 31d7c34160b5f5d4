"""Gather the texts of the code, bring the catalogs up to date and compile them: ``make translations``.

A text that is new is added without a translation, one that is gone is dropped, and nothing is guessed. The command
names what is left to translate and fails while anything is.
"""

from __future__ import annotations

import functools
import json
import operator
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from se_explorer.cli import app  # noqa: E402
from se_explorer.commands.usage import texts  # noqa: E402
from se_explorer.language import CATALOGS, DOMAIN, LANGUAGES  # noqa: E402

SAME_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # in the headers, so that the same texts give the same bytes
HEADER = "# Texts of SE Explorer. Terms follow docs/glossary.md; `make translations` keeps the entries up to date."
#: ``say`` is how figures ask for a text, see ``figures/wording.py``; ``later`` how errors and notes do.
KEYWORDS = {"_": None, "say": None, "later": None, "ngettext": (1, 2), "later_n": (1, 2)}


#: Prose in shipped JSON files, which is shown as ``_(card.note)``: by file, the paths to it.
PROSE = {
    "models/*.card.json": ("note", "storage", "licence", "accuracy.split", "accuracy.protocol", "training.data"),
    "catalog/library.json": ("licence", "published.source"),
    "experiments/*/*-seed*.json": ("title", "split"),
    "experiments/*/*.ablation.json": ("title", "split"),
}


def shipped() -> Iterator[str]:
    """Every text of the shipped files, in their order."""
    for pattern, paths in PROSE.items():
        for file in sorted((ROOT / "assets").glob(pattern)):
            content = json.loads(file.read_text(encoding="utf-8"))
            for entry in content if isinstance(content, list) else [content]:
                for path in paths:
                    yield functools.reduce(operator.getitem, path.split("."), entry)


def recipe_titles() -> Iterator[str]:
    """Of the recipes, which name the trainings that are made of them."""
    for file in sorted((ROOT / "assets" / "recipes").glob("*.toml")):
        yield tomllib.loads(file.read_text(encoding="utf-8"))["title"]


def gathered() -> Catalog:
    """Every text of the package, the pages, the shipped files, and of the command line's help and usage."""
    catalog = Catalog(project="SE Explorer", charset="utf-8")
    for folder in ("se_explorer", "pages"):
        for _, _, message, comments, context in extract_from_dir(ROOT / folder, [("**.py", "python")], {}, KEYWORDS):
            catalog.add(message, auto_comments=comments, context=context)
    for _, message, comments, context in extract_from_file("python", ROOT / "streamlit_app.py", KEYWORDS):
        catalog.add(message, auto_comments=comments, context=context)
    for text in dict.fromkeys([*shipped(), *recipe_titles()]):
        if " " in text:  # else a name, such as a licence's
            catalog.add(text)
    for text in texts(get_command(app)):
        catalog.add(text)
    return catalog


def catalogs() -> Iterator[tuple[str, Path]]:
    """Locale and path of every language's catalog."""
    for tag in LANGUAGES:
        if tag != "en":
            locale = tag.replace("-", "_")
            yield locale, CATALOGS / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def _dressed(catalog: Catalog) -> Catalog:
    """The catalog with the header that all have."""
    catalog.header_comment = HEADER
    catalog.creation_date = catalog.revision_date = SAME_DATE
    catalog.version, catalog.fuzzy = "1", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    return catalog


def read(locale: str, path: Path) -> Catalog:
    """A catalog as it stands; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN, project="SE Explorer", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation yet, or one that was only guessed."""
    missing = []
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            missing.append(str(message.id))
    return missing


def main() -> int:
    """Bring all catalogs up to date; 1 while anything is left to translate."""
    template = gathered()
    left = 0
    for locale, path in catalogs():
        catalog = read(locale, path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _dressed(catalog)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:  # without places and dates, which would change at every turn
            write_po(file, catalog, width=110, no_location=True, omit_header=False, sort_output=True)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = untranslated(catalog)
        left += len(missing)
        print(f"{locale}: {len(catalog)} texts, {len(missing)} to translate")
        for text in missing:
            print(f"  {text}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
