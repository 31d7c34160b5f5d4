"""What runs a network: its graph where it can be traced, hooks where not."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from se_explorer.blocks import FoundBlock, name_blocks
from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.engine.results import Block
from se_explorer.errors import TraceError

__all__ = ["noise_like", "open_runner", "survey_blocks"]


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


def survey_blocks(
    runner: NetworkGraph | HookedNetwork, sites: Sequence[FoundBlock], example: Tensor
) -> tuple[Block, ...]:
    """The SE blocks with their names and the sizes of their maps, from one run of an example (1, 3, H, W)."""
    sizes: list[tuple[int, int]] = []

    def visit(index: int, u: Tensor) -> Tensor:
        adapter = sites[index].adapter
        height, width = u.shape[1:3] if adapter.channels_last else u.shape[2:4]
        sizes.append((height, width))
        return adapter.scale(u, adapter.excite(sites[index].module, u).s)

    with torch.inference_mode():
        runner.run(example, visit)
    names = name_blocks(example.shape[-1], [height for height, _ in sizes])
    return tuple(
        Block(name, site.path, site.facts, height, width)
        for name, site, (height, width) in zip(names, sites, sizes, strict=True)
    )
