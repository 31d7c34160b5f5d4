"""Where weights lie, found without a network."""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load, save

from se_explorer.errors import WeightsError
from se_explorer.models import cards, open_network, usable_now, weights_status
from se_explorer.models.library_card import LibraryCard, Origin
from se_explorer.models.weights import own_folder
from tests.models.weights.conftest import (
    HUB_NETWORK,
    HUB_REPOSITORY,
    URL_NETWORK,
    Places,
    pytorch_file,
    safetensors_file,
    same,
    state_of,
    url_origin,
)

OWN_HUB = "timm--mobilenetv3_small_050.lamb_in1k"
OWN_URL = "torchvision--MobileNet_V3_Small_Weights.IMAGENET1K_V1.pth"
COMMIT = "f" * 40


def put(path: Path, data: bytes) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def in_hub_cache(places: Places, name: str, data: bytes) -> Path:
    """A file as the hub's functions keep it, without links."""
    folder = places.hub / f"models--{HUB_REPOSITORY.replace('/', '--')}"
    put(folder / "refs" / "main", COMMIT.encode())
    return put(folder / "snapshots" / COMMIT / name, data)


def test_with_empty_caches_all_but_the_bundled_is_to_be_downloaded(places: Places) -> None:
    assert usable_now() == ("seresnet50-imagenette",)
    for model, card in cards().items():
        if isinstance(card, LibraryCard):
            status = weights_status(model)
            assert (status.state, status.path, status.damaged) == ("download", None, None)
            assert (status.bytes, status.about) == (card.origin.bytes, card.source == "timm")


def test_the_hubs_cache(places: Places) -> None:
    path = in_hub_cache(places, "model.safetensors", safetensors_file())
    assert weights_status(HUB_NETWORK).path == path
    assert HUB_NETWORK in usable_now()
    assert same(open_network(HUB_NETWORK).module.state_dict(), state_of(HUB_NETWORK))


def test_torchs_cache(places: Places, change_card: Callable[[str, Origin], None]) -> None:
    origin = url_origin("https://nowhere.example", pytorch_file())
    change_card(URL_NETWORK, origin)
    put(places.torch / str(origin.url).rpartition("/")[2], pytorch_file())
    assert weights_status(URL_NETWORK).state == "cached"
    assert same(open_network(URL_NETWORK).module.state_dict(), state_of(URL_NETWORK))


def test_the_folder_of_weights_from_elsewhere(places: Places, change_card: Callable[[str, Origin], None]) -> None:
    change_card(URL_NETWORK, url_origin("https://nowhere.example", pytorch_file()))
    put(places.own / f"{OWN_HUB}.safetensors", safetensors_file())
    put(places.own / OWN_URL, pytorch_file())
    for model in (HUB_NETWORK, URL_NETWORK):
        assert weights_status(model).path.parent == places.own
        assert same(open_network(model).module.state_dict(), state_of(model))


def test_the_folder_has_a_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SE_EXPLORER_WEIGHTS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_folder() == tmp_path / ".cache" / "se_explorer" / "weights"


CUTS = {
    "empty": b"",
    "cut off": safetensors_file()[:-1],
    "its header cut off": safetensors_file()[:100],
    "too long": safetensors_file() + b"\0",
    "a page of a proxy": b"<html>Please log in</html>",
    "a header that is no header": struct.pack("<Q", 2) + b"[]",
}


@pytest.mark.parametrize("data", CUTS.values(), ids=CUTS)
def test_a_file_that_is_not_whole_does_not_count(data: bytes, places: Places) -> None:
    path = put(places.own / f"{OWN_HUB}.safetensors", data)
    status = weights_status(HUB_NETWORK)
    assert (status.state, status.damaged) == ("download", path)
    whole = in_hub_cache(places, "model.safetensors", safetensors_file())
    assert weights_status(HUB_NETWORK).path == whole


@pytest.mark.parametrize("cut", [0, 1000, len(pytorch_file()) - 5000])
def test_a_file_in_torchs_cache_that_is_cut_off_does_not_count(
    cut: int, places: Places, change_card: Callable[[str, Origin], None]
) -> None:
    origin = url_origin("https://nowhere.example", pytorch_file())
    change_card(URL_NETWORK, origin)
    path = put(places.torch / str(origin.url).rpartition("/")[2], pytorch_file()[:cut])
    assert weights_status(URL_NETWORK).damaged == path


def test_weights_of_another_network_are_refused_by_what_does_not_fit(places: Places) -> None:
    state = load(safetensors_file())
    state.pop("conv_stem.weight")
    path = put(places.own / f"{OWN_HUB}.safetensors", save(state))
    with pytest.raises(WeightsError, match=r"conv_stem") as caught:
        open_network(HUB_NETWORK)
    assert str(path) in caught.value.received


def test_a_pickle_with_code_is_refused_and_not_run(places: Places, tmp_path: Path) -> None:
    class Code:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "run"),)

    path = put(places.own / f"{OWN_HUB}.pth", pickle.dumps({"weight": Code()}, 2) + bytes(7_000_000))
    assert weights_status(HUB_NETWORK).path == path
    with pytest.raises(WeightsError, match="none was run") as caught:
        open_network(HUB_NETWORK)
    assert "weights_only" not in str(caught.value)
    assert not (tmp_path / "run").exists()
