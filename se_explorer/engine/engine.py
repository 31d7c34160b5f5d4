"""Run a network under an edit plan: a pure function of (network, pictures, plan) that many threads share."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from se_explorer.blocks import FoundBlock, UnsupportedGate, find_blocks, name_blocks
from se_explorer.engine.adapter_check import check_adapters
from se_explorer.engine.device import choose_device
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.gates import GateSources, edited_gates
from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.engine.measure import Measures
from se_explorer.engine.results import Block, BlockArrays, BlockTrace, Trace
from se_explorer.errors import BlockError, ModelError, TraceError
from se_explorer.images import Picture
from se_explorer.models import Network

__all__ = ["Engine", "Run"]

MAP_BUDGET = 256 * 2**20
_serials = itertools.count()


@dataclass(frozen=True, eq=False)
class Run:
    """A batch's way through a network: logits (N, classes) and the blocks in running order."""

    logits: np.ndarray
    blocks: tuple[BlockArrays, ...]


class Engine:
    """A network made ready to run.

    Args:
        network: shared, never changed. It is moved to the device.
        device: see ``choose_device``.

    Attributes:
        blocks: the SE blocks in running order.
        unsupported: channel gates that are no SE block of a known class.
        traced: False if the network runs through hooks, the slow path.
        serial: a number that no other engine of this process has.

    Raises:
        ModelError: the network has no SE block.
        BlockError: a registered adapter does not do what its module does.
        DeviceError: the device is not there.
    """

    def __init__(self, network: Network, device: str | None = None) -> None:
        self.serial = next(_serials)
        self.network = network
        self.device = choose_device(device)
        module = network.module.to(self.device).to(memory_format=torch.channels_last)
        survey = find_blocks(module)
        self.unsupported: tuple[UnsupportedGate, ...] = survey.unsupported
        if not survey.blocks:
            others = f" (it has {len(survey.unsupported)} gates of other kinds)" if survey.unsupported else ""
            raise ModelError(
                "a network with SE blocks", f"{network.id}, which has none{others}", "Open another network."
            )
        size = network.preprocessing.size
        example = torch.zeros(1, 3, size, size, device=self.device).contiguous(memory_format=torch.channels_last)
        noise = _noise(example)
        self._runner = _runner(module, example, noise)
        found = {block.path: block for block in survey.blocks}
        self._sites: tuple[FoundBlock, ...] = tuple(found[path] for path in self._runner.sites)
        check_adapters(self._runner, self._sites, noise)
        self.blocks: tuple[Block, ...] = self._measure_blocks(example)

    @property
    def traced(self) -> bool:
        return isinstance(self._runner, NetworkGraph)

    @property
    def channels(self) -> dict[str, int]:
        """Channels of each block by name."""
        return {block.name: block.facts.channels for block in self.blocks}

    def found(self, name: str) -> FoundBlock:
        """The module and adapter of a block.

        Raises:
            BlockError: there is none of that name.
        """
        for block, site in zip(self.blocks, self._sites, strict=True):
            if block.name == name:
                return site
        raise BlockError(f"one of the blocks {', '.join(self.channels)}", repr(name), "Choose one of these.")

    def _measure_blocks(self, example: Tensor) -> tuple[Block, ...]:
        """Names and map sizes, from one run."""
        sizes: list[tuple[int, int]] = []

        def visit(index: int, u: Tensor) -> Tensor:
            adapter = self._sites[index].adapter
            height, width = u.shape[1:3] if adapter.channels_last else u.shape[2:4]
            sizes.append((height, width))
            return adapter.scale(u, adapter.excite(self._sites[index].module, u).s)

        with torch.inference_mode():
            self._runner.run(example, visit)
        names = name_blocks(example.shape[-1], [height for height, _ in sizes])
        return tuple(
            Block(name, site.path, site.facts, height, width)
            for name, site, (height, width) in zip(names, self._sites, sizes, strict=True)
        )

    def sources(self, donors: Mapping[str, Mapping[str, np.ndarray]] | None = None) -> GateSources:
        """Where this network's plans take gates from."""
        return GateSources(self.network.gate_means or None, donors or {})

    def fit(self, plan: EditPlan | str) -> EditPlan:
        """A plan checked against this network, wildcards written out.

        Raises:
            EditPlanError: it cannot be read or does not fit.
        """
        parsed = EditPlan.parse(plan) if isinstance(plan, str) else plan
        return parsed.fitted(self.channels)

    def run(
        self,
        batch: Tensor,
        plan: EditPlan | str = "",
        *,
        keep: Collection[str] = (),
        statistics: bool = False,
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    ) -> Run:
        """Run a batch under one plan.

        Args:
            batch: float32 (N, 3, H, W), preprocessed.
            plan: the edits.
            keep: names of the blocks whose maps are wanted.
            statistics: whether energy, least and largest value of the maps are wanted (else they are NaN).
            donors: gates by block name, by donor key.

        Raises:
            EditPlanError: the plan does not fit, or its mean or donor gates are not there.
            TraceError: the maps asked for exceed the byte budget.
        """
        fitted = self.fit(plan)
        sources = self.sources(donors)
        sources.check(fitted)
        kept = self._places(keep, len(batch))
        measures = Measures(statistics, kept)
        with torch.inference_mode():
            inputs = batch.to(self.device).contiguous(memory_format=torch.channels_last)
            logits = self._runner.run(inputs, self._visitor(fitted, sources, measures))
            return Run(*measures.finish(logits))

    def logits(
        self, batch: Tensor, plan: EditPlan | str = "", donors: Mapping[str, Mapping[str, np.ndarray]] | None = None
    ) -> np.ndarray:
        """Logits (N, classes) alone; see ``run``."""
        fitted = self.fit(plan)
        sources = self.sources(donors)
        sources.check(fitted)
        with torch.inference_mode():
            inputs = batch.to(self.device).contiguous(memory_format=torch.channels_last)
            logits = self._runner.run(inputs, self._visitor(fitted, sources, None))
            result: np.ndarray = logits.float().cpu().numpy()
            return result

    def _places(self, keep: Collection[str], pictures: int) -> set[int]:
        names = list(self.channels)
        for name in keep:
            self.found(name)
        places = {names.index(name) for name in keep}
        blocks = [self.blocks[place] for place in places]
        size = 4 * pictures * sum(block.facts.channels * block.height * block.width for block in blocks)
        if size > MAP_BUDGET:
            raise TraceError(
                f"maps of at most {MAP_BUDGET >> 20} MiB to keep", f"{size >> 20} MiB", "Keep fewer blocks or pictures."
            )
        return places

    def _visitor(self, plan: EditPlan, sources: GateSources, measures: Measures | None) -> Visit:
        edits = [plan.of_block(block.name) for block in self.blocks]

        def visit(index: int, u: Tensor) -> Tensor:
            site, edit = self._sites[index], edits[index]
            bypassed = edit.mode is not None and edit.mode.kind == "off" and not edit.channels
            if bypassed and measures is None:
                return u
            excitation = site.adapter.excite(site.module, u)
            applied = edited_gates(edit, excitation.s, sources)
            if measures is not None:
                measures.add(index, site.adapter, u, excitation, applied)
            return u if bypassed else site.adapter.scale(u, applied)

        return visit

    def prepare(self, pictures: Sequence[Picture]) -> Tensor:
        """Pictures as the network wants them: float32 (N, 3, size, size)."""
        return torch.cat([self.network.preprocessing(picture.tensor[None]) for picture in pictures])

    def trace(
        self,
        picture: Picture,
        plan: EditPlan | str = "",
        *,
        keep: Collection[str] = (),
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    ) -> Trace:
        """One picture's way through the network; see ``run`` for the arguments and the errors."""
        fitted = self.fit(plan)
        run = self.run(self.prepare([picture]), fitted, keep=keep, statistics=True, donors=donors)
        logits = run.logits[0]
        shifted = np.exp(logits.astype(np.float64) - logits.max())
        return Trace(
            model=self.network.id,
            weights=self.network.weights,
            device=str(self.device),
            plan=fitted,
            labels=self.network.labels,
            logits=logits,
            probabilities=(shifted / shifted.sum()).astype(np.float32),
            blocks=tuple(_first(block, measures) for block, measures in zip(self.blocks, run.blocks, strict=True)),
        )


def _noise(example: Tensor) -> Tensor:
    """The same noise every time, of an example's shape and place."""
    noise = torch.randn(example.shape, generator=torch.Generator().manual_seed(0)).to(example.device)
    return noise.contiguous(memory_format=torch.channels_last)


def _runner(module: nn.Module, example: Tensor, noise: Tensor) -> NetworkGraph | HookedNetwork:
    """The graph, if the network can be traced and the graph then does what the network does; else hooks."""
    try:
        graph = NetworkGraph(module)
        graph.check(module, noise)
    except TraceError:
        return HookedNetwork(module, example)
    return graph


def _first(block: Block, batch: BlockArrays) -> BlockTrace:
    return BlockTrace(block=block, **{name: values[0] for name, values in batch.arrays.items()})
