"""Networks of timm and torchvision, by the libraries' own builders, weights and preprocessing."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable
from typing import Any

import timm
import torch
import torchvision
from timm.data.config import resolve_data_config
from timm.data.imagenet_info import ImageNetInfo
from torch import nn
from torchvision.models import get_model, get_model_weights

from se_explorer.errors import ModelError, WeightsError
from se_explorer.images import Preprocessing
from se_explorer.models.network import Network

__all__ = ["open_timm", "open_torchvision"]


def _built(build: Callable[[], nn.Module], random_seed: int | None, name: str) -> nn.Module:
    """Build a network; with a seed its random weights are drawn from that, and nobody else's random state moves."""
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(random_seed or 0)
            return build().eval().requires_grad_(False)
    except (OSError, urllib.error.URLError, RuntimeError) as error:
        if random_seed is not None:
            raise
        raise WeightsError(
            f"the pretrained weights of {name}, to be downloaded",
            str(error).splitlines()[0] if str(error) else type(error).__name__,
            "Connect to the network and try again, use the bundled network, or open this one with random weights.",
        ) from error


def _unknown(name: str, library: str) -> ModelError:
    return ModelError(f"a network of {library}", repr(name), "List the known ones with: python -m se_explorer models")


def _is_timm_name(name: str) -> bool:
    architecture, dot, _ = name.partition(".")
    if not timm.is_model(architecture):
        return False
    try:
        return not dot or timm.get_pretrained_cfg(name, allow_unregistered=False) is not None
    except RuntimeError:  # an architecture that it knows, with a tag that it does not
        return False


def open_timm(name: str, random_seed: int | None) -> Network:
    """Open a timm network, such as ``legacy_seresnet18.in1k``.

    Raises:
        ModelError: timm does not know it.
        WeightsError: its weights cannot be had.
    """
    if not _is_timm_name(name):
        raise _unknown(name, f"timm {timm.__version__}")
    module = _built(lambda: timm.create_model(name, pretrained=random_seed is None), random_seed, name)
    config: dict[str, Any] = resolve_data_config({}, model=module)  # type: ignore[no-untyped-call]
    classes = int(getattr(module, "num_classes", 1000))
    info = ImageNetInfo() if classes == 1000 else None
    labels = tuple(info.index_to_description(i) if info else f"class {i}" for i in range(classes))
    return Network(
        id=f"timm:{name}",
        title=name,
        module=module,
        preprocessing=Preprocessing(
            size=config["input_size"][-1],
            crop=config["crop_pct"],
            mean=config["mean"],
            std=config["std"],
            interpolation="bilinear" if config["interpolation"] == "bilinear" else "bicubic",
        ),
        labels=labels,
        class_ids=tuple(info.index_to_label_name(i) for i in range(classes)) if info else labels,
        weights="pretrained" if random_seed is None else f"random:{random_seed}",
    )


def open_torchvision(name: str, random_seed: int | None) -> Network:
    """Open a torchvision network, such as ``mobilenet_v3_large``, with its default weights.

    Raises:
        ModelError: torchvision does not know it.
        WeightsError: its weights cannot be had.
    """
    if name not in torchvision.models.list_models(module=torchvision.models):
        raise _unknown(name, f"torchvision {torchvision.__version__}")
    weights = get_model_weights(name).DEFAULT  # type: ignore[attr-defined]
    module = _built(lambda: get_model(name, weights=weights if random_seed is None else None), random_seed, name)
    preset = weights.transforms()
    labels = tuple(weights.meta["categories"])
    size = preset.crop_size[0]
    return Network(
        id=f"torchvision:{name}",
        title=name,
        module=module,
        preprocessing=Preprocessing(
            size=size,
            crop=size / preset.resize_size[0],
            mean=tuple(preset.mean),
            std=tuple(preset.std),
            interpolation="bilinear" if preset.interpolation.value == "bilinear" else "bicubic",
        ),
        labels=labels,
        class_ids=labels,
        weights="pretrained" if random_seed is None else f"random:{random_seed}",
    )
