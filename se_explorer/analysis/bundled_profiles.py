"""The profiles that come with the project, in ``assets/profiles``."""

from __future__ import annotations

from pathlib import Path

from se_explorer.analysis.profile import Profile, load_profile
from se_explorer.models import ASSETS, Card, Network

__all__ = ["bundled_profile", "bundled_profile_path"]

SPLIT = "val"


def bundled_profile_path(network: Network) -> Path | None:
    """The file of a network's profile over its validation split; None if none comes with the project."""
    if not isinstance(network.card, Card) or network.weights != "pretrained":
        return None
    path = ASSETS / "profiles" / f"{network.id}.{SPLIT}.safetensors"
    return path if path.is_file() else None


def bundled_profile(network: Network) -> Profile | None:
    """A bundled network's profile over its validation split; None for every other network, and for random weights.

    Raises:
        ProfileError: the file is damaged.
    """
    path = bundled_profile_path(network)
    return None if path is None else load_profile(path)
