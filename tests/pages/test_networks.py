"""The Networks page, driven as a session. Nothing is downloaded: a download is stood in for where one is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from se_explorer.models import Download, catalog, downloads, find_card, open_network
from se_explorer.ui.networks_list import filtered
from tests.pages.driver import assert_healthy, open_app, texts

SMALL = "timm:mobilenetv3_small_050.lamb_in1k"


@pytest.fixture(autouse=True)
def empty_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights on this machine but the bundled ones."""
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(tmp_path / "own"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path / "torch"))


def test_the_card_is_shown_before_anything_is_downloaded() -> None:
    app = open_app("networks", card=SMALL)
    card = find_card(SMALL)
    assert card is not None
    page = texts(app)
    assert f"{card.parameters:,}" in page
    assert "57.92%" in page.replace(" %", "%")
    assert "We have not measured it" in page
    assert card.licence in page
    labels = [button.label for button in app.button]
    assert any(label.startswith("Download (") for label in labels)
    assert downloads().status(SMALL) is None


def test_random_weights_are_opened_on_purpose_and_every_page_says_so() -> None:
    app = open_app("networks", card=SMALL)
    app.button(key="_open_random").click().run()
    assert_healthy(app)
    assert app.query_params["model"] == SMALL
    assert app.query_params["weights"] == "random:0"
    for page in ("explore", "ablate", "architecture"):
        app.switch_page(f"pages/{page}.py").run()
        assert_healthy(app)
        assert any("random" in warning.value for warning in app.warning), page


def test_a_link_to_weights_that_are_not_here_says_where_to_get_them() -> None:
    app = open_app(model=SMALL)
    assert any("still to be downloaded" in error.value for error in app.error)
    app.sidebar.selectbox(key="_network").set_value("seresnet50-imagenette|pretrained").run()
    assert_healthy(app)
    assert not app.error


def test_a_link_to_an_unknown_network_is_told() -> None:
    app = open_app(model="timm:no_such_network")
    assert any("no_such_network" in error.value for error in app.error)


def test_a_link_to_somebodys_own_file_is_told() -> None:
    app = open_app(model="own")
    assert any("somebody's own file" in error.value for error in app.error)


def test_an_own_checkpoint_is_opened_with_its_labels_and_survives_a_change_of_page(tmp_path: Path) -> None:
    import timm

    path = tmp_path / "mine.pt"
    torch.save({"state_dict": timm.create_model("mobilenetv3_small_050", num_classes=3).state_dict()}, path)
    app = open_app("networks")
    app.selectbox(key="_own_architecture").set_value("timm:mobilenetv3_small_050").run()
    app.file_uploader(key="_own_file").upload("mine.pt", path.read_bytes(), "application/octet-stream").run()
    app.file_uploader(key="_own_labels").upload("labels.txt", b"cat\ndog\ncow\n", "text/plain").run()
    app.button(key="_own_open").click().run()
    assert_healthy(app)
    assert not app.error, [error.value for error in app.error]
    app.switch_page("pages/explore.py").run()
    assert_healthy(app)
    assert any(name in texts(app) for name in ("cat", "dog", "cow"))
    other = open_app(model="own")
    assert any("somebody's own file" in error.value for error in other.error), "another session cannot see it"


def test_a_checkpoint_that_does_not_fit_is_refused_and_the_network_stays() -> None:
    app = open_app("networks")
    app.selectbox(key="_own_architecture").set_value("timm:mobilenetv3_small_050").run()
    app.file_uploader(key="_own_file").upload("mine.pt", b"no checkpoint", "application/octet-stream").run()
    app.button(key="_own_open").click().run()
    assert_healthy(app)
    assert app.error
    assert "model" not in app.query_params


@pytest.mark.parametrize(
    ("families", "largest", "least", "here", "wanted"),
    [
        ([], 200.0, 0.0, True, {"seresnet50-imagenette"}),
        (["SENet-154"], 200.0, 0.0, False, {"timm:legacy_senet154.in1k", "timm:senet154.gluon_in1k"}),
        (["SENet-154"], 100.0, 0.0, False, set()),
    ],
)
def test_filters(families: list[str], largest: float, least: float, here: bool, wanted: set[str]) -> None:
    found = filtered(catalog(), families, largest, least, here)
    assert {entry.id for entry in found} == wanted
    assert all(entry.top1 >= 0.8 for entry in filtered(catalog(), [], 500, 80, False))


def test_a_download_that_failed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from se_explorer.errors import WeightsError

    error = WeightsError("the weights", "no connection", "Copy the folder.")
    failed = Download(SMALL, "failed", message=str(error), error=error)
    monkeypatch.setattr(type(downloads()), "status", lambda self, model: failed)
    app = open_app("networks", card=SMALL)
    assert any("Copy the folder." in element.value for element in app.error)
    assert any(button.label.startswith("Download again") for button in app.button)


def test_the_bundled_network_is_open_already() -> None:
    app = open_app("networks")
    assert any("every page shows this network" in element.value for element in app.success)
    assert open_network().id in texts(app)
