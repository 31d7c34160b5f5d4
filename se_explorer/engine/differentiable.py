"""A network that gradients go through, with its gates as values that can be set, watched and differentiated.

captum's layer methods put hooks on modules, and a hook on a module fires for every thread that runs it. So what is
hooked is never the network: a ``Probe`` has an identity of its own at every gate and every x~, is made for one
attribution, and goes with it. The network's own modules are only called, as in any other run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from se_explorer.blocks import FoundBlock
from se_explorer.engine.engine import Engine
from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.engine.once import Once
from se_explorer.engine.runners import noise_like
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["DifferentiableNetwork", "Probe", "told_kindly"]

BUDGET = 256 * 2**20  # bytes that the way back may hold on to at once
MOST_ROWS = 16


@contextmanager
def told_kindly(network: str) -> Iterator[None]:
    """Tell in our words why gradients cannot go through a network; its own code can stand in the way anywhere.

    Raises:
        TraceError: PyTorch cannot differentiate it.
    """
    try:
        yield
    except RuntimeError as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise TraceError(
            later("a network that PyTorch can differentiate"),
            f"{network}: {reason}",
            later("Its blocks can still be ablated: see Ablate."),
        ) from error


class Probe(nn.Module):
    """The network for one attribution: captum may hook what it owns, which nobody else runs.

    Attributes:
        gates: at each SE block, an identity that the gates s (N, C) pass through.
        scaled: at each SE block, an identity that x~ (N, C, H, W) passes through, whatever the layout inside.
    """

    def __init__(self, runner: NetworkGraph | HookedNetwork, sites: Sequence[FoundBlock]) -> None:
        super().__init__()
        self._runner, self._sites = runner, tuple(sites)  # neither is a module: the network's are not ours to hook
        self.gates = nn.ModuleList(nn.Identity() for _ in sites)
        self.scaled = nn.ModuleList(nn.Identity() for _ in sites)

    def forward(self, batch: Tensor, places: Sequence[int] = (), *given: Tensor) -> Tensor:
        """Logits (N, classes).

        Args:
            batch: (N, 3, H, W), preprocessed.
            places: running numbers of the blocks whose gates are given.
            given: their gates, (N, C) each. Other blocks work out their own, from the maps that reach them.
        """
        known = dict(zip(places, given, strict=True))

        def visit(index: int, u: Tensor) -> Tensor:
            site = self._sites[index]
            s = known[index] if index in known else site.adapter.excite(site.module, u).s
            return self._watched(index, site.adapter.scale(u, self.gates[index](s)))

        return self._runner.run(batch, visit)

    def _watched(self, index: int, scaled: Tensor) -> Tensor:
        """x~ through its identity, with the channels in front."""
        if not self._sites[index].adapter.channels_last:
            seen: Tensor = self.scaled[index](scaled)
            return seen
        turned: Tensor = self.scaled[index](scaled.permute(0, 3, 1, 2))
        return turned.permute(0, 2, 3, 1)


class DifferentiableNetwork:
    """The differentiable side of an engine: opened once, used by any number of threads.

    Its logits without given gates are the engine's within 1e-5 of the largest one: the steps are the same, but none
    works in place. It shares the weights and holds no copy of them.

    Args:
        engine: a network that cannot be traced is run through its hooks here too, one run at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sites = [engine.found(block.name) for block in engine.blocks]
        self._runner = Once(self._open)
        self._rows = Once(self._measure_rows)

    def _open(self) -> NetworkGraph | HookedNetwork:
        module = self.engine.network.module
        return NetworkGraph(module, in_place=False) if self.engine.traced else HookedNetwork(module, self._noise())

    def _noise(self) -> Tensor:
        size = self.engine.network.preprocessing.size
        return noise_like(torch.empty(1, 3, size, size, device=self.engine.device))

    def probe(self) -> Probe:
        """A network of one's own to hook; its weights are the shared ones."""
        return Probe(self._runner(), self._sites)

    @property
    def rows(self) -> int:
        """How many rows a pass with gradients may have, by what one row was measured to keep for the way back."""
        return self._rows()

    def _measure_rows(self) -> int:
        weights = {tensor.untyped_storage().data_ptr() for tensor in self.engine.network.module.parameters()}
        seen: dict[int, int] = {}

        def pack(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in weights:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        with (
            told_kindly(self.engine.network.id),
            torch.enable_grad(),
            torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        ):
            output = self.probe()(self._noise().requires_grad_())
            del output
        return max(1, min(MOST_ROWS, BUDGET // max(1, sum(seen.values()))))
