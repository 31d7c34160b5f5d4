"""The command line as a person calls it, without the seconds that a new process costs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from se_explorer import cli
from se_explorer.images import samples
from se_explorer.images.samples import FOLDER


@dataclass(frozen=True)
class Outcome:
    """What a command gave: exit status, output and error stream."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, which must be one JSON value and nothing else, from a command that did well."""
        assert self.status == 0, self.err
        return json.loads(self.out)


LOCALE = "C.UTF-8"

Command = Callable[..., Outcome]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs ``python -m se_explorer`` with these arguments."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["se_explorer", *map(str, arguments)])
        monkeypatch.setenv("LC_ALL", LOCALE)
        capfd.readouterr()
        try:
            cli.main()
            status = 0
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        streams = capfd.readouterr()
        return Outcome(status, streams.out, streams.err)

    return run


@pytest.fixture(scope="session")
def pictures() -> dict[str, Path]:
    """The sample pictures' files by id."""
    return {sample.id: FOLDER / sample.file for sample in samples()}
