"""Files that are whole or not there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from se_explorer.files import write_whole


class PowerCutError(Exception):
    """What stops a writer in the middle."""


def half(part: Path) -> None:
    """Write something, then stop."""
    part.write_text("half")
    raise PowerCutError


def names(folder: Path) -> list[str]:
    """All files of a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_others_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "file"
    write_whole(path, lambda part: part.write_text("whole"))
    assert path.read_text() == "whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert names(path.parent) == ["file"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PowerCutError):
        write_whole(tmp_path / "file", half)
    assert names(tmp_path) == []


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(PowerCutError):
        write_whole(tmp_path / "file", half)
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def write(part: Path) -> None:
        assert part.parent == path.parent  # a rename within one folder cannot be caught half done
        part.write_text("new")
        assert path.read_text() == "old"

    write_whole(path, write)
    assert path.read_text() == "new"


def test_a_link_stays_and_what_it_points_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("old")
    (tmp_path / "latest").symlink_to(tmp_path / "there" / "file")
    write_whole(tmp_path / "latest", lambda part: part.write_text("new"))
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "there" / "file").read_text() == "new"
    assert names(tmp_path / "there") == ["file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="Not a regular file"):
        write_whole(tmp_path / "pipe", lambda part: part.write_text("new"))
    assert (tmp_path / "pipe").is_fifo()
    assert names(tmp_path) == ["pipe"]
