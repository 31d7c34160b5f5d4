"""docs/security.md names tests; each is there, and every target of the fuzzer is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from fuzzing.targets import TARGETS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED) > 30
    for path, name in NAMED:
        assert (ROOT / path).is_file(), path
        functions = {node.name for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
                     if isinstance(node, ast.FunctionDef)}  # fmt: skip
        assert not name or name in functions, f"{path}::{name}"


def test_every_reader_that_is_fuzzed_is_named() -> None:
    told = " ".join(re.findall(r"fuzzed as ([^|]*)\|", TEXT))
    assert set(re.findall(r"`(\w+)`", told)) == set(TARGETS)
