"""A recipe's network, and what its test does to a picture."""

from __future__ import annotations

from torch import nn

from se_explorer.images.preprocess import Preprocessing
from se_explorer.models.design import build_design
from se_explorer.training.recipe import Recipe

__all__ = ["build_network", "preprocessing_of"]


def build_network(recipe: Recipe, num_classes: int) -> nn.Module:
    """The recipe's network, initialised from torch's present random state.

    Raises:
        ModelError, BlockError: see ``build_design``.
    """
    return build_design(recipe.network.design, num_classes)


def preprocessing_of(recipe: Recipe) -> Preprocessing:
    """What the recipe's test does to a picture."""
    return Preprocessing(recipe.resolution.evaluate, recipe.resolution.crop)
