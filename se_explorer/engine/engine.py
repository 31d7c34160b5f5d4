"""Run a network under an edit plan: a pure function of (network, pictures, plan) that many threads share."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from se_explorer.blocks import FoundBlock, UnsupportedGate, find_blocks
from se_explorer.engine.adapter_check import check_adapters
from se_explorer.engine.device import choose_device
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.finite import finite
from se_explorer.engine.gates import GateSources
from se_explorer.engine.graph import NetworkGraph, Visit
from se_explorer.engine.measure import Measures
from se_explorer.engine.once import Once
from se_explorer.engine.refusals import no_such_block, too_many_maps, without_blocks
from se_explorer.engine.remembering import Remembered
from se_explorer.engine.requests import TraceRequest, answered, row_for
from se_explorer.engine.results import Block, Run, Trace
from se_explorer.engine.resume import EXACT, ResumeCache
from se_explorer.engine.rows import ROW_BYTES, PlainRows, Question, RowBatch, row_answerer
from se_explorer.engine.runners import noise_like, open_runner, survey_blocks
from se_explorer.engine.together import Together
from se_explorer.engine.visiting import Visitor
from se_explorer.engine.worker import Worker
from se_explorer.errors import TraceError
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
        answerer: gives what runs many plans in few passes; see ``rows``.

    Raises:
        ModelError: the network has no SE block.
        BlockError: a registered adapter does not do what its module does.
        DeviceError: the device is not there.
    """

    def __init__(self, network: Network, device: str | None = None, memory: ResumeCache | None = None) -> None:
        self.serial = next(_serials)
        self.memory = memory
        # Made at the first use, since they take a few runs or a thread.
        self.answerer = Once(lambda: row_answerer(self._runner, self._sites, list(self.channels), self._two()))
        self._sharing = Once(self._make_together)
        self._worker = Once(lambda: Worker(self))
        self.network = network
        self.device = choose_device(device)
        module = network.module.to(self.device).to(memory_format=torch.channels_last)
        survey = find_blocks(module)
        self.unsupported: tuple[UnsupportedGate, ...] = survey.unsupported
        if not survey.blocks:
            raise without_blocks(network.id, len(survey.unsupported))
        size = network.preprocessing.size
        example = torch.zeros(1, 3, size, size, device=self.device).contiguous(memory_format=torch.channels_last)
        noise = noise_like(example)
        self._runner = open_runner(module, example, noise)
        found = {block.path: block for block in survey.blocks}
        self._sites: tuple[FoundBlock, ...] = tuple(found[path] for path in self._runner.sites)
        check_adapters(self._runner, self._sites, noise)
        self.blocks: tuple[Block, ...] = survey_blocks(self._runner, self._sites, example)

    @property
    def traced(self) -> bool:
        return isinstance(self._runner, NetworkGraph)

    def one_by_one(self) -> str | None:
        """Why ``rows`` runs every plan on its own, or None if plans share passes. The first call takes a few runs."""
        answerer = self.answerer()
        return answerer.why if isinstance(answerer, PlainRows) else None

    @property
    def worker(self) -> Worker:
        """The one worker of this network and device, which serves many threads; see ``Worker``."""
        return self._worker()

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
        raise no_such_block(name, self.channels)

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
            return finite(logits.float().cpu().numpy())

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
            raise too_many_maps(size, MAP_BUDGET)
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
        return self._traced(self.request(picture, plan, keep=keep, donors=donors))

    def request(
        self,
        picture: Picture,
        plan: EditPlan | str = "",
        *,
        keep: Collection[str] = (),
        donors: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    ) -> TraceRequest:
        """A trace that is wanted, checked: for ``traces``, and for a ``Worker``. Arguments and errors as of ``run``."""
        fitted, sources = self.fit(plan), self.sources(donors)
        sources.check(fitted)
        return TraceRequest(picture, fitted, frozenset(self._places(keep, 1)), sources)

    def traces(self, requests: Sequence[TraceRequest]) -> list[Trace]:
        """Several traces as rows of one batch, each with a picture and a plan of its own.

        Each is what ``trace`` gives, up to what another number of rows changes in the order of additions (1e-4 of the
        largest value). A single one is what ``trace`` gives to the bit, and so is each of a network whose rows cannot
        share a batch.
        """
        together = self._sharing() if len(requests) > 1 else None
        if together is None:
            return [self._traced(request) for request in requests]
        names = list(self.channels)
        found = together.run([row_for(request, self.serial, names, self.inputs) for request in requests], self.memory)
        runs = (Run(one.logits, one.blocks, None if one.resumed is None else names[one.resumed]) for one in found)
        return [self._answered(request, run) for request, run in zip(requests, runs, strict=True)]

    def _answered(self, request: TraceRequest, run: Run) -> Trace:
        return answered(request, run, self.network, str(self.device), self.blocks)

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
        return self.answerer().answers(question)

    def _make_together(self) -> Together | None:
        """What runs several pictures in one batch; None if the network does not allow it."""
        if isinstance(self._runner, NetworkGraph):
            with contextlib.suppress(TraceError):  # its rows are no rows: they are run one by one
                return Together(self._runner, self._sites, self._two())
        return None

    def _two(self) -> Tensor:
        """Two different pictures of noise."""
        size = self.network.preprocessing.size
        return noise_like(torch.empty(2, 3, size, size, device=self.device))

    def _traced(self, request: TraceRequest) -> Trace:
        """One picture's trace, taken up from the memory where that can be."""
        measures = Measures(True, request.keep)
        visit = self._visitor(request.plan, request.sources, measures)
        with torch.inference_mode():
            if self.memory is None or not isinstance(self._runner, NetworkGraph):
                run = Run(*measures.finish(self._runner.run(self.inputs([request.picture]), visit)))
                return self._answered(request, run)
            keys = request.keys(self.serial, EXACT, list(self.channels))
            remembered = Remembered(self._runner, self.memory, keys, measures, request.keep)
            logits, blocks = remembered(lambda: self.inputs([request.picture]), visit)
        begun = None if remembered.resumed is None else self.blocks[remembered.resumed].name
        return self._answered(request, Run(logits, blocks, begun))
