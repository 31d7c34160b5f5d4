"""The two READMEs: the same in both languages, and what they name is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from se_explorer.cli import app
from se_explorer.models.cards import cards

ROOT = Path(__file__).resolve().parents[1]
FILES = {"en": "README.md", "zh-Hans": "README.zh-Hans.md"}
TEXTS = {tag: (ROOT / name).read_text(encoding="utf-8") for tag, name in FILES.items()}
LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"^    (.+)$|`(python -m [^`]+)`", re.MULTILINE)


def links(tag: str) -> list[str]:
    """Addresses and paths that are linked, but for the other README."""
    return [link for link in LINK.findall(TEXTS[tag]) if link not in FILES.values()]


def commands(tag: str) -> list[str]:
    """What is to be typed, without the comments behind it."""
    return [re.sub(r"\s+#.*", "", block or inline) for block, inline in CODE.findall(TEXTS[tag])]


def code(tag: str) -> list[str]:
    """The lines of the Python example, without comments."""
    found = re.search(r"```python\n(.*?)```", TEXTS[tag], re.DOTALL)
    assert found is not None
    return [re.sub(r"\s+#.*", "", line) for line in found[1].splitlines()]


def test_both_have_the_same_headings_commands_links_and_code() -> None:
    headings = {tag: re.findall(r"^(#+) ", text, re.MULTILINE) for tag, text in TEXTS.items()}
    assert headings["en"] == headings["zh-Hans"]
    assert len(headings["en"]) > 5
    assert links("en") == links("zh-Hans")
    assert commands("en") == commands("zh-Hans")
    assert code("en") == code("zh-Hans")
    points = {tag: re.findall(r"^- \*\*", text, re.MULTILINE) for tag, text in TEXTS.items()}
    assert len(points["en"]) == len(points["zh-Hans"]) == len(list((ROOT / "pages").glob("*.py")))


def test_each_links_to_the_other_at_its_top() -> None:
    for tag, other in (("en", "zh-Hans"), ("zh-Hans", "en")):
        assert f"({FILES[other]})" in "\n".join(TEXTS[tag].splitlines()[:3])


@pytest.mark.parametrize("tag", FILES)
def test_what_is_linked_exists(tag: str) -> None:
    local = [link for link in links(tag) if not link.startswith("https://")]
    assert len(local) > 10
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_every_command_is_known_with_its_options() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    typed = [shlex.split(line)[3:] for line in commands("en") if line.startswith("python -m se_explorer")]
    named = set()
    for name, *arguments in [words[2:] if words[0] == "--lang" else words for words in typed]:
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= options
        named.add(name)
    assert named == set(known)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in commands("en"):
        if line.startswith("make "):
            assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


def test_the_number_of_networks_is_the_catalogs() -> None:
    pretrained = [card for card in cards() if ":" in card]
    for text in TEXTS.values():
        assert re.search(rf"\b{len(pretrained)}\b", text)
