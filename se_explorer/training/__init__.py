"""Training: recipes, data, the loop, and what becomes a bundled network."""

from se_explorer.models.card import EpochReport
from se_explorer.training.loop import Trainer
from se_explorer.training.publish import publish
from se_explorer.training.recipe import Recipe, load_recipe

__all__ = ["EpochReport", "Recipe", "Trainer", "load_recipe", "publish"]
