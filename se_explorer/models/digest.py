"""Which weights a network has, in one number: whatever file, library or page they came through."""

from __future__ import annotations

import hashlib

from torch import nn

from se_explorer.models.card import Card
from se_explorer.models.network import Network

__all__ = ["state_sha256", "weights_sha256"]


def state_sha256(module: nn.Module) -> str:
    """The SHA-256 of a module's parameters and buffers: names, types, shapes and values, sorted by name."""
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        values = value.detach().cpu().contiguous()
        digest.update(f"{name} {values.dtype} {tuple(values.shape)};".encode())
        digest.update(values.numpy().tobytes())
    return digest.hexdigest()


def weights_sha256(network: Network) -> str:
    """The SHA-256 of a bundled network's weights file, as its card has it and opening it checks; else of its state."""
    if isinstance(network.card, Card) and network.weights == "pretrained":
        return network.card.sha256
    return state_sha256(network.module)
