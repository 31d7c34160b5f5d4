"""What timm and torchvision say of a network by its name alone, without building it."""

from __future__ import annotations

from typing import Any

import timm
import torchvision
from timm.data.config import resolve_data_config
from torchvision.models import WeightsEnum, get_model_weights

from se_explorer.errors import ModelError
from se_explorer.images import Preprocessing
from se_explorer.language import Text, later, list_of

__all__ = [
    "LIST_THEM",
    "full_name",
    "timm_config",
    "timm_preprocessing",
    "torchvision_preprocessing",
    "torchvision_weights",
]


#: The remedy for a network that does not exist.
LIST_THEM = later("List the catalog with: python -m se_explorer models")


def _unknown(name: str, library: str) -> ModelError:
    return ModelError(later("a network of {library}", library=library), repr(name), LIST_THEM)


def timm_config(name: str) -> Any:
    """timm's configuration of pretrained weights, for ``ARCHITECTURE`` (its default weights) or ``ARCHITECTURE.TAG``.

    Raises:
        ModelError: timm does not know the architecture or the tag.
    """
    unknown = _unknown(name, f"timm {timm.__version__}")
    if not timm.is_model(name.partition(".")[0]):
        raise unknown
    try:
        return timm.get_pretrained_cfg(name, allow_unregistered="." not in name)
    except RuntimeError as error:  # an architecture that it knows, with a tag that it does not
        raise unknown from error


def torchvision_weights(name: str) -> WeightsEnum:
    """torchvision's entry of weights, for ``ARCHITECTURE`` (its default weights) or ``ARCHITECTURE@WEIGHTS``.

    Raises:
        ModelError: torchvision does not know the architecture or the weights.
    """
    architecture, at, weights = name.partition("@")
    unknown = _unknown(name, f"torchvision {torchvision.__version__}")
    if architecture not in torchvision.models.list_models(module=torchvision.models):
        raise unknown
    known = get_model_weights(architecture)
    if at and weights not in known.__members__:
        raise ModelError(
            later("weights of {model}: {names}", model=architecture, names=Text.of(list_of, tuple(known.__members__))),
            repr(weights),
            later("Name one of these after the @."),
        )
    return known[weights] if at else known.DEFAULT


def full_name(model: str) -> str:
    """The id under which the catalog lists a network: with timm's default tag, without torchvision's default weights.

    An id of no known form, or one that the library does not know, is given back as it is.
    """
    source, _, name = model.partition(":")
    try:
        if source == "timm" and "." not in name:
            config = timm_config(name)
            return f"timm:{name}.{config.tag}" if config is not None and config.tag else model
        if source == "torchvision" and "@" in name:
            architecture = name.partition("@")[0]
            chosen, default = torchvision_weights(name), torchvision_weights(architecture)
            return f"torchvision:{architecture}" if chosen is default else f"torchvision:{architecture}@{chosen.name}"
    except ModelError:
        return model
    return model


def timm_preprocessing(config: dict[str, Any]) -> Preprocessing:
    """The preprocessing of a configuration of timm's, at its default size and not at its larger test size."""
    resolved: dict[str, Any] = resolve_data_config({}, pretrained_cfg=config)  # type: ignore[no-untyped-call]
    return Preprocessing(
        size=resolved["input_size"][-1],
        crop=resolved["crop_pct"],
        mean=resolved["mean"],
        std=resolved["std"],
        interpolation="bilinear" if resolved["interpolation"] == "bilinear" else "bicubic",
    )


def torchvision_preprocessing(weights: WeightsEnum) -> Preprocessing:
    """The preprocessing that belongs to these weights."""
    preset = weights.transforms()
    size = preset.crop_size[0]
    return Preprocessing(
        size=size,
        crop=size / preset.resize_size[0],
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        interpolation="bilinear" if preset.interpolation.value == "bilinear" else "bicubic",
    )
