"""The image's steps without a container engine: its files in a folder, an ordinary user who may write nowhere."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the image is Linux's")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile's COPY lines bring, at /app."""
    folder = tmp_path_factory.mktemp("image") / "app"
    steps = re.findall(r"^COPY (.*)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    for step in steps:
        *sources, target = step.split()
        for source in sources:
            place = folder / Path(target).relative_to("/app")
            place = place / Path(source).name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place)
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(0o755)  # pytest's folders are their owner's alone
    return folder


def test_what_is_in_it_knows_its_version(image: Path) -> None:
    code = (
        "from se_explorer.report.provenance import version; from se_explorer.analysis.provenance import code_version\n"
        "print(version(), code_version().package)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=image, capture_output=True, text=True, check=True).stdout
    here = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert here
    assert told.split() == [here[1]] * 2


def test_the_environment_is_made_of_what_is_pinned(image: Path, tmp_path: Path) -> None:
    """The step itself, with nothing to be fetched in the list; the real list is the same that `make run` installs."""
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("# nothing\n", encoding="utf-8")
    environment = {**os.environ, "REQUIREMENTS": str(nothing), "PIP_NO_INDEX": "1"}
    command = ["sh", str(image / "deploy/container/install.sh"), str(tmp_path / "venv")]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert (tmp_path / "venv/bin/python").exists()
    assert '-r "${REQUIREMENTS:-$here/requirements.txt}"' in (image / "deploy/container/install.sh").read_text("utf-8")


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be root")
def test_it_refuses_to_be_roots(image: Path) -> None:
    done = subprocess.run(["sh", str(image / "deploy/container/start.sh")], capture_output=True, text=True)
    assert (done.returncode, "does not run as root" in done.stderr) == (64, True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def health(image: Path, port: int) -> int:
    command = [sys.executable, str(image / "deploy/container/health.py")]
    return subprocess.run(command, env={**os.environ, "PORT": str(port)}, capture_output=True).returncode


@pytest.fixture
def started(image: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PORT": str(port), "ADDRESS": "127.0.0.1"}
    environment |= {"HOME": "/nonexistent", "OMP_NUM_THREADS": "1"}
    # The interpreter may lie where only root reads: nobody is let read all, and may write as little as ever.
    user = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --inh-caps=+dac_read_search".split()
    user = [*user, "--ambient-caps=+dac_read_search"] if os.getuid() == 0 else []
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*user, "sh", str(image / "deploy/container/start.sh")], env=environment, stdout=log, stderr=log, cwd="/"
        )
    yield server, port
    server.terminate()
    server.wait(60)


@pytest.mark.slow
def test_it_starts_as_an_ordinary_user_and_is_well(
    image: Path, started: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    server, port = started
    deadline = time.monotonic() + 300  # a limit against hangs
    while health(image, port) and time.monotonic() < deadline:
        assert server.poll() is None, (tmp_path / "log").read_text("utf-8", "replace")
        time.sleep(0.5)
    assert health(image, port) == 0
    if os.getuid() == 0:
        status = Path(f"/proc/{server.pid}/status").read_text("utf-8")
        assert re.search(rf"^Uid:\t{NOBODY}\t", status, re.MULTILINE)
