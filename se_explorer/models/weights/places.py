"""Where weights may lie on this machine, and whether they do: found without a network and without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from huggingface_hub import constants, try_to_load_from_cache
from huggingface_hub.file_download import repo_folder_name

from se_explorer.models.card import Card
from se_explorer.models.cards import cards, find_card
from se_explorer.models.library_card import LibraryCard, Origin
from se_explorer.models.weights.integrity import is_whole, looks_whole
from se_explorer.models.weights.origins import origin_of, url_file_name, weights_name

__all__ = ["WeightsStatus", "own_folder", "usable_now", "weights_status"]

FOLDER_VARIABLE = "SE_EXPLORER_WEIGHTS"
ENDINGS = (".safetensors", ".pth", ".bin")


@dataclass(frozen=True)
class WeightsStatus:
    """Where a network's weights are.

    Attributes:
        state: they came with the project; they lie on this machine; they are to be downloaded.
        path: of the file, where it lies on this machine.
        bytes: size of the file, or of the download where that is known.
        about: whether ``bytes`` is a little less than the real size.
        damaged: a file in their place that is cut off; it is not used, and the next download replaces it.
    """

    state: Literal["bundled", "cached", "download"]
    path: Path | None = None
    bytes: int | None = None
    about: bool = False
    damaged: Path | None = None


def own_folder() -> Path:
    """The folder for weights that were brought from another machine; ``SE_EXPLORER_WEIGHTS`` names another one."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".cache" / "se_explorer" / "weights"


def hub_cache() -> Path:
    """The Hugging Face hub's cache."""
    return Path(constants.HF_HUB_CACHE)


def hub_folder(repository: str) -> Path:
    """The folder of a repository in the hub's cache."""
    return hub_cache() / repo_folder_name(repo_id=repository.partition("@")[0], repo_type="model")


def url_target(url: str) -> Path:
    """Where torch.hub keeps what it takes from a URL."""
    return Path(torch.hub.get_dir()) / "checkpoints" / url_file_name(url)


def _library_files(origin: Origin) -> Iterator[Path]:
    if origin.url is not None:
        yield url_target(origin.url)
        return
    repository, _, revision = (origin.repository or "").partition("@")
    for name in origin.files:
        found = try_to_load_from_cache(repository, name, cache_dir=hub_cache(), revision=revision or None)
        if isinstance(found, str):
            yield Path(found)


def _files(model: str, origin: Origin, card: Card | LibraryCard | None) -> Iterator[Path]:
    """Files that may hold the weights, in the order in which they are taken."""
    if card is not None:  # only of the catalog's networks is it known that their files load as they are
        yield from (own_folder() / f"{weights_name(model)}{ending}" for ending in ENDINGS)
    yield from _library_files(origin)


def weights_status(model: str, thorough: bool = False) -> WeightsStatus:
    """Whether a network's weights are bundled, on this machine, or to be downloaded, and how large they are.

    Args:
        thorough: check a file by its sha256 too, which reads it once a process; without it, by form and size alone.

    Raises:
        ModelError: the id is unknown.
        WeightsError: the network has no pretrained weights.
    """
    card = find_card(model)
    if isinstance(card, Card):
        return WeightsStatus("bundled")
    origin = origin_of(model)
    damaged: Path | None = None
    for path in _files(model, origin, card):
        if not path.is_file():
            continue
        if (is_whole if thorough else looks_whole)(path, origin):
            return WeightsStatus("cached", path, path.stat().st_size)
        damaged = path
    return WeightsStatus("download", None, origin.bytes, origin.about, damaged)


def usable_now() -> tuple[str, ...]:
    """The ids of the catalog's networks that can be opened with no network connection."""
    return tuple(model for model in cards() if weights_status(model).state != "download")
