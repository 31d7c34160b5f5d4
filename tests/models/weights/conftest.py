"""Caches of one test alone, a server in the place of the internet, and small files of weights."""

from __future__ import annotations

import functools
import hashlib
import importlib
import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save
from torch import Tensor

from se_explorer.models import LibraryCard, downloads, find_card, open_network
from se_explorer.models.library_card import Origin
from tests.models.weights.shelf import Shelf, serving

HUB_NETWORK = "timm:mobilenetv3_small_050.lamb_in1k"
HUB_REPOSITORY = "timm/mobilenetv3_small_050.lamb_in1k"
URL_NETWORK = "torchvision:mobilenet_v3_small"


@dataclass(frozen=True)
class Places:
    """The caches of one test."""

    hub: Path
    torch: Path
    own: Path


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """Empty caches, no downloads from before, and none left to whoever comes next in this process."""
    made = Places(tmp_path / "hub", tmp_path / "torch" / "hub" / "checkpoints", tmp_path / "own")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(made.hub))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(made.own))
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    downloads.cache_clear()
    yield made
    downloads.cache_clear()


@pytest.fixture
def shelf(places: Places, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """The server that the hub's functions ask."""
    with serving() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


@pytest.fixture
def nowhere(places: Places, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a port that nobody listens at, in the place of the hub."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("HF_ENDPOINT", url)
    return url


@pytest.fixture
def silent(places: Places, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that takes connections and never answers, in the place of the hub."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("HF_ENDPOINT", url)
        yield url


@functools.cache
def state_of(model: str) -> dict[str, Tensor]:
    """Weights that no library would make up by itself."""
    state = open_network(model, "random:7").module.state_dict()
    return {name: value.clone() for name, value in state.items()}


@functools.cache
def safetensors_file() -> bytes:
    """Weights of ``HUB_NETWORK`` as the hub has them."""
    return save(state_of(HUB_NETWORK))


@functools.cache
def pytorch_file() -> bytes:
    """Weights of ``URL_NETWORK`` as torchvision has them."""
    file = io.BytesIO()
    torch.save(state_of(URL_NETWORK), file)
    return file.getvalue()


def url_origin(host: str, data: bytes, digest: str | None = None) -> Origin:
    """Where a plain host has a file, with the first digits of its sha256 in its name."""
    digits = digest or hashlib.sha256(data).hexdigest()[:8]
    return Origin(url=f"{host}/weights-{digits}.pth", sha256=digits, bytes=len(data))


@pytest.fixture
def change_card(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Origin], None]:
    """Lets a card of the catalog name another origin."""
    module = importlib.import_module("se_explorer.models.cards")

    def change(model: str, origin: Origin) -> None:
        card = find_card(model)
        assert isinstance(card, LibraryCard)
        changed = {**module._library_cards(), card.id: card.model_copy(update={"origin": origin})}
        monkeypatch.setattr(module, "_library_cards", lambda: changed)

    return change


def same(network: dict[str, Tensor], served: dict[str, Tensor]) -> bool:
    """Whether two state_dicts hold the same bits."""
    return list(network) == list(served) and all(torch.equal(network[name], served[name]) for name in served)


def leavings(folder: Path) -> list[str]:
    """Names of the files in a cache that look like weights or parts of them: no locks, marks or references."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and ".locks" not in path.parts
        and path.parent.name != "refs"
        and path.name != "CACHEDIR.TAG"
        and ".no_exist" not in path.parts
    )
