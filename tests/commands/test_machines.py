"""``--engine``, ``--address``, ``--workers`` and ``serve`` on the command line, where Ray is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from se_explorer import SEBlock
from se_explorer.commands.machines import HERE, Machines
from se_explorer.errors import ClusterError
from tests.analysis.toys import toy_engine
from tests.commands.conftest import Command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were not installed, wherever this runs."""
    for name in ("ray", "ray.serve", "ray.data"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_ray")
@pytest.mark.parametrize("name", ["evaluate", "profile", "sweep"])
def test_without_ray_it_is_told_how_to_install_it(name: str, command: Command, tmp_path: Path) -> None:
    for kind in ("n03028079", "n03888257"):
        (tmp_path / "val" / kind).mkdir(parents=True)
        (tmp_path / "val" / kind / "a.jpg").write_bytes(b"no picture")
    more = ["--out", tmp_path / "out"] if name != "evaluate" else []
    outcome = command(name, tmp_path, *more, "--engine", "ray")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("ClusterError: Expected the package ray")
    assert "pip install -r requirements-ray.txt" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("without_ray")
def test_serve_needs_ray(command: Command) -> None:
    outcome = command("--lang", "zh-Hans", "serve")
    assert (outcome.status, outcome.out) == (2, "")
    assert "请安装：python -m pip install -r requirements-ray.txt" in outcome.err


@pytest.mark.parametrize("options", [("--workers", "2"), ("--address", "auto")], ids=str)
def test_options_of_clusters_without_one(options: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    outcome = command("evaluate", tmp_path, *options)
    assert outcome.status == 2
    assert f"--engine ray for {options[0]}" in outcome.err


def test_a_picture_is_swept_here(command: Command, pictures: dict[str, Path]) -> None:
    outcome = command("sweep", pictures["church"], "--engine", "ray")
    assert outcome.status == 2
    assert "a folder for" in outcome.err


def test_by_default_all_runs_here() -> None:
    network = toy_engine(lambda: SEBlock(8, 2)).network
    with HERE.opened(network, "cpu") as place:
        assert place.pool is None
        assert place.engine.network is network
    with pytest.raises(ClusterError, match="--workers"):
        Machines(workers=3)


def test_nothing_of_ray_or_of_servers_is_imported_by_default() -> None:
    """In a process of its own: here, another test may have brought them."""
    code = (
        "import sys, se_explorer, se_explorer.cli, se_explorer.commands.profiling, se_explorer.ui.caches\n"
        "told = [name for name in sys.modules if name == 'ray' or name.startswith('se_explorer.cluster.')]\n"
        "print(told)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
