"""Run a network under an edit plan: a pure function of (network, pictures, plan) that many threads share."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import FoundBlock, UnsupportedGate, find_blocks, name_blocks
from se_explorer.engine.adapter_check import check_adapters
from se_explorer.engine.device import choose_device
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.gates import GateSources
from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.measure import Measures
from se_explorer.engine.remembering import Remembered
from se_explorer.engine.results import Block, BlockArrays, BlockTrace, Run, Trace
from se_explorer.engine.resume import EXACT, ResumeCache, prefix_keys
from se_explorer.engine.rows import ROW_BYTES, PlainRows, Question, RowBatch, SharedRows, row_answerer
from se_explorer.engine.runners import noise_like, open_runner
from se_explorer.engine.visiting import Visitor
from se_explorer.errors import BlockError, ModelError, TraceError
from se_explorer.images import Picture
from se_explorer.models import Network

__all__ = ["Engine"]

MAP_BUDGET = 256 * 2**20
_serials = itertools.count()


class Engine:
    """A network made ready to run.

    Args:
        network: shared, never changed. It is moved to the device.
        device: see ``choose_device``.
        memory: where ``trace`` keeps moments of its runs and takes them up again; may be shared by many engines.

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

    def __init__(self, network: Network, device: str | None = None, memory: ResumeCache | None = None) -> None:
        self.serial = next(_serials)
        self.memory = memory
        self._rows: SharedRows | PlainRows | None = None
        self._rows_lock = threading.Lock()
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
        noise = noise_like(example)
        self._runner = open_runner(module, example, noise)
        found = {block.path: block for block in survey.blocks}
        self._sites: tuple[FoundBlock, ...] = tuple(found[path] for path in self._runner.sites)
        check_adapters(self._runner, self._sites, noise)
        self.blocks: tuple[Block, ...] = self._measure_blocks(example)

    @property
    def traced(self) -> bool:
        return isinstance(self._runner, NetworkGraph)

    def one_by_one(self) -> str | None:
        """Why ``rows`` runs every plan on its own, or None if plans share passes. The first call takes a few runs."""
        answerer = self._answerer()
        return answerer.why if isinstance(answerer, PlainRows) else None

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
            logits = self._runner.run(self._placed(batch), self._visitor(fitted, sources, measures))
            return Run(*measures.finish(logits))

    def logits(
        self, batch: Tensor, plan: EditPlan | str = "", donors: Mapping[str, Mapping[str, np.ndarray]] | None = None
    ) -> np.ndarray:
        """Logits (N, classes) alone; see ``run``."""
        fitted = self.fit(plan)
        sources = self.sources(donors)
        sources.check(fitted)
        with torch.inference_mode():
            logits = self._runner.run(self._placed(batch), self._visitor(fitted, sources, None))
            result: np.ndarray = logits.float().cpu().numpy()
            return result

    def _placed(self, batch: Tensor) -> Tensor:
        return batch.to(self.device).contiguous(memory_format=torch.channels_last)

    def inputs(self, pictures: Sequence[Picture]) -> Tensor:
        """Pictures preprocessed, on the device, in the memory format that the network wants."""
        return self._placed(self.prepare(pictures))

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
        return Visitor(self._sites, edits, sources, measures)

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
        run = self._remembered(picture, fitted, keep, self.sources(donors))
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
            resumed_from=run.resumed_from,
        )

    def rows(
        self,
        picture: Picture,
        plans: Sequence[EditPlan | str],
        *,
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
        bound: int = ROW_BYTES,
        memory: ResumeCache | None = None,
    ) -> Iterator[RowBatch]:
        """One picture under many plans, in as few steps as they share (see ``rows.py``).

        The answers are those of ``trace`` up to rounding (1e-5 of the largest logit), since the number of rows, folded
        batch norms and fused sums change the order of additions. They come batch by batch.

        Args:
            plans: any number of plans.
            bound: bytes that a batch may need.
            memory: where moments are kept; None takes the engine's, or one for this call.

        Raises:
            EditPlanError: a plan does not fit, or its mean or donor gates are not there.
        """
        sources = self.sources(donors)
        fitted = [self.fit(plan) for plan in plans]
        for plan in fitted:
            sources.check(plan)
        about = (self.serial, picture.digest)
        kept = self.memory if memory is None else memory
        question = Question(fitted, sources, about, lambda: self.inputs([picture]), bound, kept)
        return self._answerer().answers(question)

    def _answerer(self) -> SharedRows | PlainRows:
        """Made at the first use, since it takes a few runs."""
        with self._rows_lock:
            if self._rows is None:
                size = self.network.preprocessing.size
                example = noise_like(torch.empty(2, 3, size, size, device=self.device))
                self._rows = row_answerer(self._runner, self._sites, list(self.channels), example)
            return self._rows

    def _remembered(self, picture: Picture, plan: EditPlan, keep: Collection[str], sources: GateSources) -> Run:
        """One picture's run out of the memory, or in full where there is none."""
        sources.check(plan)
        kept = self._places(keep, 1)
        measures = Measures(True, kept)
        visit = self._visitor(plan, sources, measures)
        with torch.inference_mode():
            if self.memory is None or not isinstance(self._runner, NetworkGraph):
                return Run(*measures.finish(self._runner.run(self.inputs([picture]), visit)))
            keys = prefix_keys(self.serial, picture.digest, EXACT, plan, list(self.channels), sources)
            run = Remembered(self._runner, self.memory, keys, measures, kept)
            logits, blocks = run(lambda: self.inputs([picture]), visit)
        return Run(logits, blocks, None if run.resumed is None else self.blocks[run.resumed].name)


def _first(block: Block, batch: BlockArrays) -> BlockTrace:
    return BlockTrace(block=block, **{name: values[0] for name, values in batch.arrays.items()})
