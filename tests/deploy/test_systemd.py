"""The committed unit: systemd takes it, and what it starts is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "systemd" / "se-explorer@.service"
ANALYZE = shutil.which("systemd-analyze")


def settings() -> dict[str, str]:
    pairs = (line.partition("=") for line in UNIT.read_text("utf-8").splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _sign, value in pairs}


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    assert ANALYZE is not None
    text = UNIT.read_text(encoding="utf-8")
    assert "/opt/se-explorer/.venv/bin/python" in text
    here = text.replace("/opt/se-explorer/.venv/bin/python", sys.executable).replace("/opt/se-explorer", str(ROOT))
    (tmp_path / UNIT.name).write_text(here, encoding="utf-8")
    unit = tmp_path / UNIT.name.replace("@", "@8501")
    told = subprocess.run([ANALYZE, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert (told.returncode, told.stderr) == (0, "")
    (tmp_path / UNIT.name).write_text(here.replace("Restart=always", "Restart=perhaps"), encoding="utf-8")
    assert "perhaps" in subprocess.run([ANALYZE, "verify", str(unit)], capture_output=True, text=True).stderr


def test_it_starts_the_public_app_as_an_ordinary_user_who_may_write_to_the_cache_alone() -> None:
    given = settings()
    script = given["ExecStart"].partition("streamlit run ")[2].split()[0]
    assert (ROOT / script).is_file()
    assert "SE_EXPLORER_PROFILE=public" in UNIT.read_text(encoding="utf-8")
    assert (given["DynamicUser"], given["ProtectSystem"], given["NoNewPrivileges"]) == ("yes", "strict", "yes")
    assert given["CapabilityBoundingSet"] == ""
    assert "ReadWritePaths" not in given
