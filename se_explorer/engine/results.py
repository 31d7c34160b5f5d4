"""What a run gives: frozen dataclasses of NumPy arrays on the CPU."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from se_explorer.blocks import BlockFacts
from se_explorer.engine.edits import EditPlan
from se_explorer.engine.refusals import no_such_block
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Block", "BlockArrays", "BlockTrace", "Prediction", "Run", "Trace"]


@dataclass(frozen=True)
class Block:
    """An SE block at its place in a network.

    Attributes:
        name: the paper's, such as SE_3_4.
        path: of its module in the network.
        facts: channels, reduction, gate function and the like.
        height, width: of its maps, for the network's own input size.
    """

    name: str
    path: str
    facts: BlockFacts
    height: int
    width: int

    @property
    def stage(self) -> int:
        """The stage in its name."""
        return int(self.name.split("_")[1])


@dataclass(frozen=True)
class Prediction:
    """One class of an answer."""

    label: str
    index: int
    probability: float
    logit: float


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockArrays:
    """What is measured at one block, float32; one value a channel unless said otherwise.

    For a batch every array has the pictures in front: (N, C); for one picture (``BlockTrace``) it is (C,).

    Attributes:
        squeeze: z, equation 2.
        hidden: relu(W1 z), one value a hidden unit.
        preactivation: what goes into the gate function.
        gates: s, equation 3, as the block itself worked it out (from maps that earlier edits may have changed).
        applied: the gates that multiplied u; ``gates`` unless this block was edited.
        energy: mean square of u.
        low, high: least and largest value of u.
        maps: u itself, (C, H, W); None unless it was asked for.
    """

    squeeze: np.ndarray
    hidden: np.ndarray
    preactivation: np.ndarray
    gates: np.ndarray
    applied: np.ndarray
    energy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    maps: np.ndarray | None = None

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All that are there, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(BlockArrays)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in self.arrays.values())


@dataclass(frozen=True, eq=False)
class Run:
    """A batch's way through a network: logits (N, classes) and the blocks in running order.

    ``resumed_from`` names the block at which it was taken up from an earlier run; None if it was run in full.
    """

    logits: np.ndarray
    blocks: tuple[BlockArrays, ...]
    resumed_from: str | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockTrace(BlockArrays):
    """One block of one run, for one picture."""

    block: Block

    @property
    def energy_removed(self) -> np.ndarray:
        """How much mean square the gates took away: that of u less that of x~, (1 - s^2) times that of u."""
        removed: np.ndarray = self.energy * (1 - self.applied**2)
        return removed

    @property
    def scaled_maps(self) -> np.ndarray:
        """x~ = s u (equation 4), (C, H, W); never stored.

        Raises:
            TraceError: the run did not keep u.
        """
        scaled: np.ndarray = self.applied[:, None, None] * self.kept_maps
        return scaled

    @property
    def kept_maps(self) -> np.ndarray:
        """u, (C, H, W).

        Raises:
            TraceError: the run did not keep it.
        """
        if self.maps is None:
            raise TraceError(
                later("a run that kept the maps of {name}", name=self.block.name),
                later("one without"),
                later("Name it in keep."),
            )
        return self.maps


@dataclass(frozen=True, eq=False)
class Trace:
    """One picture's way through a network under one plan.

    Attributes:
        model: the network's id.
        weights: "pretrained", "random:SEED" or a path.
        device: where it ran.
        plan: the edits, fitted to the network.
        labels: one a class.
        logits: (classes,).
        probabilities: softmax of the logits, (classes,).
        blocks: in running order.
        resumed_from: the block at which the run was taken up from an earlier one; None if it was run in full.
    """

    model: str
    weights: str
    device: str
    plan: EditPlan
    labels: tuple[str, ...]
    logits: np.ndarray
    probabilities: np.ndarray
    blocks: tuple[BlockTrace, ...]
    resumed_from: str | None = None

    def block(self, name: str) -> BlockTrace:
        """The block of that name.

        Raises:
            BlockError: there is none.
        """
        for block in self.blocks:
            if block.block.name == name:
                return block
        raise no_such_block(name, (block.block.name for block in self.blocks))

    def top(self, count: int = 5) -> tuple[Prediction, ...]:
        """The ``count`` most probable classes, the best first."""
        order = np.argsort(-self.logits, kind="stable")[:count]
        return tuple(self.prediction(int(index)) for index in order)

    def prediction(self, index: int) -> Prediction:
        """One class's probability and logit."""
        return Prediction(self.labels[index], index, float(self.probabilities[index]), float(self.logits[index]))

    @property
    def gates(self) -> dict[str, np.ndarray]:
        """s by block name: what a donor hands to another picture's run."""
        return {block.block.name: block.gates for block in self.blocks}

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return self.logits.nbytes + self.probabilities.nbytes + sum(block.size for block in self.blocks)
