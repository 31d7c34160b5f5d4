"""The architecture of any network by its id, without weights: for what is drawn and counted and not asked."""

from __future__ import annotations

from se_explorer.analysis.complexity import Architecture, architecture_of
from se_explorer.errors import ModelError
from se_explorer.language import later
from se_explorer.models import open_network
from se_explorer.models.meta import outlined

__all__ = ["architecture_without_weights"]

WEIGHTS = "random:0"  # a network's layers are the same whatever its weights: none are downloaded


def architecture_without_weights(model: str) -> Architecture:
    """The architecture of a network of the catalog, or of the paper (``paper:ID``).

    It is built without memory for weights.

    Raises:
        ModelError: the id is unknown, or the network has no SE block.
    """
    with outlined():
        network = open_network(model, WEIGHTS)
    found = architecture_of(network)
    if not found.blocks:
        raise ModelError(
            later("a network with SE blocks"),
            later("{model}, which has none", model=model),
            later("Name another network."),
        )
    return found
