"""The engine beside what people would use instead."""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum.attr import LayerActivation
from torch import Tensor

from benchmarks.timing import Ratio, interleave, ratio
from se_explorer.blocks import find_blocks
from se_explorer.engine import Engine

__all__ = ["measure_engine"]


def _plain(engine: Engine, batch: Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return engine.network.module(batch)

    return run


def _hooked(engine: Engine, batch: Tensor) -> Callable[[], object]:
    """Forward hooks that clone what every SE module took and gave: the usual way to look inside."""
    modules = [block.module for block in find_blocks(engine.network.module).blocks]

    def run() -> object:
        kept: list[Tensor] = []
        handles = [
            module.register_forward_hook(lambda _m, args, out: kept.extend((args[0].clone(), out.clone())))
            for module in modules
        ]
        try:
            with torch.inference_mode():
                engine.network.module(batch)
        finally:
            for handle in handles:
                handle.remove()
        return kept

    return run


def _captum(engine: Engine, batch: Tensor) -> Callable[[], object]:
    modules = [block.module for block in find_blocks(engine.network.module).blocks]
    layers = LayerActivation(engine.network.module, modules)
    return lambda: layers.attribute(batch)


def measure_engine(engine: Engine, runs: int) -> list[Ratio]:
    """Tracing everything, and one block switched off, against a plain forward pass and its peers."""
    size = engine.network.preprocessing.size
    batch = torch.randn(1, 3, size, size, device=engine.device).contiguous(memory_format=torch.channels_last)
    last = engine.blocks[-1].name
    seconds = interleave(
        {
            "plain forward": _plain(engine, batch),
            "trace": lambda: engine.run(batch, statistics=True),
            "one block off": lambda: engine.logits(batch, f"{last}=off"),
            "hooks that clone": _hooked(engine, batch),
            "captum LayerActivation": _captum(engine, batch),
        },
        runs,
    )
    plain = "plain forward"
    others = ("trace", "one block off", "hooks that clone", "captum LayerActivation")
    return [ratio(f"{engine.network.id}: {other}", seconds, other, plain) for other in others]
