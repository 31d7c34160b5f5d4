"""The Explore page, driven as a session."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from se_explorer.engine import Engine
from se_explorer.images import decode_picture, open_sample, samples
from tests.pages.driver import assert_healthy, open_app, plan, texts


def answer_of(engine: Engine, data: bytes) -> str:
    """The headline that the page must show for these bytes."""
    best = engine.trace(decode_picture(data)).top(1)[0]
    return f"## {best.label}, {best.probability:.1%}"


def test_first_visit_shows_a_result_without_a_click(engine: Engine) -> None:
    app = open_app()
    trace = engine.trace(open_sample(samples()[0].id))
    best, block = trace.top(1)[0], trace.block("SE_4_6")
    channel = int(np.argmax(block.energy * block.applied**2))
    said = texts(app)
    assert f"## {best.label}, {best.probability:.1%}" in said
    assert app.number_input(key="channel").value == channel
    assert f"Gate {channel} of SE_4_6 is **{block.gates[channel]:.4f}**" in said
    assert f"**{block.preactivation[channel]:.4f}**" in said
    assert len(app.get("plotly_chart")) == 7
    assert len(app.get("image")) == 10
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_another_sample_gives_its_own_answer(engine: Engine) -> None:
    app = open_app()
    app.selectbox(key="picture").set_value("church").run()
    assert_healthy(app)
    best = engine.trace(open_sample("church")).top(1)[0]
    assert f"## {best.label}, {best.probability:.1%}" in texts(app)


def test_block_sorting_scale_and_count_are_obeyed(engine: Engine) -> None:
    app = open_app()
    trace = engine.trace(open_sample(samples()[0].id))
    app.number_input(key="channel").set_value(300).run()
    app.selectbox(key="block").set_value("SE_2_1").run()
    assert_healthy(app)
    assert app.number_input(key="channel").value == 95, "a channel that the block lacks becomes its last"
    assert "SE_2_1: 96 channels of 32 x 32, 6 hidden units (r = 16), sigmoid gate" in texts(app)
    assert f"Gate 95 of SE_2_1 is **{trace.block('SE_2_1').gates[95]:.4f}**" in texts(app)
    for sorting in ("channel", "z", "energy", "gate"):
        app.selectbox(key="sort").set_value(sorting).run()
        assert_healthy(app)
    for scale in ("pair", "network", "block"):
        app.segmented_control(key="scale").set_value(scale).run()
        assert_healthy(app)
        assert len(app.get("image")) == (9 if scale == "pair" else 10), "a scale for each pair has no one bar"
    app.slider(key="shown").set_value(9).run()
    assert_healthy(app)


@pytest.mark.parametrize("suffix", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"])
def test_an_upload_in_each_format_is_traced(engine: Engine, photo: bytes, suffix: str) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(photo)).convert("P" if suffix == "GIF" else "RGB").save(file, suffix)
    app = open_app(source="upload")
    app.file_uploader(key="_upload").set_value((f"photo.{suffix.lower()}", file.getvalue(), "image/png")).run()
    assert_healthy(app)
    assert answer_of(engine, file.getvalue()) in texts(app)
    assert f"photo.{suffix.lower()}: 200 x 150 px" in texts(app)


def test_a_picture_from_the_camera_is_traced(engine: Engine, photo: bytes) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(photo)).save(file, "JPEG")
    app = open_app(source="camera")
    app.camera_input(key="_camera").set_value(("shot.jpg", file.getvalue(), "image/jpeg")).run()
    assert_healthy(app)
    assert answer_of(engine, file.getvalue()) in texts(app)


def bad_files(photo: bytes) -> dict[str, bytes]:
    """Uploads that are no usable picture."""

    def png(width: int, height: int) -> bytes:
        file = io.BytesIO()
        Image.new("RGB", (width, height)).save(file, "PNG")
        return file.getvalue()

    bomb = bytearray(png(20, 20))
    bomb[16:24] = (20_000).to_bytes(4, "big") + (10_000).to_bytes(4, "big")
    return {
        "no picture": b"Dear diary, today I was no picture.",
        "truncated": photo[: len(photo) // 2],
        "bomb": bytes(bomb),
        "one pixel": png(1, 1),
        "long": png(30_000, 2),
        "empty": b"",
    }


def test_bad_uploads_are_explained_and_the_picture_before_stays(engine: Engine, photo: bytes) -> None:
    app = open_app(source="upload")
    app.file_uploader(key="_upload").set_value(("good.png", photo, "image/png")).run()
    headline = answer_of(engine, photo)
    assert headline in texts(app)
    for name, data in bad_files(photo).items():
        app.file_uploader(key="_upload").set_value((f"{name}.png", data, "image/png")).run()
        assert_healthy(app)
        assert len(app.error) == 1, name
        assert "Expected" in app.error[0].value, name
        assert headline in texts(app), f"{name}: the picture before is gone"
    app.file_uploader(key="_upload").set_value(("good.png", photo, "image/png")).run()
    assert not app.error


def test_animated_and_misnamed_uploads_are_used_with_a_note() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    app = open_app(source="upload")
    app.file_uploader(key="_upload").set_value(("film.jpg", file.getvalue(), "image/jpeg")).run()
    assert_healthy(app)
    notes = " ".join(note.value for note in app.info)
    assert "first of 3 frames" in notes
    assert "GIF" in notes


def test_the_address_opens_the_same_state(engine: Engine) -> None:
    app = open_app(picture="parachute", block="SE_3_2", channel="17", edits="SE_2_1=off", sort="z")
    assert app.selectbox(key="picture").value == "parachute"
    assert app.selectbox(key="block").value == "SE_3_2"
    assert app.number_input(key="channel").value == 17
    assert plan(app) == "SE_2_1=off"
    best = engine.trace(open_sample("parachute"), "SE_2_1=off").top(1)[0]
    assert f"## {best.label}, {best.probability:.1%}" in texts(app)


@pytest.mark.parametrize(
    "query",
    [
        {"picture": "../../etc/passwd"},
        {"block": "SE_9_9"},
        {"channel": "-4"},
        {"channel": "99999"},
        {"channel": "NaN"},
        {"model": "x" * 5000},
        {"sort": "<script>"},
        {"edits": "SE_9_9=off"},
        {"edits": "🙂" * 1000},
        {"source": "upload"},
    ],
    ids=str,
)
def test_a_wrong_address_still_shows_a_result(query: dict[str, str]) -> None:
    app = open_app(**query)
    assert "## " in texts(app)
    assert len(app.get("plotly_chart")) >= 6


def test_a_plan_that_cannot_be_read_leaves_the_last_one_in_force() -> None:
    app = open_app(edits="SE_4_6=zero")
    assert "This block is edited" in texts(app)
    app.text_input(key="edits").set_value("SE_4_6=nonsense").run()
    assert_healthy(app)
    assert "one of the modes" in app.error[0].value
    assert "This block is edited" in texts(app)
    app.text_input(key="edits").set_value("").run()
    assert not app.error
    assert "This block is edited" not in texts(app)


def test_a_plan_that_another_network_cannot_run_is_not_in_force_there(engine: Engine) -> None:
    """Means are measured of the bundled network alone; its plan comes along to another."""
    app = open_app("networks", edits="SE_3_1=mean")
    app.button(key="_open_random").click().run()
    for page in ("explore", "ablate"):
        app.switch_page(f"pages/{page}.py").run()
        assert_healthy(app)
        assert len(app.error) == 1
        assert app.header, "the page shows the network unedited"
        assert "No gate is edited meanwhile." in texts(app)
    assert len(app.toggle) > len(engine.blocks)


def test_an_edited_blocks_gates_are_counted_as_applied(engine: Engine) -> None:
    count = engine.channels["SE_5_3"]
    app = open_app(edits="SE_5_3=zero", block="SE_5_3", channel="3")
    assert f"**0** of {count} gates saturated open (at least 0.99); **{count}** saturated shut" in texts(app)
    own = engine.trace(open_sample(samples()[0].id)).block("SE_5_3").gates[3]
    assert f"s = 0.0000 (edited; the block's own is {own:.4f})" in texts(app)


def test_nothing_is_lost_on_a_change_of_page(photo: bytes) -> None:
    app = open_app(source="upload", block="SE_5_1", channel="5", edits="SE_2_2=mean")
    app.file_uploader(key="_upload").set_value(("mine.png", photo, "image/png")).run()
    before = texts(app)
    app.switch_page("pages/ablate.py").run()
    assert_healthy(app)
    assert "mine.png: 200 x 150 px" in texts(app)
    assert plan(app) == "SE_2_2=mean"
    assert app.toggle(key="_on_SE_2_2").value is False
    app.switch_page("pages/explore.py").run()
    assert_healthy(app)
    assert texts(app) == before


def test_a_hidden_unit_is_chosen_by_its_number() -> None:
    app = open_app()
    given = app.number_input(key="_hidden_unit_number")
    other = int(given.value) + 1 if given.value < given.max else int(given.value) - 1
    given.set_value(other).run()
    assert_healthy(app)
    assert app.number_input(key="_hidden_unit_number").value == other
    assert f"Hidden unit {other}: the" in texts(app)
