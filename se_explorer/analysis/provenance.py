"""By which code something was made."""

from __future__ import annotations

import functools
import subprocess
import tomllib
from pathlib import Path

import torch

from se_explorer.analysis.profile_header import CodeVersion

__all__ = ["code_version"]

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"
GIT_SECONDS = 5


def _package() -> str:
    try:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, tomllib.TOMLDecodeError, LookupError, TypeError):  # a copy of the package alone
        return UNKNOWN


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):  # no git, no repository, or not ours to read
        return None
    return done.stdout.strip()


@functools.cache
def code_version() -> CodeVersion:
    """The package's version, its commit where it lies in its own repository, and PyTorch's version."""
    commit = None
    if _git("rev-parse", "--show-toplevel") == str(ROOT):
        commit = _git("rev-parse", "HEAD")
        if commit and _git("status", "--porcelain", "--untracked-files=no"):
            commit += "-dirty"
    return CodeVersion(package=_package(), commit=commit or None, torch=torch.__version__)
