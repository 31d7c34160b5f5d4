"""Networks of timm and torchvision, by the libraries' own builders, weights and preprocessing."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import timm
import torch
from safetensors import SafetensorError
from timm.data.imagenet_info import ImageNetInfo
from torch import nn
from torchvision.models import WeightsEnum, get_model

from se_explorer.errors import WeightsError
from se_explorer.language import Words, later
from se_explorer.models.cards import find_card
from se_explorer.models.library_names import (
    timm_config,
    timm_preprocessing,
    torchvision_preprocessing,
    torchvision_weights,
)
from se_explorer.models.network import Network
from se_explorer.models.seeding import build_seeded
from se_explorer.models.weights import fetch

__all__ = ["open_timm", "open_torchvision"]

FAULT_LENGTH = 300
FAULTS = (
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SafetensorError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
)


def _unfit(model: str, path: Path, fault: Words) -> WeightsError:
    return WeightsError(
        later("whole weights of {model}", model=model),
        later("{path}: {fault}", path=path, fault=fault),
        later("Delete the file and run: {command}", command=f"python -m se_explorer fetch {model}"),
    )


def _loaded(build: Callable[[Path], nn.Module], model: str) -> nn.Module:
    """Build a network with its pretrained weights, downloading them where they are not on this machine."""
    path = fetch(model)
    assert path is not None  # only bundled networks have none
    try:
        return build_seeded(lambda: build(path), 0)
    except FAULTS as error:
        if pickle.UnpicklingError in (type(error), type(error.__cause__)):
            # Torch and timm advise to load the file with its code; that advice is not passed on.
            raise _unfit(model, path, later("damaged, or with code in it (none was run)")) from error
        raise _unfit(model, path, " ".join(str(error).split())[:FAULT_LENGTH] or type(error).__name__) from error


def _timm_module(name: str, path: Path) -> nn.Module:
    # timm's own loader with its own filter of names, only told where the file is: so it asks no server.
    module: nn.Module = timm.create_model(name, pretrained=True, pretrained_cfg_overlay={"file": str(path)})
    return module


def _torchvision_module(architecture: str, weights: WeightsEnum, path: Path, in_catalog: bool) -> nn.Module:
    if not in_catalog:  # some of its builders do more than load: only the library's own way is sure to fit
        whole: nn.Module = get_model(architecture, weights=weights)
        return whole
    module: nn.Module = get_model(architecture, weights=None)
    module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return module


def open_timm(name: str, random_seed: int | None) -> Network:
    """Open a timm network, such as ``legacy_seresnet18.in1k``.

    Raises:
        ModelError: timm does not know it.
        WeightsError: its weights cannot be had.
    """
    model = f"timm:{name}"
    timm_config(name)
    card = find_card(model)
    if random_seed is None:
        module = _loaded(lambda path: _timm_module(name, path), model)
    else:
        module = build_seeded(lambda: timm.create_model(name, pretrained=False), random_seed)
    classes = int(getattr(module, "num_classes", 1000))
    info = ImageNetInfo() if classes == 1000 else None
    labels = tuple(info.index_to_description(i) if info else f"class {i}" for i in range(classes))
    return Network(
        id=model,
        title=card.title if card else name,
        module=module.eval().requires_grad_(False),
        preprocessing=timm_preprocessing(vars(module)["pretrained_cfg"]),
        labels=labels,
        class_ids=tuple(info.index_to_label_name(i) for i in range(classes)) if info else labels,
        weights="pretrained" if random_seed is None else f"random:{random_seed}",
        card=card,
    )


def open_torchvision(name: str, random_seed: int | None) -> Network:
    """Open a torchvision network, such as ``mobilenet_v3_large``, or ``mobilenet_v3_large@IMAGENET1K_V1``.

    Without an @ it has its default weights; labels and preprocessing are those of the weights.

    Raises:
        ModelError: torchvision does not know it.
        WeightsError: its weights cannot be had.
    """
    model = f"torchvision:{name}"
    weights = torchvision_weights(name)
    architecture = name.partition("@")[0]
    card = find_card(model)
    if random_seed is None:
        module = _loaded(lambda path: _torchvision_module(architecture, weights, path, card is not None), model)
    else:
        module = build_seeded(lambda: get_model(architecture, weights=None), random_seed)
    labels = tuple(weights.meta["categories"])
    return Network(
        id=model,
        title=card.title if card else name,
        module=module.eval().requires_grad_(False),
        preprocessing=torchvision_preprocessing(weights),
        labels=labels,
        class_ids=labels,
        weights="pretrained" if random_seed is None else f"random:{random_seed}",
        card=card,
    )
