"""The recipe's optimiser, with weight decay on the weights of layers alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from se_explorer.blocks import find_blocks
from se_explorer.training.recipe import Recipe

__all__ = ["make_optimiser"]


def _parameter_groups(network: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """Weight decay on the weights of convolutions and layers only, not on biases and batch norms."""
    inside = {id(p) for block in find_blocks(network).blocks for p in block.module.parameters() if p.ndim > 1}
    weights = [p for p in network.parameters() if p.ndim > 1 and id(p) not in inside]
    gates = [p for p in network.parameters() if id(p) in inside]
    others = [p for p in network.parameters() if p.ndim <= 1]
    decays = (recipe.optimiser.weight_decay, recipe.optimiser.se_weight_decay, 0.0)
    groups = zip((weights, gates, others), decays, strict=True)
    return [{"params": chosen, "weight_decay": decay} for chosen, decay in groups if chosen]


def make_optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The optimiser over all of the network's parameters."""
    options, groups = recipe.optimiser, _parameter_groups(network, recipe)
    if options.kind == "sgd":
        return torch.optim.SGD(
            groups, lr=options.peak_learning_rate, momentum=options.momentum, nesterov=options.nesterov
        )
    kind = torch.optim.Adam if options.kind == "adam" else torch.optim.AdamW
    return kind(
        groups,
        lr=options.peak_learning_rate,
        betas=(options.momentum, options.beta2),
        eps=options.epsilon,
        fused=True,  # one pass over each tensor; the loop over single operations costs more than a small network's step
    )
