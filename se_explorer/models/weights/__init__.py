"""Weights: where they come from, whether they are on this machine and whole, and downloads that can be stopped."""

from se_explorer.models.weights.places import WeightsStatus, own_folder, usable_now, weights_status
from se_explorer.models.weights.sharing import Download, Downloads, downloads, fetch

__all__ = [
    "Download",
    "Downloads",
    "WeightsStatus",
    "downloads",
    "fetch",
    "own_folder",
    "usable_now",
    "weights_status",
]
