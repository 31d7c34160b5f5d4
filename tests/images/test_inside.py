"""Pictures out of one folder: whatever a name says, nothing outside it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from se_explorer.errors import DataError, ImageError
from se_explorer.images import folder_of, picture_inside

SECRET = (1, 2, 3)


def save(path: Path, colour: tuple[int, int, int] = (200, 100, 50)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 16), colour).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one picture, and a picture beside it that nobody may see."""
    save(tmp_path / "secret.png", SECRET)
    save(tmp_path / "data" / "a" / "1.png")
    return folder_of(str(tmp_path / "data"))


def test_a_picture_of_the_folder(folder: Path) -> None:
    assert picture_inside(folder, "a/1.png").pixels[0, 0].tolist() == [200, 100, 50]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.png",
        "a/../../secret.png",
        "a\\..\\..\\secret.png",
        "..",
        "/etc/passwd",
        "\\\\host\\share\\x.png",
        "C:\\x.png",
        "C:x.png",
        "a/\0.png",
    ],
)
def test_a_name_that_leads_out_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(ImageError, match="inside the folder"):
        picture_inside(folder, name)


def test_an_absolute_path_is_refused_even_into_the_folder(folder: Path) -> None:
    with pytest.raises(ImageError, match="inside the folder"):
        picture_inside(folder, str(folder / "a" / "1.png"))


@pytest.mark.parametrize("link", ["a/link.png", "b"])
def test_a_link_that_leads_out_is_refused(folder: Path, link: str) -> None:
    outside = folder.parent
    (folder / link).symlink_to(outside if link == "b" else outside / "secret.png")
    with pytest.raises(ImageError, match="leads out"):
        picture_inside(folder, "b/secret.png" if link == "b" else link)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "c").symlink_to(folder / "a")
    assert picture_inside(folder, "c/1.png").width == 16


def test_missing_broken_and_strange_files_are_told(folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"no picture")
    os.mkfifo(folder / "pipe.png")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    for name in ("none.png", "broken.png", "pipe.png", "a", "loop.png", "x" * 5000):
        with pytest.raises(ImageError):
            picture_inside(folder, name)
    with pytest.raises(ImageError, match=r"the picture none\.png"):
        picture_inside(folder, "none.png")


@pytest.mark.parametrize("text", ["/no/such/folder", "a\0b", "~nobody-of-that-name/x", "x" * 5000])
def test_no_folder_is_told(text: str) -> None:
    with pytest.raises(DataError, match="a folder on this machine"):
        folder_of(text)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        folder_of(str(save(tmp_path / "a.png")))


def test_links_in_the_folders_own_path_are_followed(tmp_path: Path) -> None:
    save(tmp_path / "data" / "1.png")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    folder = folder_of(f" {tmp_path / 'link'} ")
    assert folder == (tmp_path / "data").resolve()
    assert picture_inside(folder, "1.png").width == 16


def test_where_strangers_come_no_folder_is_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    with pytest.raises(DataError, match="a folder on this server, which is open to everybody"):
        folder_of(str(folder))
