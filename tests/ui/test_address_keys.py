"""The address has one namespace for all pages: what two modules mean by a key must be the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "se_explorer" / "ui"
ASKED = {"one_of", "whole", "number", "text"}

#: Keys that several modules ask for, all for the same thing: a selection that is shared by the pages.
SHARED = {"CHANNEL", "EDITS", "card", "target", "order"}


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _keys(path: Path) -> Iterator[str]:
    """The keys that a module asks the address for, by their text or, where imported, by their name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = _constants(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKED):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "address" and node.args):
            continue
        match node.args[0]:
            case ast.Constant(value=str(key)):
                yield key
            case ast.Name(id=name) if name.isupper():  # else it is what a function was given
                yield constants.get(name, name)
            case ast.Attribute(attr=name):
                yield name


def test_no_two_modules_mean_different_things_by_one_key() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path in UI.rglob("*.py"):
        for key in _keys(path):
            users[key].add(path.name)
    assert len(users) > 30
    assert {"run_seed", "seed", "target"} <= users.keys()
    assert {key: names for key, names in users.items() if len(names) > 1 and key not in SHARED} == {}
