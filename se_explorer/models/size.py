"""How large a network is, before any memory is given to it."""

from __future__ import annotations

import functools

from se_explorer.errors import ModelError
from se_explorer.language import later
from se_explorer.limits import limits
from se_explorer.models.cards import find_card
from se_explorer.models.catalog import open_network
from se_explorer.models.meta import outlined

__all__ = ["check_size", "parameters_of"]


@functools.lru_cache(maxsize=256)
def parameters_of(model: str) -> int:
    """How many parameters a network has, by its id; from its card, or counted where it has none.

    Raises:
        ModelError: there is no network of that id, or it cannot be opened up.
    """
    card = find_card(model)
    if card is not None:
        return card.parameters
    with outlined():
        network = open_network(model, "random:0")
    return sum(parameter.numel() for parameter in network.module.parameters())


def check_size(model: str) -> None:
    """Refuse a network that is larger than this process allows, before it takes any memory.

    Raises:
        ModelError: it is too large; or as for ``parameters_of``.
    """
    most = limits().network_mparams
    millions = parameters_of(model) / 1e6
    if millions > most:
        raise ModelError(
            later("a network of at most {most} million parameters", most=most),
            later("{model}, which has {count} million", model=model, count=round(millions)),
            later("Choose a smaller one, or open this one on a machine of your own."),
        )
