"""The house: data goes one way, files stay small, and what is public is listed."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "se_explorer"

# Each entry may import from itself and from what stands above it.
FLOW = (
    "language",
    "errors",
    "files",
    "limits",
    "images",
    "blocks",
    "models",
    "engine",
    "analysis",
    "training",
    "figures",
    "report",
    "cluster",
    "ui",
    "notebook",
    "commands",
    "cli",
    "__main__",
)
SOURCES = sorted(PACKAGE.rglob("*.py"))
PYTHON = [
    path
    for folder in ("se_explorer", "pages", "tests", "benchmarks", "scripts", "fuzzing")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def imported(path: Path) -> set[str]:
    """All modules that a file imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


def rooms(path: Path) -> set[str]:
    """The rooms of the package that a file imports from."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("se_explorer.")}


def room_of(path: Path) -> str:
    """The room that a file of the package stands in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_room_has_its_place_in_the_flow() -> None:
    assert {room_of(path) for path in SOURCES} - {"__init__"} == set(FLOW)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    if room_of(path) == "__init__":
        return
    place = FLOW.index(room_of(path))
    below = {room for room in rooms(path) if room in FLOW and FLOW.index(room) > place}
    assert not below, f"{path} imports from {below}, below it"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_ui_knows_streamlit_and_figures_know_no_torch(path: Path) -> None:
    names = imported(path)
    if room_of(path) != "ui":
        assert not any(name.split(".")[0] == "streamlit" for name in names)
    if room_of(path) == "figures":
        assert not any(name.split(".")[0] in {"torch", "torchvision", "timm"} for name in names)
        assert rooms(path) <= {"language", "errors", "figures"}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    assert path.stem != "utils"
    if path.parent.name == "pages" and path.parent.parent == ROOT:
        assert len(text.splitlines()) < 100
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno is not None
            start = node.body[0].lineno  # the signature's own lines are not counted
            assert node.end_lineno - start < 40, f"{path}: {node.name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_names_are_listed_and_there(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if name.endswith("__main__") or not path.read_text(encoding="utf-8").strip():
        return
    module = importlib.import_module(name)
    if path.name == "__init__.py" and not hasattr(module, "__all__"):
        return
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)  # ruff's RUF022 holds the order
