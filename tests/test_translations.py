"""The catalogs: every text of the code is translated, nothing else is in them, and what is filled in fits."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from scripts import translations

CATALOGS = list(translations.catalogs())


def ids(catalog: Catalog) -> set[str | tuple[str, ...]]:
    return {message.id for message in catalog if message.id}


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each translation with the text whose fields it has; plural forms have those of the last."""
    if isinstance(message.id, tuple):
        return [(message.id[-1], text) for text in message.string]
    return [(message.id, str(message.string))]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("locale", "path"), CATALOGS, ids=[locale for locale, _ in CATALOGS])
def test_no_text_is_untranslated_or_unused(locale: str, path: Path) -> None:
    catalog = translations.read(locale, path)
    wanted = ids(translations.gathered())
    assert wanted - ids(catalog) == set(), "run make translations, then translate"
    assert ids(catalog) - wanted == set(), "run make translations"
    assert translations.untranslated(catalog) == []
    assert not catalog.obsolete


@pytest.mark.parametrize(("locale", "path"), CATALOGS, ids=[locale for locale, _ in CATALOGS])
def test_translations_keep_the_fields(locale: str, path: Path) -> None:
    for message in translations.read(locale, path):
        for text, translated in pairs(message) if message.id else []:
            assert fields(text) == fields(translated), text


@pytest.mark.parametrize(("locale", "path"), CATALOGS, ids=[locale for locale, _ in CATALOGS])
def test_what_is_compiled_is_what_is_written(locale: str, path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == translations.compiled(translations.read(locale, path))


def test_gathering_finds_every_way_of_saying() -> None:
    found = ids(translations.gathered())
    assert "Edit plan" in found  # _()
    assert "hidden unit" in found  # say()
    assert any(isinstance(entry, tuple) for entry in found)  # ngettext()


def literals(path: Path) -> Iterator[str]:
    """Texts that a file says, wherever they stand."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in translations.KEYWORDS:
            said = node.args[0] if node.args else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def test_no_text_stands_where_gathering_does_not_find_it() -> None:
    """Inside an f-string's braces, for one."""
    found = {part for entry in ids(translations.gathered()) for part in ([entry] if isinstance(entry, str) else entry)}
    paths = [path for room in ("se_explorer", "pages") for path in (translations.ROOT / room).rglob("*.py")]
    missing = {f"{path.name}: {text}" for path in paths for text in literals(path) if text and text not in found}
    assert missing == set()


def test_what_is_left_to_translate_is_named() -> None:
    catalog = Catalog(locale="zh_Hans")
    catalog.add("one")
    catalog.add("two", "二")
    catalog.add("three", "三", flags=["fuzzy"])
    catalog.add(("a block", "{n} blocks"), ("{n} 个块",))
    catalog.add(("a map", "{n} maps"))
    assert translations.untranslated(catalog) == ["one", "three", "('a map', '{n} maps')"]
