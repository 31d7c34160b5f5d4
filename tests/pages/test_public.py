"""The pages where strangers come: complete, but for folders, trainings and checkpoints; and the line for a place."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.ui import admission
from se_explorer.ui.seats import Seats
from tests.pages.driver import ROOT, assert_healthy, open_app, texts
from tests.pages.spoken import english_left

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "train")
FOLDERS = {"_data_folder_typed", "_run_folder", "_train_folder"}


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers come here."""
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_and_none_asks_for_a_folder(page: str) -> None:
    app = open_app(page)
    assert not app.error
    assert {field.key for field in app.text_input} & FOLDERS == set()


def test_the_page_train_is_not_there() -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300).run()
    assert_healthy(app)
    with pytest.raises(ValueError, match="train"):
        app.switch_page("pages/train.py").run()


def uploaders(app: AppTest) -> set[str]:
    return {str(each.key) for each in app.file_uploader}


def test_checkpoints_are_taken_only_if_the_operator_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app("networks")
    assert "takes no checkpoints" in texts(app)
    assert "_own_file" not in uploaders(app)
    monkeypatch.setenv("SE_EXPLORER_CHECKPOINTS", "safetensors")
    app.run()
    assert_healthy(app)
    assert "A safetensors file. It is read in memory" in texts(app)
    assert "_own_file" in uploaders(app)
    assert list(app.file_uploader(key="_own_file").proto.type) == [".safetensors"]


def test_weights_that_are_not_here_are_the_operators_to_fetch() -> None:
    app = open_app("networks", card="timm:seresnet50.a1_in1k")
    assert_healthy(app)
    assert "_download" not in {button.key for button in app.button}


def test_a_giant_named_in_a_link_is_refused_and_the_rest_of_the_link_stays() -> None:
    app = open_app("explore", model="torchvision:regnet_y_128gf", weights="random:0", block="SE_2_1")
    assert_healthy(app)
    assert [told for told in app.error if "at most 120 million parameters" in told.value]
    assert "SE_2_1" in app.query_params["block"]


def full(monkeypatch: pytest.MonkeyPatch, waiting: int) -> Seats:
    """One place, and somebody has it."""
    seats = Seats(1, waiting)
    seats.take("somebody else")
    monkeypatch.setattr(admission, "_seats", lambda places, line: seats)
    return seats


@pytest.mark.parametrize(("waiting", "told"), [(9, "You are number 1 in line"), (0, "Please come back later")])
def test_one_more_than_there_are_places_is_told_and_comes_in(
    monkeypatch: pytest.MonkeyPatch, waiting: int, told: str
) -> None:
    seats = full(monkeypatch, waiting)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300).run()
    assert_healthy(app)
    assert "All places are taken" in texts(app)
    assert told in texts(app)
    assert not app.get("plotly_chart")
    seats.give_back("somebody else")
    app.run()
    assert_healthy(app)
    assert app.get("plotly_chart")


@pytest.mark.parametrize("waiting", [9, 0])
def test_the_line_in_chinese(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    full(monkeypatch, waiting)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    app.query_params["lang"] = "zh-Hans"
    app.run()
    assert "名额已满" in texts(app)
    assert english_left(app) == {}


def test_a_setting_that_cannot_be_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "pubic")
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300).run()
    assert_healthy(app)
    assert "SE_EXPLORER_PROFILE=pubic" in texts(app)
    assert not app.get("plotly_chart")
