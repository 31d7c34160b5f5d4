"""The sample pictures: listed, readable, credited, and rendered the same again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "assets" / "samples"
SAMPLES: list[dict[str, Any]] = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
CREDITS = (ROOT / "assets" / "CREDITS.md").read_text(encoding="utf-8")
CLASSES = {
    "tench", "English springer", "cassette player", "chain saw", "church", "French horn", "garbage truck", "gas pump",
    "golf ball", "parachute",
}  # fmt: skip
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[s["id"] for s in SAMPLES])


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`scripts/render_samples.py` as a module; it finds its package beside it, as when it is run."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    import render_samples  # type: ignore[import-not-found]

    return render_samples


def credit_line(file: str) -> str:
    """The row of the credits that starts with the file's name."""
    rows = [line for line in CREDITS.splitlines() if line.startswith(f"| `{file}` |")]
    assert len(rows) == 1, f"{file} needs one row in CREDITS.md"
    return rows[0]


def test_there_are_at_least_ten_with_ids_of_their_own() -> None:
    assert len(SAMPLES) >= 10
    assert len({s["id"] for s in SAMPLES}) == len(SAMPLES)
    assert len({s["file"] for s in SAMPLES}) == len(SAMPLES)


def test_the_folder_holds_what_is_listed_and_nothing_else() -> None:
    assert {p.name for p in FOLDER.iterdir()} == {s["file"] for s in SAMPLES} | {"samples.json"}


def test_all_together_stay_small() -> None:
    assert sum(p.stat().st_size for p in FOLDER.glob("*.jpg")) < 1_500_000


def test_the_first_visits_picture_shows_a_class() -> None:
    assert SAMPLES[0]["id"] == "golf-ball"
    assert SAMPLES[0]["class"] == "golf ball"


def test_not_all_are_square_and_some_show_no_class() -> None:
    sizes = [Image.open(FOLDER / s["file"]).size for s in SAMPLES]
    assert any(width > height for width, height in sizes)
    assert any(width < height for width, height in sizes)
    assert any(s["class"] is None for s in SAMPLES)
    assert len({s["class"] for s in SAMPLES} - {None}) >= 5


@each_sample
def test_decodes_as_a_jpeg_of_a_useful_size(sample: dict[str, Any]) -> None:
    with Image.open(FOLDER / sample["file"]) as picture:
        assert picture.format == "JPEG"
        assert picture.mode == "RGB"
        assert 320 <= min(picture.size) <= 640
        assert np.asarray(picture).std() > 10  # a black or empty picture would have no contrast


@each_sample
def test_carries_no_metadata_of_a_camera(sample: dict[str, Any]) -> None:
    with Image.open(FOLDER / sample["file"]) as picture:
        assert not picture.getexif()


@each_sample
def test_is_described_in_both_languages(sample: dict[str, Any]) -> None:
    assert set(sample) == {"id", "file", "title", "alt", "class", "licence", "source"}
    for key in ("title", "alt"):
        assert set(sample[key]) == {"en", "zh"}
        assert sample[key]["en"].isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in sample[key]["zh"])
    assert sample["class"] is None or sample["class"] in CLASSES
    assert sample["licence"]
    assert sample["source"]


@each_sample
def test_is_credited(sample: dict[str, Any]) -> None:
    row = credit_line(sample["file"])
    if sample["licence"].startswith("CC"):
        assert sample["licence"] in row
    elif sample["licence"] == "Public domain":
        assert "public domain" in row
    else:
        assert "MIT" in CREDITS
        assert sample["source"].split()[-1] in CREDITS


def test_every_rendered_sample_has_a_scene_and_its_seed_is_credited(renderer: ModuleType) -> None:
    rendered = {s["id"] for s in SAMPLES if s["source"].startswith("rendered")}
    assert rendered == set(renderer.SCENES)
    for name, (_module, size, seed) in renderer.SCENES.items():
        assert credit_line(f"{name}.jpg").endswith(f"| {seed} |")
        assert Image.open(FOLDER / f"{name}.jpg").size == size


def test_rendering_again_gives_the_committed_picture(renderer: ModuleType) -> None:
    again = np.asarray(renderer.rendered("parachute"), np.float32)
    committed = np.asarray(Image.open(FOLDER / "parachute.jpg"), np.float32)
    difference = np.abs(again - committed)
    # JPEG at quality 90 costs about two levels; single pixels on edges and in grain may be further off.
    assert difference.mean() < 3
    assert np.percentile(difference, 99) < 14


def test_a_smaller_rendering_differs_in_size_only(renderer: ModuleType) -> None:
    small = renderer.rendered("parachute", 0.25)
    committed = Image.open(FOLDER / "parachute.jpg").resize(small.size, Image.Resampling.BOX)
    assert small.size == (110, 125)
    assert np.abs(np.asarray(small, np.float32) - np.asarray(committed, np.float32)).mean() < 8


def test_command_writes_the_named_picture(
    renderer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["render_samples.py", "parachute", "--scale", "0.2", "--out", str(tmp_path)])
    renderer.main()
    assert [p.name for p in tmp_path.iterdir()] == ["parachute.jpg"]
    assert "parachute: 88x100" in capsys.readouterr().out


def test_command_names_the_scenes_when_asked_for_another(
    renderer: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["render_samples.py", "submarine"])
    with pytest.raises(SystemExit):
        renderer.main()
    assert "there is no scene 'submarine'; there are golf-ball, parachute" in capsys.readouterr().err
