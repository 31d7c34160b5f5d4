"""``report``: a file that holds what was asked for, or one line that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Command

MODEL = ("--model", "timm:mobilenetv3_small_050", "--weights", "random:0")


def test_a_file_is_written(command: Command, pictures: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    options = ("--edits", "SE_2_1=donor:cat", "--donor", f"cat={pictures['cat']}", "--channel", "3")
    outcome = command("report", pictures["church"], "--out", out, *MODEL, *options)
    assert outcome.status == 0, outcome.err
    assert f"Written: {out}" in outcome.err.replace("\n", "")
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "SE_2_1=donor:cat" in page
    assert "These weights are random" in page


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("--edits", "SE_9_9=off"), "EditPlanError"),
        (("--block", "SE_9_9"), "BlockError"),
        (("--target", "no such class"), "TraceError"),
        (("--out", f"{__file__}/report.html"), "DataError"),
    ],
    ids=["edits", "block", "target", "out"],
)
def test_an_error_is_one_line(
    options: tuple[str, ...], kind: str, command: Command, pictures: dict[str, Path], tmp_path: Path
) -> None:
    out = () if "--out" in options else ("--out", tmp_path / "report.html")
    outcome = command("report", pictures["church"], *out, *MODEL, *options)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"{kind}: Expected ")
    assert not list(tmp_path.iterdir())
