"""An opened network: the module, and all that is needed to use it on a picture and to say what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from torch import nn

from se_explorer.images import Preprocessing
from se_explorer.language import Words
from se_explorer.models.card import Card
from se_explorer.models.library_card import LibraryCard

__all__ = ["Network"]


@dataclass(frozen=True, eq=False)
class Network:
    """A network in evaluation mode.

    Attributes:
        id: its name in the catalog.
        title: for people.
        module: takes (N, 3, H, W), gives (N, classes) logits; nobody may change it.
        preprocessing: how it wants its pictures.
        labels: one a class.
        class_ids: the data set's own names of the classes (such as wnids); equal to ``labels`` where it has none.
        weights: "pretrained", "random:SEED", a file's path, "file:" and the start of an upload's SHA-256, or "given"
            for a module made in Python.
        card: what is known of it; None for networks without a card.
        gate_means, gate_deviations: over its training split, float32 (C,) by block name; empty where unknown.
        notes: what people should know of how it was opened, in sentences that ``str`` says: wrappers taken off,
            labels assumed.
    """

    id: str
    title: str
    module: nn.Module
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    class_ids: tuple[str, ...]
    weights: str
    card: Card | LibraryCard | None = None
    gate_means: Mapping[str, np.ndarray] = field(default_factory=dict)
    gate_deviations: Mapping[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[Words, ...] = ()

    @property
    def is_random(self) -> bool:
        """Whether the weights are random, so that nothing it says about a picture means anything."""
        return self.weights.startswith("random:")
