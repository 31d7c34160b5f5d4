"""Where each network's weights come from, read from the libraries' own registries."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlparse

from torch.hub import HASH_REGEX
from torchvision.models import WeightsEnum

from se_explorer.errors import ModelError, WeightsError
from se_explorer.language import later
from se_explorer.models.cards import find_card
from se_explorer.models.library_card import LibraryCard, Origin
from se_explorer.models.library_names import LIST_THEM, timm_config, torchvision_weights

__all__ = ["origin_of", "timm_origin", "torchvision_origin", "weights_name"]

MEBIBYTE = 2**20
#: timm's default file of a hub repository, after the safetensors file that it prefers where there is one.
HUB_FILES = ("model.safetensors", "pytorch_model.bin")


def _hub_files(named: str | None) -> tuple[str, ...]:
    """The names that timm tries, in its order."""
    if not named:
        return HUB_FILES
    return (f"{named[:-4]}.safetensors", named) if named.endswith(".bin") else (named,)


def url_file_name(url: str) -> str:
    """The name under which torch.hub keeps what it takes from a URL."""
    return PurePosixPath(urlparse(url).path).name


def _of_url(url: str) -> Origin:
    digits = HASH_REGEX.search(url_file_name(url))
    return Origin(url=url, sha256=digits.group(1) if digits else None)


def timm_origin(name: str) -> Origin:
    """Where timm takes these weights from: its hub repository where there is one, else a URL.

    Raises:
        ModelError: timm does not know them.
        WeightsError: timm has no weights of that network.
    """
    config = timm_config(name)
    if config is not None and config.hf_hub_id:
        return Origin(repository=config.hf_hub_id, files=_hub_files(config.hf_hub_filename))
    if config is not None and config.url:
        return _of_url(config.url)
    raise WeightsError(
        later("a network with pretrained weights"),
        later("{name}, of which timm has none", name=f"timm:{name}"),
        later("Name a tag (timm:NAME.TAG), or open it with random weights (random:0)."),
    )


def torchvision_origin(weights: WeightsEnum) -> Origin:
    """Where torchvision takes these weights from, and their size as its metadata gives it, in MiB."""
    size = weights.meta.get("_file_size")
    return _of_url(weights.url).model_copy(update={"bytes": round(size * MEBIBYTE) if size else None})


def _library(model: str) -> tuple[str, str]:
    source, _, name = model.partition(":")
    if source not in ("timm", "torchvision"):
        raise ModelError(later("timm:NAME or torchvision:NAME"), repr(model), LIST_THEM)
    return source, name


def origin_of(model: str) -> Origin:
    """Where a library network's weights come from.

    Raises:
        ModelError: the id is unknown.
        WeightsError: it has no pretrained weights.
    """
    card = find_card(model)
    if isinstance(card, LibraryCard):
        return card.origin
    source, name = _library(model)
    return timm_origin(name) if source == "timm" else torchvision_origin(torchvision_weights(name))


def weights_name(model: str) -> str:
    """A flat and exact name for a file of a library network's weights, without its ending.

    Such as ``timm--seresnet50.a1_in1k`` and ``torchvision--RegNet_Y_400MF_Weights.IMAGENET1K_V2``.

    Raises:
        ModelError: the id is unknown.
    """
    card = find_card(model)
    if isinstance(card, LibraryCard):
        return f"{card.source}--{card.weights_name}"
    source, name = _library(model)
    return f"{source}--{name if source == 'timm' else torchvision_weights(name)}"
