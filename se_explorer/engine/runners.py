"""What runs a network: its graph where it can be traced, hooks where not."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.errors import TraceError

__all__ = ["noise_like", "open_runner"]


def noise_like(example: Tensor) -> Tensor:
    """The same noise every time, of an example's shape and place."""
    noise = torch.randn(example.shape, generator=torch.Generator().manual_seed(0)).to(example.device)
    return noise.contiguous(memory_format=torch.channels_last)


def open_runner(module: nn.Module, example: Tensor, noise: Tensor) -> NetworkGraph | HookedNetwork:
    """The graph, if the network can be traced and the graph then does what the network does; else hooks."""
    try:
        graph = NetworkGraph(module)
        graph.check(module, noise)
    except TraceError:
        return HookedNetwork(module, example)
    return graph
