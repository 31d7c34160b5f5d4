"""Errors are said in the language of whoever is at it: no part of one is a bare English text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from se_explorer import errors
from se_explorer.errors import Parts

ROOT = Path(__file__).resolve().parents[1] / "se_explorer"
#: The package's rooms and files: in all of them errors are translated.
ROOMS = sorted(path.name for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
TREE = {name for name in errors.__all__ if name.endswith("Error")}
WORD = re.compile(r"[A-Za-z]{3,}")
PROSE = re.compile(r"^(?!python -m ).*\w \w")  # in a field: one word is a name, and a command is one too


def files(room: str) -> list[Path]:
    path = ROOT / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def bare(node: ast.expr) -> list[str]:
    """English in an argument that no ``later()`` says, and what is said at once, in the language of the wrong thread.

    Names in braces of an f-string are none. Another error's words are handed on by its ``parts``.
    """
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        inside = [node.func] if isinstance(node.func, ast.Attribute) else []
        if called in ("_", "ngettext"):
            return [f"{called}() says it where it is raised, not where it is shown: use later()"]
        fields = [keyword.value for keyword in node.keywords] if called in ("later", "later_n") else []
        values = [text for part in fields for text in bare(part) if PROSE.search(text)]
        return [*(text for part in inside for text in bare(part)), *values]
    if isinstance(node, ast.Attribute) and node.attr in Parts._fields:
        handed_on = isinstance(node.value, ast.Attribute) and node.value.attr == "parts"
        return [] if handed_on else [f".{node.attr} says it where it is raised: use .parts.{node.attr}"]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and WORD.search(node.value) else []
    return [text for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr) for text in bare(part)]


@pytest.mark.parametrize("room", ROOMS)
def test_no_error_has_a_bare_english_text(room: str) -> None:
    found = []
    for path in files(room):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TREE:
                parts = [*node.args, *(keyword.value for keyword in node.keywords)]
                found += [f"{path.name}:{node.lineno}: {text}" for part in parts for text in bare(part)]
    assert found == []
