"""Explore, what a channel looks for, driven as a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from se_explorer.analysis import Profile, bundled_profile, save_profile, squeeze_parts
from se_explorer.engine import Engine
from se_explorer.images import open_sample, samples
from tests.pages.driver import assert_healthy, open_app, texts

FIRST = samples()[0].id
CHANNEL = 17


@pytest.fixture(scope="module")
def profile(engine: Engine) -> Profile:
    found = bundled_profile(engine.network)
    assert found is not None
    return found


def extremes(profile: Profile) -> tuple[list[str], list[str]]:
    """Names of the pictures that open channel 17 of SE_4_6 most and least."""
    block = profile.block("SE_4_6")
    sides = (block.highest.pictures[:, CHANNEL], block.lowest.pictures[:, CHANNEL])
    most, least = ([profile.header.pictures[place] for place in side] for side in sides)
    return most, least


def build(root: Path, names: list[str]) -> Path:
    """A folder with a picture under each name."""
    for number, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (number, 90, 200)).save(root / name)
    return root


def thumbnails(app: Any) -> list[str]:
    """Captions of the thumbnails."""
    groups = [
        [image.caption for image in element.proto.imgs]
        for element in app.get("image")
        if hasattr(element.proto, "imgs")
    ]
    return [caption for group in groups for caption in group if caption[:2].rstrip(".").isdigit()]


def told_of_squeeze(engine: Engine, sample: str, edits: str = "") -> str:
    """How the page's sentence on z must begin."""
    block = engine.trace(open_sample(sample), edits, keep=("SE_4_6",)).block("SE_4_6")
    parts = squeeze_parts(block, CHANNEL)
    assert not parts.cancels
    if parts.z < 0:
        return (
            f"is negative: **{parts.darkest / parts.z:.0%} of it comes from the darkest tenth of positions** (7 of 64)"
        )
    return f"**{parts.brightest / parts.z:.0%} of z = "


@pytest.mark.parametrize(("sample", "edits"), [(FIRST, ""), ("church", ""), ("church", "SE_2_1=zero")])
def test_the_squeeze_comes_from_its_brightest_tenth(engine: Engine, sample: str, edits: str) -> None:
    app = open_app(picture=sample, block="SE_4_6", channel=str(CHANNEL), edits=edits)
    assert told_of_squeeze(engine, sample, edits) in texts(app)
    assert ("The run is that with the plan at hand." in texts(app)) == bool(edits)


def test_names_and_gates_are_there_without_a_folder(engine: Engine, profile: Profile) -> None:
    app = open_app(block="SE_4_6", channel=str(CHANNEL))
    gate = engine.trace(open_sample(FIRST)).block("SE_4_6").gates[CHANNEL]
    block = profile.block("SE_4_6")
    said = texts(app).replace("\\", "")
    assert f"Over 3,925 pictures of imagenette2-160, val gate 17 of SE_4_6 is {block.gates.mean[CHANNEL]:.3f}" in said
    assert f"this picture's **{gate:.3f}** lies" in said
    most, least = (table.value for table in app.dataframe)
    assert (most["Picture"].tolist(), least["Picture"].tolist()) == extremes(profile)
    np.testing.assert_allclose(most["Gate"], block.highest.values[:, CHANNEL], rtol=1e-6)
    np.testing.assert_allclose(least["Gate"], block.lowest.values[:, CHANNEL], rtol=1e-6)
    labels = {entry.id: entry.label for entry in profile.classes}
    assert most["Class"].tolist() == [labels[name.partition("/")[0]] for name in most["Picture"]]
    assert not thumbnails(app)


@pytest.mark.parametrize("around", [False, True], ids=["the folder itself", "the one around it"])
def test_thumbnails_come_with_the_folder(profile: Profile, tmp_path: Path, around: bool) -> None:
    most, least = extremes(profile)
    build(tmp_path / "val" if around else tmp_path, [*most, *least])
    app = open_app(block="SE_4_6", channel=str(CHANNEL))
    app.text_input(key="_data_folder_typed").set_value(str(tmp_path)).run()
    assert_healthy(app)
    assert len(thumbnails(app)) == 16
    assert thumbnails(app)[0].startswith("1. ")
    assert not app.warning
    assert all(str(tmp_path) not in str(value) for value in app.query_params.values()), "no folder in a link"
    app.switch_page("pages/classes.py").run()
    app.switch_page("pages/explore.py").run()
    assert app.text_input(key="_data_folder_typed").value == str(tmp_path)
    assert len(thumbnails(app)) == 16


def test_missing_and_broken_pictures_are_told_and_left_out(profile: Profile, tmp_path: Path) -> None:
    most, least = extremes(profile)
    build(tmp_path, [*most[1:], *least])
    (tmp_path / least[2]).write_bytes(b"no picture")
    app = open_app(block="SE_4_6", channel=str(CHANNEL))
    app.text_input(key="_data_folder_typed").set_value(str(tmp_path)).run()
    assert_healthy(app)
    assert len(thumbnails(app)) == 14
    (warning,) = [each.value.replace("\\", "") for each in app.warning]
    assert most[0] in warning
    assert least[2] in warning
    app.text_input(key="_data_folder_typed").set_value(str(tmp_path / "none")).run()
    assert_healthy(app)
    assert "Expected a folder on this machine" in app.error[0].value
    assert not thumbnails(app)
    assert "Feature maps before" in texts(app), "the rest of the page stays"


def test_names_that_lead_out_of_the_folder_show_nothing(profile: Profile, tmp_path: Path) -> None:
    build(tmp_path, ["secret.png"])
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    names = tuple(["../secret.png", str(tmp_path / "secret.png"), "link.png"][place % 3] for place in range(3478))
    hostile = replace(profile, header=profile.header.model_copy(update={"pictures": names}))
    save_profile(hostile, tmp_path / "p.safetensors", compact=True)
    app = open_app("classes", block="SE_4_6", channel=str(CHANNEL))
    data = (tmp_path / "p.safetensors").read_bytes()
    app.file_uploader(key="_profile_upload").set_value(("p.safetensors", data, "application/octet-stream")).run()
    assert not app.error
    app.switch_page("pages/explore.py").run()
    app.text_input(key="_data_folder_typed").set_value(str(inside)).run()
    assert_healthy(app)
    assert not thumbnails(app)
    assert any("Left out" in warning.value for warning in app.warning)


def test_where_strangers_come_no_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, profile: Profile) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    app = open_app(block="SE_4_6", channel=str(CHANNEL))
    assert "_data_folder_typed" not in [field.key for field in app.text_input]
    assert [table.value["Picture"].tolist() for table in app.dataframe] == list(extremes(profile))


def test_without_a_profile_the_squeeze_is_still_told() -> None:
    app = open_app(weights="random:3")
    assert_healthy(app)
    assert "There is no profile of this network here" in texts(app)
    assert "together they are z" in texts(app)
